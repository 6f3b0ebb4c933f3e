import type { Blame, Outcome } from './types.ts'

/** What came of one send, for the shelf's units. `status` and `response` are kept with the attempt. */
export type Sent = Outcome & { status?: number; response?: string }

export const delivered = (status?: number): Sent => ({ kind: 'delivered', status })
export const rejected = (reason: string): Sent => ({ kind: 'rejected', reason })
export const retry = (
  blame: Blame,
  reason: string,
  more: { retryAfterMs?: number; status?: number; response?: string } = {},
): Sent => ({ kind: 'retry', blame, reason, ...more })

/** `Retry-After` in seconds or as an HTTP date → ms from now; undefined where it is absent or makes no sense. */
export function retryAfterMs(value: string | null, now: number): number | undefined {
  if (value === null || value.trim() === '') return undefined
  const seconds = Number(value)
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(value) - now
  return Number.isFinite(ms) && ms > 0 ? ms : undefined
}
