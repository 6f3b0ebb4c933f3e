import type { OffsetOf } from './offsets.ts'
import { type Context, expected, goTo, type Item, type Reader, Unreadable } from './reader.ts'
import { fieldsOf, type Sample, Series, type Values, valueReader } from './sample-values.ts'
import { isoText } from './wall-clock.ts'

/** Readers of series that are objects: time → value. The keys come in any order and the samples in that of time. */

type NoMore = Record<never, never>

/** `{"15": 75}`: seconds after the record's base → value. */
export const offsetMap = <K extends string, const X extends object = NoMore>(
  path: string,
  key: K,
  values: Values<X> = {},
): Reader<Sample<K, X>[]> => keyed(path, key, values, false)
/** `{"1434758640": 75}`: Unix second → value. */
export const secondMap = <K extends string, const X extends object = NoMore>(
  path: string,
  key: K,
  values: Values<X> = {},
): Reader<Sample<K, X>[]> => keyed(path, key, values, true)

function keyed<K extends string, X extends object>(
  path: string,
  key: K,
  values: Values<X>,
  absolute: boolean,
): Reader<Sample<K, X>[]> {
  const [at, of] = [goTo(path), valueReader(values, path)]
  const read = (item: Item, context: Context) => {
    const map = objectOf(at(item, context), path)
    if (!map) return undefined
    const { baseAt, offset } = context.frame
    const series = new Series(key, values)
    // Whole-number keys come in rising order whatever order they were sent in.
    for (const name in map) {
      const value = of(map[name], name)
      if (value === undefined) continue
      series.add(isoText((absolute ? 0 : baseAt) + secondsOf(name, path) * 1000, offset), value)
    }
    return series.done()
  }
  return { read, from: [path], gives: fieldsOf(key, values) }
}

function secondsOf(key: string, path: string): number {
  const seconds = Number(key)
  if (!Number.isFinite(seconds)) throw new Unreadable(path, `${path} has a key that is not a number of seconds`)
  return seconds
}

/** `{"1434758640": {steps: 21}}`: one field of objects keyed by Unix second. */
export function secondRows<K extends string, const X extends object = NoMore>(
  path: string,
  key: K,
  field: string,
  values: Values<X> = {},
): Reader<Sample<K, X>[]> {
  const [at, of] = [goTo(path), valueReader(values, path)]
  const read = (item: Item, context: Context) => {
    const map = objectOf(at(item, context), path)
    if (!map) return undefined
    const series = new Series(key, values)
    for (const name in map) {
      const value = of((map[name] as Record<string, unknown> | null)?.[field], `${name}.${field}`)
      if (value !== undefined) series.add(isoText(secondsOf(name, path) * 1000, context.frame.offset), value)
    }
    return series.done()
  }
  return { read, from: [`${path}.*.${field}`], gives: fieldsOf(key, values) }
}

/** A list of spans, each with a map of Unix second → value: one series in order of time, a second told once. */
export function spanMaps<K extends string>(
  path: string,
  field: string,
  key: K,
  values: Values = {},
): Reader<Sample<K>[]> {
  const at = goTo(path)
  const inner = secondMap(field, key, values)
  const read = (item: Item, context: Context) => {
    const spans = at(item, context)
    if (spans === undefined) return undefined
    if (!Array.isArray(spans)) throw expected(path, 'a list', spans)
    const byTime = new Map<string, Sample<K>>()
    for (const span of spans) for (const sample of inner.read(span, context) ?? []) byTime.set(sample.timestamp, sample)
    const samples = [...byTime.values()].sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1))
    return samples.length > 0 ? samples : undefined
  }
  return { read, from: [`${path}.*.${field}`], gives: fieldsOf(key, values) }
}

/** How the times of day of a series become moments. */
export interface ClockTiming {
  /** How long before the record's base the first may be; else within the minute of the base. A day of waking: 12 hours. */
  beforeSeconds?: number
  /** Where clocks change during the record: the zone to know it by. */
  zone?: OffsetOf
}
const DAY_S = 86_400
/**
 * Times of day within the 24 hours from a record's base: `00:41` of a night that began at 23:50 is the next day's, in
 * whatever order they come. → epoch ms and the offset to tell it in.
 */
export function clockPlacer({ beforeSeconds = 0, zone }: ClockTiming, item: Item, context: Context) {
  const { baseAt, offset = 0 } = context.frame
  const local = baseAt / 1000 + offset
  // Keys are cut to the minute, so the first may be a little before the base.
  const from = Math.floor(local / 60) * 60 - beforeSeconds
  const fromInDay = from - Math.floor(from / DAY_S) * DAY_S
  return (secondOfDay: number): { at: number; offset: number | undefined } => {
    const wall = (from + ((secondOfDay - fromInDay + DAY_S) % DAY_S)) * 1000
    const zoneOffset = zone?.read(item, context, wall, true)
    if (zoneOffset !== undefined) return { at: wall - zoneOffset * 1000, offset: zoneOffset }
    return { at: wall - offset * 1000, offset: context.frame.offset }
  }
}
/** `07:05` or `07:05:30` as seconds of the day; undefined where it is neither. */
export function secondOfDay(text: string): number | undefined {
  const two = (from: number): number => {
    const [a, b] = [text.charCodeAt(from) - 48, text.charCodeAt(from + 1) - 48]
    return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : Number.NaN
  }
  const seconds =
    text.length === 5 ? 0 : text[5] === ':' && (text.length === 8 || text[8] === '.') ? two(6) : Number.NaN
  const found = two(0) * 3600 + two(3) * 60 + seconds
  return text[2] === ':' && two(0) < 24 && two(3) < 60 && seconds < 60 ? found : undefined
}

/** Keys are times of day, which go on past midnight: `{"23:51": 14, "00:06": 15}`. */
export function clockMap<K extends string, const X extends object = NoMore>(
  path: string,
  key: K,
  { beforeSeconds, zone, ...values }: Values<X> & ClockTiming = {},
): Reader<Sample<K, X>[]> {
  const [at, of] = [goTo(path), valueReader(values, path)]
  const timing = { ...(beforeSeconds !== undefined && { beforeSeconds }), ...(zone && { zone }) }
  const read = (item: Item, context: Context) => {
    const map = objectOf(at(item, context), path)
    if (!map) return undefined
    const place = clockPlacer(timing, item, context)
    const found: { at: number; timestamp: string; value: number }[] = []
    for (const [name, given] of Object.entries(map)) {
      const seconds = secondOfDay(name)
      if (seconds === undefined) throw new Unreadable(path, `${path} has a key that is not a time of day`)
      const value = of(given, name)
      if (value === undefined) continue
      const { at, offset } = place(seconds)
      found.push({ at, timestamp: isoText(at, offset), value })
    }
    found.sort((a, b) => a.at - b.at)
    const series = new Series(key, values)
    for (const { timestamp, value } of found) series.add(timestamp, value)
    return series.done()
  }
  return { read, from: [path], gives: fieldsOf(key, values) }
}

export function objectOf(value: unknown, path: string): Record<string, unknown> | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw expected(path, 'an object', value)
  return value as Record<string, unknown>
}
