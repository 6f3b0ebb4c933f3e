import { iso } from './clocks.ts'
import { number } from './numbers.ts'
import { type Context, expected, fromOf, goTo, type Item, type Reader, Unreadable } from './reader.ts'
import { type DateStyle, dayNumber } from './time-styles.ts'
import { dayText, isoText, parseDay } from './wall-clock.ts'

export { duration } from './durations.ts'
export { integer, number, numeric, percent, powerOfTen, rounded, scaled } from './numbers.ts'
export { sum, total } from './sums.ts'

/**
 * Readers of single values. Each gives undefined where the source gave nothing, and throws where it gave the wrong kind.
 *
 * The others: numbers.ts counts and codes · units.ts values with a unit · durations.ts lengths of time · sums.ts numbers
 * made of several · clocks.ts moments, with time-styles.ts how they are told and offsets.ts where local time is from ·
 * samples.ts, sample-maps.ts, sample-arrays.ts series · stages.ts, hypnogram.ts sleep · gather.ts, sources.ts records that
 * come one by one · activity-types.ts, provenance.ts tables · derive.ts what follows from other values · places.ts when
 * and under which key a record is · paths.ts what a path can say.
 */

/** Text, or a number as text (identifiers come as either). Empty is absent, and so are words for it (`"None"`). */
export function text(path: string, { none }: { none?: readonly string[] } = {}): Reader<string> {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const value = at(item, context)
    if (typeof value === 'string') return value === '' || none?.includes(value) ? undefined : value
    if (typeof value === 'number') return String(value)
    if (value === undefined) return undefined
    throw expected(path, 'text', value)
  }
  return { read, from: [path] }
}
export function flag(path: string): Reader<boolean> {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const value = at(item, context)
    if (value === undefined || typeof value === 'boolean') return value
    throw expected(path, 'true or false', value)
  }
  return { read, from: [path] }
}
export const constant = <const V>(value: V): Reader<V> => ({ read: () => value, from: [] })

/** A table from the provider's words or codes to the schema's. What is not in it becomes `otherwise`, or is left out. */
export function table<const V>(path: string, entries: Record<string, V>, otherwise?: V): Reader<V> {
  const at = goTo(path)
  const known = new Map(Object.entries(entries).map(([word, value]) => [folded(word), value]))
  for (const [word, value] of Object.entries(entries)) known.set(word, value)
  const read = (item: Item, context: Context) => {
    const value = at(item, context)
    if (value === undefined) return undefined
    if (typeof value !== 'string' && typeof value !== 'number') throw expected(path, 'a word or a code', value)
    return known.get(String(value)) ?? known.get(folded(String(value))) ?? otherwise
  }
  const has = (word: string) => known.has(word) || known.has(folded(word))
  return { read, from: [path], knows: [{ path, has }] }
}
/** Providers spell one word `Lap Swimming`, `lap-swimming`, `lap_swimming` and `LAP_SWIMMING`. */
export const folded = (word: string): string => word.toUpperCase().replace(/[ -]+/g, '_')
/** A table turned round, for many words with one meaning: `{8: 'RUNNING TRACK_RUNNING'}`. */
export const words = <const T extends Record<number, string>>(meanings: T): Record<string, keyof T & number> =>
  Object.fromEntries(
    Object.entries(meanings).flatMap(([code, list]) =>
      list.split(' ').map((word) => [word, Number(code) as keyof T & number]),
    ),
  )
/** A value only where a condition on the item holds. */
export const when = <T>(holds: (item: Item, context: Context) => boolean, reader: Reader<T>): Reader<T> => ({
  ...reader,
  from: [...fromOf(holds), ...reader.from],
  read: (item, context) => (holds(item, context) ? reader.read(item, context) : undefined),
})
/** The first of several that gives something. */
export const first = <T>(...readers: Reader<T>[]): Reader<T> => ({
  from: readers.flatMap(({ from }) => from),
  knows: readers.flatMap(({ knows }) => knows ?? []),
  read: (item, context) => {
    for (const reader of readers) {
      const value = reader.read(item, context)
      if (value !== undefined) return value
    }
    return undefined
  },
})
export const orElse = <T>(reader: Reader<T>, value: T): Reader<T> => ({
  ...reader,
  read: (item, context) => reader.read(item, context) ?? value,
})
/** For what no table can say. Names what it reads; its comment says where the provider documents the oddity. */
export const odd = <T>(from: string[], read: (item: Item, context: Context) => T | undefined): Reader<T> => ({
  from,
  read,
})

/** An ISO text in the schema's spelling, offset kept. */
export const time = (path: string): Reader<string> => {
  const { read, from } = iso(path)
  return {
    from,
    read: (item, context) => {
      const moment = read(item, context)
      return moment && isoText(moment.at, moment.offset)
    },
  }
}
/** Unix seconds, told in the record's offset. */
export function unixTime(path: string): Reader<string> {
  const { read, from } = number(path)
  return {
    from,
    read: (item, context) => {
      const seconds = read(item, context)
      return seconds === undefined ? undefined : isoText(seconds * 1000, context.frame.offset)
    },
  }
}
/** An ISO time, told in the record's offset: for sources that give a local day and UTC readings. */
export const localTime = (path: string): Reader<string> => {
  const { read, from } = iso(path)
  return {
    from,
    read: (item, context) => {
      const moment = read(item, context)
      return moment && isoText(moment.at, context.frame.offset ?? moment.offset)
    },
  }
}
/** A civil date as it is. */
export function date(path: string): Reader<string> {
  const { read, from } = text(path)
  return {
    from,
    read: (item, context) => {
      const value = read(item, context)
      if (value !== undefined && (parseDay(value) === undefined || value.length !== 10))
        throw new Unreadable(path, `${path} is not a date`)
      return value
    },
  }
}
/** A civil date told otherwise: `dateAs('date_int', 'days')`, `dateAs('date', 'civil')`. */
export function dateAs(path: string, style: DateStyle): Reader<string> {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const value = at(item, context)
    return value === undefined || value === '' ? undefined : dayText(dayNumber(value, path, style))
  }
  return { read, from: [path] }
}
/** The record's own start, for sections that repeat it. */
export const itsStart: Reader<string> = { from: [], read: (_, { frame }) => isoText(frame.startAt, frame.offset) }

type Zone = { zone: number; name: string; duration_seconds: number }
/** Durations of numbered zones: `hr_zone_0`, `hr_zone_1`… */
export const zones = (prefix: string, names: string[]): Reader<Zone[]> =>
  zoneDurations(Object.fromEntries(names.map((name, zone) => [name, number(`${prefix}${zone}`)])))
/** Durations of zones, each with its reader, from the lowest on: `{light: duration('lightTime', 's-text'), …}`. */
export const zoneDurations = (readers: Record<string, Reader<number>>): Reader<Zone[]> => {
  const all = Object.entries(readers)
  const read = (item: Item, context: Context) => {
    const found: Zone[] = []
    for (const [zone, [name, { read }]] of all.entries()) {
      const seconds = read(item, context)
      if (seconds !== undefined) found.push({ zone, name, duration_seconds: seconds })
    }
    return found.some(({ duration_seconds }) => duration_seconds > 0) ? found : undefined
  }
  return { read, from: all.flatMap(([, { from }]) => from), gives: ['zone', 'name', 'duration_seconds'] }
}
