import type { Clock } from './clocks.ts'
import type { Gathered } from './map.ts'
import { expected, goTo, type Item, type Reader, reading, type Unreadable } from './reader.ts'
import { number } from './readers.ts'
import { localDay, parseDay } from './wall-clock.ts'

/** Values that follow from others, where a provider documents how. */

/** Average of the positive values of a map of samples, to a hundredth. */
export const averageOf = (path: string): Reader<number> => {
  const at = goTo(path)
  const read = (item: Item) => {
    let [total, count] = [0, 0]
    for (const value of Object.values((at(item) ?? {}) as Record<string, unknown>)) {
      if (typeof value !== 'number' || value <= 0) continue
      total += value
      count++
    }
    return count === 0 ? undefined : Math.round((total / count) * 100) / 100
  }
  return { read, from: [path] }
}
/** The contract's bands of a stress level of 1–100. */
export const stressRating = (level: Reader<number>): Reader<1 | 2 | 3 | 4> => ({
  from: level.from,
  read: (item, context) => {
    const value = level.read(item, context)
    if (value === undefined || value < 1) return undefined
    return value <= 25 ? 1 : value <= 50 ? 2 : value <= 75 ? 3 : 4
  },
})
/** A pair of degrees, where both are there and on earth: by their paths, or by readers for other units and codes. */
export function latLng(latitude: string | Reader<number>, longitude: string | Reader<number>): Reader<number[]> {
  const [lat, lng] = [latitude, longitude].map((one) => (typeof one === 'string' ? number(one) : one)) as [
    Reader<number>,
    Reader<number>,
  ]
  return {
    from: [...lat.from, ...lng.from],
    read: (item, context) => {
      const [a, b] = [lat.read(item, context), lng.read(item, context)]
      return a === undefined || b === undefined || Math.abs(a) > 90 || Math.abs(b) > 180 ? undefined : [a, b]
    },
  }
}
/** The latest end that is told: start + each length in seconds, and the ends of all spans in a map of lists. */
export function latestEnd(start: Clock, of: { lengths: Reader<number>[]; spans: string; end: string }): Clock {
  const spansAt = goTo(of.spans)
  return {
    from: [...start.from, ...of.lengths.flatMap(({ from }) => from), `${of.spans}.*.*.${of.end}`],
    read: (item, context) => {
      const begin = start.read(item, context)
      if (!begin) return undefined
      let at = begin.at
      for (const { read } of of.lengths) at = Math.max(at, begin.at + (read(item, context) ?? 0) * 1000)
      for (const spans of Object.values((spansAt(item, context) ?? {}) as Record<string, unknown>))
        if (Array.isArray(spans))
          for (const span of spans) if (typeof span?.[of.end] === 'number') at = Math.max(at, span[of.end] * 1000)
      return { ...begin, at }
    },
  }
}
/** The day that is so many days into a period that began on a date (the first is day 1). */
export const dayInPeriod = (began: string, count: string): Clock => {
  const [beganAt, countAt] = [goTo(began), goTo(count)]
  return {
    from: [began, count],
    read: (item, context) => {
      const [text, days] = [beganAt(item, context), countAt(item, context)]
      const start = typeof text === 'string' ? parseDay(text) : undefined
      if (start === undefined || typeof days !== 'number') return undefined
      return { at: (start + days - 1) * 86_400_000, offset: undefined, utc: false }
    },
  }
}

/**
 * Slices of a day that come one by one, gathered per local day. Slices of one start are made one: `sums` are added, and
 * of `averages` the mean is taken, weighted by the field `weight`; of `ranks` the word that comes last in its list stays.
 */
export function gatherDays(of: {
  start: string
  offset: string
  sums: string[]
  averages: string[]
  weight: string
  ranks: Record<string, string[]>
}) {
  const from = [of.start, of.offset, of.weight, ...of.sums, ...of.averages, ...Object.keys(of.ranks)]
  return reading(from, (items: Item[], report: (index: number, error: Unreadable) => void): Gathered[] => {
    const days = new Map<number, Gathered & { byStart: Map<number, Item> }>()
    for (const [index, item] of items.entries()) {
      const wrong = [of.start, of.offset, of.weight, ...of.sums, ...of.averages].find(
        (name) => typeof (item?.[name] ?? (name === of.start ? undefined : 0)) !== 'number',
      )
      if (wrong !== undefined) {
        report(index, expected(wrong, 'a number', item?.[wrong]))
        continue
      }
      const start: number = item[of.start]
      const local = localDay(start * 1000, item[of.offset] ?? 0)
      let day = days.get(local)
      if (!day) {
        day = { slices: [], indexes: [], byStart: new Map() }
        days.set(local, day)
      }
      const same = day.byStart.get(start)
      if (same) {
        unite(same, item, of)
        continue
      }
      const slice = { ...item }
      day.byStart.set(start, slice)
      day.slices.push(slice)
      day.indexes.push(index)
    }
    return [...days.values()].map(({ slices, indexes }) => ({ slices, indexes }))
  })
}
function unite(
  into: Item,
  item: Item,
  of: { sums: string[]; averages: string[]; weight: string; ranks: Record<string, string[]> },
): void {
  const [a, b] = [into[of.weight] ?? 0, item[of.weight] ?? 0]
  for (const name of of.averages)
    if (typeof item[name] === 'number' && a + b > 0)
      into[name] = ((into[name] ?? item[name]) * a + item[name] * b) / (a + b)
  for (const name of new Set([...of.sums, of.weight])) into[name] = (into[name] ?? 0) + (item[name] ?? 0)
  for (const [name, order] of Object.entries(of.ranks))
    if (order.indexOf(item[name]) > order.indexOf(into[name])) into[name] = item[name]
}
