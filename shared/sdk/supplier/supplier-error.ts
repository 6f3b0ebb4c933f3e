import type { SupplierProblem } from './wire.ts'

/** The API answered, but not with what was asked for; or it did not answer, and patience is over. */
export class SupplierError extends Error {
  /** 0: no answer came. */
  readonly status: number
  /** A word for programs: `digest_mismatch`. */
  readonly code: string
  readonly problem: SupplierProblem
  /** Not to be asked again before. */
  readonly retryAfterMs: number | undefined
  constructor(
    request: string,
    { status, problem, retryAfterMs, cause }: Failure & { status: number; problem: SupplierProblem },
  ) {
    const code = problem.code ?? (status === 0 ? 'unreachable' : 'unknown')
    super(`${request}: ${status || 'no answer'} ${code}: ${problem.detail ?? problem.title ?? ''}`.trim(), { cause })
    this.name = 'SupplierError'
    this.status = status
    this.code = code
    this.problem = problem
    this.retryAfterMs = retryAfterMs
  }
}
interface Failure {
  retryAfterMs?: number
  cause?: unknown
}

export async function errorOf(request: string, response: Response, retryAfterMs?: number): Promise<SupplierError> {
  const text = await response.text()
  return new SupplierError(request, { status: response.status, problem: problemOf(text), retryAfterMs })
}

function problemOf(text: string): SupplierProblem {
  try {
    const read = JSON.parse(text) as SupplierProblem & { error?: string; error_description?: string }
    // The token endpoint speaks OAuth.
    return typeof read.error === 'string' ? { code: read.error, detail: read.error_description } : read
  } catch {
    return { detail: text.slice(0, 200) }
  }
}
