/** What is counted of the work for one provider, by the minute. No data of anybody: numbers alone. */

export type ErrorKind =
  | 'unauthorized'
  | 'limited'
  | 'unavailable'
  | 'refused'
  | 'no_answer'
  | 'not_json'
  /** Items that could not be read. */
  | 'quarantined'

export interface Observed {
  payloads: number
  records: number
  /** Calls to the provider. */
  calls: number
  errors: Partial<Record<ErrorKind, number>>
  /** From the source's call to the commit, by `LATENCY_MS`; the last is of all that took longer. */
  latency: number[]
  /** How old the newest data of a live payload were when they were committed, by `FRESHNESS_S`. */
  freshness: number[]
}
export const LATENCY_MS = [100, 300, 1_000, 3_000, 10_000, 30_000, 60_000, 300_000] as const
export const FRESHNESS_S = [60, 300, 900, 3_600, 6 * 3_600, 24 * 3_600, 72 * 3_600] as const

export const newObserved = (): Observed => ({
  payloads: 0,
  records: 0,
  calls: 0,
  errors: {},
  latency: LATENCY_MS.map(() => 0).concat(0),
  freshness: FRESHNESS_S.map(() => 0).concat(0),
})
export function addObserved(to: Observed, more: Observed): void {
  to.payloads += more.payloads
  to.records += more.records
  to.calls += more.calls
  for (const [kind, n] of Object.entries(more.errors)) noteError(to, kind as ErrorKind, n)
  to.latency = to.latency.map((n, i) => n + (more.latency[i] ?? 0))
  to.freshness = to.freshness.map((n, i) => n + (more.freshness[i] ?? 0))
}
export function noteError(observed: Observed, kind: ErrorKind, n = 1): void {
  if (n > 0) observed.errors[kind] = (observed.errors[kind] ?? 0) + n
}
export function noteLatency(observed: Observed, ms: number): void {
  note(observed.latency, LATENCY_MS, ms)
}
export function noteFreshness(observed: Observed, seconds: number): void {
  note(observed.freshness, FRESHNESS_S, seconds)
}
function note(counts: number[], bounds: readonly number[], value: number): void {
  const at = bounds.findIndex((bound) => value <= bound)
  counts[at < 0 ? bounds.length : at]!++
}
/** What a status says of the provider; undefined: nothing is wrong. */
export const errorOf = (status: number): ErrorKind | undefined =>
  status === 401 ? 'unauthorized' : status === 429 ? 'limited' : status >= 500 ? 'unavailable' : undefined
