import { type Clock, tell } from './clocks.ts'
import { decimal, exact } from './numbers.ts'
import { type Context, expected, goTo, type Item, type Reader, Unreadable } from './reader.ts'
import { type ClockTiming, clockPlacer, objectOf, secondOfDay } from './sample-maps.ts'
import {
  baseOf,
  fieldsOf,
  type Sample,
  Series,
  stamps,
  type Timing,
  type Values,
  valueReader,
} from './sample-values.ts'
import { isoText, type Moment } from './wall-clock.ts'

/** Readers of series that are lists or text: evenly spaced, beside a list of times, or in pairs. Nulls are gaps. */

type NoMore = Record<never, never>
type Series1<K extends string, X extends object> = Reader<Sample<K, X>[]>

/** How far apart evenly spaced samples are: seconds, or the path of a number of seconds (or of `everyUnit`). */
interface Even {
  every: number | string
  everyUnit?: 's' | 'ms' | 'min'
  start?: Clock
}
const UNIT_MS = { s: 1000, ms: 1, ds: 100, min: 60_000 } as const
function stepOf({ every, everyUnit: unit = 's' }: Even): {
  read: (item: Item, context: Context) => number
  from: string[]
} {
  if (typeof every === 'number') return { read: () => every * UNIT_MS[unit], from: [] }
  const at = goTo(every)
  const read = (item: Item, context: Context) => {
    const step = decimal(at(item, context))
    if (step === undefined || !(step > 0)) throw expected(every, 'a positive number', at(item, context))
    return step * UNIT_MS[unit]
  }
  return { read, from: [every] }
}

/** A list of values, one each so many seconds from the base: `{"interval": 5, "items": [61, null, 63]}`. */
export function evenly<K extends string, const X extends object = NoMore>(
  path: string,
  key: K,
  { every, everyUnit, start, ...values }: Values<X> & Even,
): Series1<K, X> {
  return even(path, key, { every, ...(everyUnit && { everyUnit }), ...(start && { start }) }, values, (found) => {
    if (!Array.isArray(found)) throw expected(path, 'a list', found)
    return found
  })
}
/** The same as one text, with commas (or another sign) between: `{"recording-rate": 5, "data": "0,100,102"}`. */
export function csv<K extends string, const X extends object = NoMore>(
  path: string,
  key: K,
  { every, everyUnit, start, separator = ',', ...values }: Values<X> & Even & { separator?: string },
): Series1<K, X> {
  return even(path, key, { every, ...(everyUnit && { everyUnit }), ...(start && { start }) }, values, (found) => {
    if (typeof found !== 'string') throw expected(path, 'text', found)
    return found === '' ? [] : found.split(separator).map((one) => (one === 'null' ? null : one))
  })
}
function even<K extends string, X extends object>(
  path: string,
  key: K,
  spacing: Even,
  values: Values<X>,
  split: (found: unknown) => readonly unknown[],
): Series1<K, X> {
  const [at, of, step] = [goTo(path), valueReader(values, path), stepOf(spacing)]
  const read = (item: Item, context: Context) => {
    const found = at(item, context)
    if (found === undefined) return undefined
    const all = split(found)
    if (all.length === 0) return undefined
    const [stepMs, base] = [step.read(item, context), baseOf(spacing.start, item, context)]
    const series = new Series(key, values)
    for (let i = 0; i < all.length; i++) {
      const value = of(all[i], i)
      if (value !== undefined) series.add(isoText(base.at + i * stepMs, base.offset), value)
    }
    return series.done()
  }
  return { read, from: [path, ...step.from, ...(spacing.start?.from ?? [])], gives: fieldsOf(key, values) }
}

/** Two lists side by side, one of values and one of times (offsets from the base, or any style), of which `timeAt` is the path. */
export function parallel<K extends string, const X extends object = NoMore>(
  path: string,
  key: K,
  { timeAt, style, start, zone, ...values }: Values<X> & Timing & { timeAt: string },
): Series1<K, X> {
  const [at, timesAt, of] = [goTo(path), goTo(timeAt), valueReader(values, path)]
  const stampOf = stamps({ ...(style && { style }), ...(start && { start }), ...(zone && { zone }) })
  const read = (item: Item, context: Context) => {
    const both = sideBySide(at(item, context), timesAt(item, context), path, timeAt)
    if (!both) return undefined
    const [stamp, series] = [stampOf(item, context), new Series(key, values)]
    for (let i = 0; i < both.values.length; i++) {
      const value = of(both.values[i], i)
      if (value !== undefined) series.add(stamp(both.times[i], timeAt), value)
    }
    return series.done()
  }
  return { read, from: [path, timeAt, ...(start?.from ?? [])], gives: fieldsOf(key, values) }
}
function sideBySide(values: unknown, times: unknown, path: string, timesPath: string) {
  if (values === undefined) return undefined
  if (!Array.isArray(values)) throw expected(path, 'a list', values)
  if (!Array.isArray(times)) throw expected(timesPath, 'a list', times)
  if (times.length !== values.length)
    throw new Unreadable(
      path,
      `${path} and ${timesPath} should be equally long, found ${values.length} and ${times.length}`,
    )
  return { values, times }
}
/** Pairs of degrees beside a list of times: `{"latlng": [[51.5, -0.6]]}`. */
export function positions(
  path: string,
  { timeAt, ...timing }: Timing & { timeAt: string },
): Reader<{ timestamp: string; coords_lat_lng_deg: number[] }[]> {
  const [at, timesAt, stampOf] = [goTo(path), goTo(timeAt), stamps(timing)]
  const read = (item: Item, context: Context) => {
    const both = sideBySide(at(item, context), timesAt(item, context), path, timeAt)
    if (!both) return undefined
    const stamp = stampOf(item, context)
    const found: { timestamp: string; coords_lat_lng_deg: number[] }[] = []
    for (let i = 0; i < both.values.length; i++) {
      const pair = both.values[i]
      if (pair === null || pair === undefined) continue
      const [latitude, longitude] = pair as unknown[]
      if (!Array.isArray(pair) || typeof latitude !== 'number' || typeof longitude !== 'number')
        throw expected(`${path}.${i}`, 'a pair of degrees', pair)
      if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) continue
      found.push({ timestamp: stamp(both.times[i], timeAt), coords_lat_lng_deg: [latitude, longitude] })
    }
    return found.length > 0 ? found : undefined
  }
  return { read, from: [path, timeAt, ...(timing.start?.from ?? [])], gives: ['timestamp', 'coords_lat_lng_deg'] }
}

/** Pairs of a time (offset, or any style) and a value: `[["2026-08-28T06:00:00Z", 58]]`, `[[0, 1.5], [5, 3.1]]`. */
export function pairs<K extends string, const X extends object = NoMore>(
  path: string,
  key: K,
  { style, start, zone, ...values }: Values<X> & Timing = {},
): Series1<K, X> {
  const [at, of] = [goTo(path), valueReader(values, path)]
  const stampOf = stamps({ ...(style && { style }), ...(start && { start }), ...(zone && { zone }) })
  const read = (item: Item, context: Context) => {
    const all = at(item, context)
    if (all === undefined) return undefined
    if (!Array.isArray(all)) throw expected(path, 'a list', all)
    const [stamp, series] = [stampOf(item, context), new Series(key, values)]
    for (let i = 0; i < all.length; i++) {
      const pair: unknown = all[i]
      if (!Array.isArray(pair) || pair.length < 2) throw expected(`${path}.${i}`, 'a pair', pair)
      const value = of(pair[1], i)
      if (value !== undefined) series.add(stamp(pair[0], `${path}.${i}`), value)
    }
    return series.done()
  }
  return { read, from: [path, ...(start?.from ?? [])], gives: fieldsOf(key, values) }
}

/** FHIR SampledData: numbers with spaces between, `value × factor + origin`, `period` ms apart. E, U and L are gaps. */
export function sampledData<K extends string, const X extends object = NoMore>(
  path: string,
  key: K,
  { start, ...values }: Values<X> & { start?: Clock } = {},
): Series1<K, X> {
  const [at, of] = [goTo(path), valueReader(values, path)]
  const read = (item: Item, context: Context) => {
    const found = objectOf(at(item, context), path)
    if (found?.data === undefined) return undefined
    const { data, period = found.interval, factor = 1, origin, dimensions = 1 } = found
    if (typeof data !== 'string') throw expected(`${path}.data`, 'text', data)
    if (typeof period !== 'number') throw expected(`${path}.period`, 'a number', period)
    if (typeof factor !== 'number') throw expected(`${path}.factor`, 'a number', factor)
    if (dimensions !== 1) throw new Unreadable(`${path}.dimensions`, `${path} should have one dimension`)
    const zero = (origin as { value?: unknown } | undefined)?.value ?? 0
    if (typeof zero !== 'number') throw expected(`${path}.origin.value`, 'a number', zero)
    const [base, series] = [baseOf(start, item, context), new Series(key, values)]
    for (const [i, word] of data.trim().split(/\s+/).entries()) {
      if (word === 'E' || word === 'U' || word === 'L' || word === '') continue
      const value = of(exact(decimal(word)! * factor + zero), i)
      if (value !== undefined) series.add(isoText(base.at + i * period, base.offset), value)
    }
    return series.done()
  }
  const fields = ['data', 'period', 'interval', 'factor', 'dimensions', 'origin.value'].map((name) => `${path}.${name}`)
  return { read, from: [...fields, ...(start?.from ?? [])], gives: fieldsOf(key, values) }
}

/** A sample's time as seconds (ms, tenths) after the record's base: `{"recording_time_delta_milliseconds": 123}`. */
export function sinceBase(path: string, unit: keyof typeof UNIT_MS = 's'): Reader<string> {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const value = at(item, context)
    if (value === undefined) return undefined
    const number = decimal(value)
    if (number === undefined || Number.isNaN(number)) throw expected(path, 'a number', value)
    return isoText(context.frame.baseAt + number * UNIT_MS[unit], context.frame.offset)
  }
  return { read, from: [path] }
}
/** A sample's time of day, on the record's day or night: `{"time": "00:00:15", "value": 67}`. As a moment. */
export function timeOfDay(path: string, timing: ClockTiming = {}): Clock {
  const at = goTo(path)
  const read = (item: Item, context: Context): Moment | undefined => {
    const value = at(item, context)
    if (value === undefined) return undefined
    const seconds = typeof value === 'string' ? secondOfDay(value) : undefined
    if (seconds === undefined) throw new Unreadable(path, `${path} is not a time of day`)
    const placed = clockPlacer(timing, item, context)(seconds)
    return { ...placed, utc: placed.offset === 0 && context.frame.utc }
  }
  return { read, from: [path] }
}
/** `timeOfDay` as a field. */
export const clockTime = (path: string, timing: ClockTiming = {}): Reader<string> => {
  const { read, from } = timeOfDay(path, timing)
  return {
    from,
    read: (item, context) => {
      const moment = read(item, context)
      return moment && tell(moment, context)
    },
  }
}
/** Several readers' samples as one series, in order of time; of two with one time the first reader's stays. */
export const joined = <T extends { timestamp: string }>(...readers: Reader<T[]>[]): Reader<T[]> => ({
  from: readers.flatMap(({ from }) => from),
  gives: [...new Set(readers.flatMap(({ gives }) => gives ?? []))],
  read: (item, context) => {
    const byTime = new Map<string, T>()
    for (const { read } of readers)
      for (const sample of read(item, context) ?? [])
        if (!byTime.has(sample.timestamp)) byTime.set(sample.timestamp, sample)
    const all = [...byTime.values()].sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1))
    return all.length > 0 ? all : undefined
  },
})
