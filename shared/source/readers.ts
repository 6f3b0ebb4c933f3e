import { type Context, expected, goTo, type Item, type Reader, Unreadable } from './reader.ts'
import { isoText, parseDay, parseIso } from './wall-clock.ts'

/** Readers of single values. Each gives undefined where the source gave nothing, and throws where it gave the wrong kind. */

interface Bounds {
  /** Anything outside is a code of the provider's for "no value", and left out. */
  least?: number
  most?: number
}
type Numeric = Reader<number>

/** A number, multiplied and shifted into the schema's unit. */
export function number(
  path: string,
  { least = -Infinity, most = Infinity, times = 1 }: Bounds & { times?: number } = {},
): Numeric {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const value = at(item, context)
    if (value === undefined) return undefined
    if (typeof value !== 'number') throw expected(path, 'a number', value)
    if (value < least || value > most) return undefined
    return times === 1 ? value : scaled(value, times)
  }
  return { read, from: [path] }
}
/** Keeps 16.9 from becoming 16.900000000000002: a factor brings no digits of its own beyond the twelfth. */
export const scaled = (value: number, times: number): number => Number((value * times).toPrecision(12))

/** A whole number; a fraction of it is rounded. */
export function integer(path: string, bounds: Bounds & { times?: number } = {}): Numeric {
  const { read, from } = number(path, bounds)
  return {
    from,
    read: (item, context) => {
      const value = read(item, context)
      return value === undefined ? undefined : Math.round(value)
    },
  }
}
/** 0–100, of a ratio 0–1 or of a percentage. */
export const percent = (path: string, { of = 100, least }: { of?: 1 | 100; least?: number } = {}): Numeric =>
  number(path, { times: of === 1 ? 100 : 1, ...(least === undefined ? {} : { least }) })
/** Seconds, of another unit. */
export const duration = (path: string, unit: 's' | 'ms' | 'min' = 's'): Numeric =>
  number(path, { least: 0, times: unit === 's' ? 1 : unit === 'ms' ? 0.001 : 60 })

/** Text, or a number as text (identifiers come as either). Empty is absent. */
export function text(path: string): Reader<string> {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const value = at(item, context)
    if (typeof value === 'string') return value === '' ? undefined : value
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
  const read = (item: Item, context: Context) => {
    const value = at(item, context)
    if (value === undefined) return undefined
    if (typeof value !== 'string' && typeof value !== 'number') throw expected(path, 'a word or a code', value)
    return known.get(String(value)) ?? known.get(folded(String(value))) ?? otherwise
  }
  return { read, from: [path] }
}
/** Providers spell one word `Lap Swimming`, `lap_swimming` and `LAP_SWIMMING`. */
const folded = (word: string): string => word.toUpperCase().replaceAll(' ', '_')
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
  read: (item, context) => (holds(item, context) ? reader.read(item, context) : undefined),
})
/** The first of several that gives something. */
export const first = <T>(...readers: Reader<T>[]): Reader<T> => ({
  from: readers.flatMap(({ from }) => from),
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
export function time(path: string): Reader<string> {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const value = at(item, context)
    if (value === undefined) return undefined
    const moment = typeof value === 'string' ? parseIso(value) : undefined
    if (!moment)
      throw typeof value === 'string'
        ? new Unreadable(path, `${path} is not an ISO 8601 time`)
        : expected(path, 'a time', value)
    return isoText(moment.at, moment.offset)
  }
  return { read, from: [path] }
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
export function localTime(path: string): Reader<string> {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const value = at(item, context)
    if (value === undefined) return undefined
    const moment = typeof value === 'string' ? parseIso(value) : undefined
    if (!moment) throw new Unreadable(path, `${path} is not an ISO 8601 time`)
    return isoText(moment.at, context.frame.offset ?? moment.offset)
  }
  return { read, from: [path] }
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
/** The record's own start and end, for sections that repeat them. */
export const itsStart: Reader<string> = { from: [], read: (_, { frame }) => isoText(frame.startAt, frame.offset) }
export const itsEnd: Reader<string> = { from: [], read: (_, { frame }) => isoText(frame.endAt, frame.offset) }

/** The sum of those that are there. */
export const sum = (...paths: string[]): Numeric => {
  const readers = paths.map((path) => number(path, { least: 0 }))
  return {
    from: paths,
    read: (item, context) => {
      let total: number | undefined
      for (const { read } of readers) {
        const value = read(item, context)
        if (value !== undefined) total = (total ?? 0) + value
      }
      return total
    },
  }
}

/** `value × 10^unit` of the element of a list that has the type: `measures: [{type: 1, value: 65750, unit: -3}]`. */
export const powerOfTen = (
  path: string,
  type: number,
  { least = -Infinity, times = 1 }: { least?: number; times?: number } = {},
): Numeric => {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const all = at(item, context)
    if (all === undefined) return undefined
    if (!Array.isArray(all)) throw expected(path, 'a list', all)
    const index = all.findIndex((one) => one?.type === type)
    if (index < 0) return undefined
    const { value, unit = 0 } = all[index]
    if (typeof value !== 'number') throw expected(`${path}.${index}.value`, 'a number', value)
    if (!Number.isInteger(unit)) throw expected(`${path}.${index}.unit`, 'a whole number', unit)
    // Through the decimal text: 65750e-3 is exactly 65.75, a product need not be.
    const exact = Number(`${value}e${unit}`)
    return exact < least ? undefined : times === 1 ? exact : scaled(exact, times)
  }
  return { read, from: [path] }
}
/** Durations of numbered zones: `hr_zone_0`, `hr_zone_1`… */
export const zones = (
  prefix: string,
  names: string[],
): Reader<{ zone: number; name: string; duration_seconds: number }[]> => {
  const readers = names.map((_, zone) => number(`${prefix}${zone}`))
  const read = (item: Item, context: Context) => {
    const all = readers.flatMap(({ read }, zone) => {
      const seconds = read(item, context)
      return seconds === undefined ? [] : [{ zone, name: names[zone]!, duration_seconds: seconds }]
    })
    return all.some(({ duration_seconds }) => duration_seconds > 0) ? all : undefined
  }
  return { read, from: readers.flatMap(({ from }) => from), gives: ['zone', 'name', 'duration_seconds'] }
}
