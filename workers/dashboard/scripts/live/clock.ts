/** Clocks that do not agree: the browser's with ours, a producer's with ours. */

/** A question that is answered slower than this tells little about clocks. */
const SLOW_MS = 2_000
/** A lag beyond this is another clock, not a way through networks: producers send late what they kept, and then live again. */
const SKEWED_BEHIND_MS = 30_000
const SKEWED_AHEAD_MS = -2_000
const LAGS = 30

/** By how much our time is ahead of the browser's, from a question that we answered at `at`. */
export function offsetOf(asked: number, answered: number, at: number): number | undefined {
  return answered - asked > SLOW_MS ? undefined : at - (asked + answered) / 2
}

/** How late samples reached us by their own times, the newest last. */
export function noteLag(lags: number[], lag: number): void {
  lags.push(lag)
  if (lags.length > LAGS) lags.shift()
}

/** What to add to a producer's times to have ours: nothing, unless its clock is clearly another. */
export function shiftOf(lags: readonly number[]): number {
  if (lags.length === 0) return 0
  const least = Math.min(...lags)
  return least > SKEWED_BEHIND_MS || least < SKEWED_AHEAD_MS ? least : 0
}

export function medianOf(numbers: readonly number[]): number | undefined {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
}

/** → the time that the hub gave a frame: its seq is in microseconds. */
export const hubTimeOf = (seq: number): number => seq / 1_000
export const seqAt = (at: number): number => Math.floor(at) * 1_000
