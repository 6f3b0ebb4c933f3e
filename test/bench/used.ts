import { round } from './statistics.ts'
import type { World } from './world.ts'

/** What the counting runtime has counted so far, by name. */
export type Counts = Record<string, number>
export const countsOf = async (world: World): Promise<Counts> =>
  (await fetch(`${world.url}/bench/counts`)).json() as Promise<Counts>

/** What was used between two counts, by each of so many events. */
export function usedBetween(before: Counts, after: Counts, events: number) {
  const used = (what: string): number => ((after[what] ?? 0) - (before[what] ?? 0)) / events
  /** All that was used of the names that begin so, by the rest of their names. */
  const family = (prefix: string, digits: number): Counts =>
    Object.fromEntries(
      Object.keys(after)
        .filter((name) => name.startsWith(prefix) && used(name) > 0)
        .map((name) => [name.slice(prefix.length), round(used(name), digits)]),
    )
  return { used, family }
}
