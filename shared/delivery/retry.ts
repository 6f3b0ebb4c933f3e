/**
 * The wait before the next attempt, or undefined when the schedule is used up and the event parks.
 * `attempts`: made so far, ≥ 1. `random`: 0..1, spreads the wait by ±20 %. `retryAfterMs`: the receiver's floor.
 */
export function nextWait(schedule: number[], attempts: number, random: number, retryAfterMs = 0): number | undefined {
  const base = schedule[attempts - 1]
  if (base === undefined) return undefined
  return Math.max(Math.round(base * (0.8 + 0.4 * random)), retryAfterMs)
}
