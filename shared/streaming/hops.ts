import { MINUTE_MS } from '../base/time.ts'

/** From the client's frame at our edge to the store's door, in the store, and from there to the consumer's socket. */
export const HOPS = ['session_to_hub', 'hub', 'hub_to_consumer'] as const
export type Hop = (typeof HOPS)[number]
export interface HopFigures {
  p50_ms: number
  p99_ms: number
  n: number
}

/** Upper ends, ms; what is above the last counts for it. */
const BUCKETS = [0, 1, 2, 3, 5, 8, 12, 18, 25, 40, 60, 90, 130, 200, 300, 500, 1_000, 3_000, 10_000, 60_000]
const KEPT_MINUTES = 15

/** How long frames took, hop by hop, of the last quarter of an hour. Clocks of two machines differ: below nothing counts as nothing. */
export class HopTimes {
  private minutes = new Map<number, { frames: number; hops: Record<Hop, number[]> }>()

  add(hop: Hop, ms: number, now: number, count = 1): void {
    const at = BUCKETS.findIndex((end) => ms <= end)
    this.minute(now).hops[hop][at === -1 ? BUCKETS.length - 1 : at]! += count
  }
  addFrames(count: number, now: number): void {
    this.minute(now).frames += count
  }
  private minute(now: number) {
    const key = Math.floor(now / MINUTE_MS)
    let found = this.minutes.get(key)
    if (!found) {
      const hops = Object.fromEntries(HOPS.map((hop) => [hop, BUCKETS.map(() => 0)])) as Record<Hop, number[]>
      found = { frames: 0, hops }
      this.minutes.set(key, found)
      for (const old of this.minutes.keys()) if (old <= key - KEPT_MINUTES) this.minutes.delete(old)
    }
    return found
  }

  /** Of the last whole minute, and what has come since. */
  framesLastMinute(now: number): number {
    const key = Math.floor(now / MINUTE_MS)
    return Math.max(this.minutes.get(key - 1)?.frames ?? 0, this.minutes.get(key)?.frames ?? 0)
  }
  figures(now: number): Record<Hop, HopFigures> {
    const since = Math.floor(now / MINUTE_MS) - KEPT_MINUTES
    const recent = [...this.minutes].filter(([key]) => key > since).map(([, minute]) => minute)
    return Object.fromEntries(
      HOPS.map((hop) => {
        const sums = BUCKETS.map((_, i) => recent.reduce((sum, { hops }) => sum + hops[hop][i]!, 0))
        const n = sums.reduce((sum, count) => sum + count, 0)
        return [hop, { p50_ms: rank(sums, n * 0.5), p99_ms: rank(sums, n * 0.99), n }]
      }),
    ) as Record<Hop, HopFigures>
  }
}
function rank(sums: number[], wanted: number): number {
  let seen = 0
  for (const [i, count] of sums.entries()) {
    seen += count
    if (count > 0 && seen >= wanted) return BUCKETS[i]!
  }
  return 0
}
