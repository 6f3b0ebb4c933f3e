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

export async function errorOf(request: string, response: Response, now: number): Promise<SupplierError> {
  const { status, headers } = response
  const retryAfterMs = waitOf(headers.get('retry-after'), now)
  return new SupplierError(request, { status, problem: problemOf(await response.text()), retryAfterMs })
}
/** Seconds, or a date. */
function waitOf(said: string | null, now: number): number | undefined {
  if (said === null) return undefined
  const ms = /^\d+$/.test(said) ? Number(said) * 1_000 : Date.parse(said) - now
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
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
