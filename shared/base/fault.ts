/** Machine-readable reasons, each with its HTTP status. */
const STATUS = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  gone: 410,
  too_large: 413,
  unsupported_media_type: 415,
  misdirected: 421,
  unprocessable: 422,
  rate_limited: 429,
  upstream: 424,
  unavailable: 503,
} as const
export type FaultCode = keyof typeof STATUS

/** An error raised on purpose: what is wrong, where, and how to mend it. A door turns it into a response. */
export class Fault extends Error {
  readonly code: FaultCode
  readonly headers: Record<string, string>
  /** For programs, where the status alone does not tell what to do: `digest_mismatch`. */
  readonly reason: string | undefined
  constructor(code: FaultCode, message: string, headers: Record<string, string> = {}, reason?: string) {
    super(message)
    this.name = 'Fault'
    this.code = code
    this.headers = headers
    this.reason = reason
  }
  get status() {
    return STATUS[this.code]
  }
}

/** What must be true; otherwise it is our mistake, and a 500. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`)
}
