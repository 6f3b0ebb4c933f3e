import type { Clock } from './clocks.ts'
import type { Gather } from './map.ts'
import { type Context, fromOf, goTo, type Item, reading, Unreadable } from './reader.ts'

/** One provider, several sources of the same thing: what is counted twice must not be added up. */

interface Preference {
  /** Where an item names its source, or what tells it. */
  source: string | ((item: Item) => string)
  /** Sources from the best on. Those that are not listed come after them, by name, so that it is always the same one. */
  order: readonly (string | RegExp)[]
  start: Clock
  end: Clock
}
interface Placed {
  index: number
  source: string
  startAt: number
  endAt: number
}

/**
 * Gathers without the items whose time a better source has told about: steps of a phone while the watch was worn. An item
 * that overlaps in part is left out whole: less than there was, but nothing twice. Items of one source stay as they are.
 */
export const preferring = (of: Preference, gather: Gather): Gather => {
  const from = [
    ...(typeof of.source === 'string' ? [of.source] : []),
    ...of.start.from,
    ...of.end.from,
    ...fromOf(gather),
  ]
  return reading(from, (items, report, context) => {
    const kept = best(of, items, context)
    const found = gather(
      kept.map((index) => items[index]),
      (index, error) => report(kept[index]!, error),
      context,
    )
    return found.map(({ slices, indexes }) => ({ slices, indexes: indexes.map((index) => kept[index]!) }))
  })
}

function best(of: Preference, items: Item[], context: Context): number[] {
  const sourceAt = typeof of.source === 'string' ? goTo(of.source) : of.source
  const kept: number[] = []
  const bySource = new Map<string, Placed[]>()
  for (const [index, item] of items.entries()) {
    const span = spanOf(of, item, context)
    // What has no place is for the gatherer to report.
    if (!span) {
      kept.push(index)
      continue
    }
    const source = String(sourceAt(item, context) ?? '')
    const placed = { index, source, ...span }
    const others = bySource.get(source)
    if (others) others.push(placed)
    else bySource.set(source, [placed])
  }
  let told: [number, number][] = []
  for (const source of ranked([...bySource.keys()], of.order)) {
    const free = bySource.get(source)!.filter((placed) => !overlaps(told, placed))
    for (const { index } of free) kept.push(index)
    told = united([...told, ...free.map(({ startAt, endAt }): [number, number] => [startAt, endAt])])
  }
  return kept.sort((a, b) => a - b)
}
function spanOf(
  { start, end }: Preference,
  item: Item,
  context: Context,
): Pick<Placed, 'startAt' | 'endAt'> | undefined {
  try {
    const from = start.read(item, context)
    return from && { startAt: from.at, endAt: end.read(item, context)?.at ?? from.at }
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}
function ranked(sources: string[], order: Preference['order']): string[] {
  const rank = (source: string): number => {
    const at = order.findIndex((one) => (typeof one === 'string' ? one === source : one.test(source)))
    return at < 0 ? order.length : at
  }
  return sources.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
}
/** Of spans in order and apart: whether one holds a part of this one, or the moment that it is. */
function overlaps(told: [number, number][], { startAt, endAt }: Placed): boolean {
  let [low, high] = [0, told.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (told[middle]![1] > startAt) high = middle
    else low = middle + 1
  }
  const next = told[low]
  return next !== undefined && next[0] < Math.max(endAt, startAt + 1)
}
function united(spans: [number, number][]): [number, number][] {
  const all: [number, number][] = []
  for (const [startAt, endAt] of spans.sort((a, b) => a[0] - b[0])) {
    const last = all.at(-1)
    if (last && startAt <= last[1]) last[1] = Math.max(last[1], endAt)
    else all.push([startAt, endAt])
  }
  return all
}

/** Indexes of items of which the same payload holds a newer version: `{id, version}` are paths; versions are numbers or texts. */
export function superseded(items: Item[], of: { id: string; version: string }): Set<number> {
  const [idAt, versionAt] = [goTo(of.id), goTo(of.version)]
  const newest = new Map<unknown, number>()
  const old = new Set<number>()
  for (const [index, item] of items.entries()) {
    const id = idAt(item)
    if (id === undefined) continue
    const known = newest.get(id)
    const older = known !== undefined && isOlder(versionAt(item), versionAt(items[known]))
    if (older) old.add(index)
    else {
      if (known !== undefined) old.add(known)
      newest.set(id, index)
    }
  }
  return old
}
const isOlder = (a: unknown, b: unknown): boolean =>
  typeof a === 'number' && typeof b === 'number' ? a < b : String(a ?? '') < String(b ?? '')
