import { AGE_EDGES_MS } from './tally.ts'

/** The age below which `share` of all are, in seconds: within a class, as if they were spread evenly. null: there are none. */
export function quantileSeconds(ages: readonly number[], share: number): number | null {
  const total = ages.reduce((sum, times) => sum + times, 0)
  if (total === 0) return null
  let below = 0
  for (const [i, times] of ages.entries()) {
    if (times === 0 || below + times < total * share) {
      below += times
      continue
    }
    const from = i === 0 ? 0 : AGE_EDGES_MS[i - 1]!
    const to = AGE_EDGES_MS[i] ?? from
    return Math.round((from + (to - from) * Math.min(1, (total * share - below) / times)) / 1_000)
  }
  return null
}
