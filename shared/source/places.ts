import { type Context, expected, type Frame, goTo, type Item, Unreadable } from './reader.ts'
import { dayText, localDay, type Moment, type Offset, parseDay, parseIso } from './wall-clock.ts'
import { zoneMidnight, zoneOffset } from './zone.ts'

/** Where a record stands in time and under which key. */
export interface Place {
  read: (item: Item, context: Context) => Frame
  from: string[]
  /** The key is the provider's own id, so that a deletion that names it finds the record. */
  byId?: boolean
}
/** A moment's reader. */
export interface Clock {
  read: (item: Item, context: Context) => Moment | undefined
  from: string[]
}
const DAY_MS = 86_400_000

/** Unix seconds with the seconds to add for local time; without these it is UTC. */
export function unix(path: string, offsetPath?: string): Clock {
  const [at, offsetAt] = [goTo(path), offsetPath === undefined ? undefined : goTo(offsetPath)]
  const read = (item: Item, context: Context): Moment | undefined => {
    const seconds = at(item, context)
    if (seconds === undefined) return undefined
    if (typeof seconds !== 'number') throw expected(path, 'a number of seconds', seconds)
    const offset = offsetAt?.(item, context)
    if (offset !== undefined && typeof offset !== 'number') throw expected(offsetPath!, 'a number of seconds', offset)
    return { at: seconds * 1000, offset: offset ?? 0, utc: offset === undefined }
  }
  return { read, from: offsetPath === undefined ? [path] : [path, offsetPath] }
}
/** Unix seconds in an IANA zone; UTC where the source names none. */
export function zoned(path: string, zonePath: string): Clock {
  const [at, zoneAt] = [goTo(path), goTo(zonePath)]
  const read = (item: Item, context: Context): Moment | undefined => {
    const seconds = at(item, context)
    if (seconds === undefined) return undefined
    if (typeof seconds !== 'number') throw expected(path, 'a number of seconds', seconds)
    const zone = zoneAt(item, context)
    if (zone === undefined) return { at: seconds * 1000, offset: 0, utc: true }
    return { at: seconds * 1000, offset: offsetIn(zone, zonePath, seconds * 1000), utc: false }
  }
  return { read, from: [path, zonePath] }
}
/** ISO 8601, offset as it comes. */
export function iso(path: string): Clock {
  const at = goTo(path)
  const read = (item: Item, context: Context): Moment | undefined => {
    const value = at(item, context)
    if (value === undefined) return undefined
    if (typeof value !== 'string') throw expected(path, 'a time', value)
    const moment = parseIso(value)
    if (!moment) throw new Unreadable(path, `${path} is not an ISO 8601 time`)
    return moment
  }
  return { read, from: [path] }
}
/** The first of two that is there. */
export const either = (a: Clock, b: Clock): Clock => ({
  from: [...a.from, ...b.from],
  read: (item, context) => a.read(item, context) ?? b.read(item, context),
})
/** The first key of an object keyed by Unix second, in UTC. */
export function firstSecond(path: string): Clock {
  const at = goTo(path)
  const read = (item: Item, context: Context): Moment | undefined => {
    for (const name in at(item, context) as object) return { at: Number(name) * 1000, offset: 0, utc: true }
    return undefined
  }
  return { read, from: [path] }
}
function offsetIn(zone: unknown, path: string, at: number): number {
  if (typeof zone !== 'string') throw expected(path, 'a time zone', zone)
  const offset = zoneOffset(zone, at)
  if (offset === undefined) throw new Unreadable(path, `${path} is not a known time zone`)
  return offset
}

/** A session: its own id (or start, where ids change), start, and end or length. */
export function session(of: { id?: string | string[]; start: Clock; end?: Clock; seconds?: string }): Place {
  const ids: string[] = of.id === undefined ? [] : typeof of.id === 'string' ? [of.id] : of.id
  const idsAt = ids.map((path) => goTo(path))
  const secondsAt = goTo(of.seconds ?? '')
  const read = (item: Item, context: Context): Frame => {
    const start = of.start.read(item, context)
    if (!start) throw new Unreadable(of.start.from[0]!, `${of.start.from[0]} is missing`)
    const end = of.end?.read(item, context)
    const seconds = of.seconds === undefined ? undefined : secondsAt(item, context)
    if (seconds !== undefined && typeof seconds !== 'number')
      throw expected(of.seconds!, 'a number of seconds', seconds)
    const endAt = end?.at ?? (typeof seconds === 'number' ? start.at + seconds * 1000 : undefined)
    if (endAt === undefined) throw new Unreadable(of.end?.from[0] ?? of.seconds ?? '', 'the end is missing')
    const id = idsAt
      .map((at) => at(item, context))
      .find((value) => typeof value === 'string' || typeof value === 'number')
    const key = id !== undefined ? String(id) : `start:${Math.round(start.at / 1000)}`
    // Some sources exchange the two: the span is the same.
    const [startAt, lastAt] = [Math.min(start.at, endAt), Math.max(start.at, endAt)]
    return { startAt, endAt: lastAt, offset: start.offset, utc: start.utc, baseAt: start.at, key }
  }
  const from = [...of.start.from, ...(of.end?.from ?? []), ...(of.seconds ? [of.seconds] : []), ...ids]
  return { read, from, byId: ids.length > 0 }
}

/**
 * A local day: its date, or the day of a moment. The offset is the moment's, or the zone's; without either the day is
 * a wall clock, and counted as if it were UTC. `slices`: several items make one record, told apart by their moment.
 */
export function day(of: { date?: string; moment?: Clock; zone?: string; slices?: boolean; slice?: string }): Place {
  const [dateAt, zoneAt, sliceAt] = [goTo(of.date ?? ''), goTo(of.zone ?? ''), goTo(of.slice ?? '')]
  const read = (item: Item, context: Context): Frame => {
    const moment = of.moment?.read(item, context)
    const number = of.date === undefined ? undefined : dayOf(dateAt(item, context), of.date)
    const local = number ?? (moment ? localDay(moment.at, moment.offset) : undefined)
    if (local === undefined) throw new Unreadable(of.date ?? of.moment?.from[0] ?? '', 'the day is missing')
    const zone = of.zone === undefined ? undefined : zoneAt(item, context)
    const { startAt, offset, utc } = midnight(local, moment, zone, of.zone)
    const key = dayText(local)
    const frame: Frame = { startAt, endAt: startAt + DAY_MS, offset, utc, baseAt: moment?.at ?? startAt, key }
    if (of.slices) frame.slice = String(Math.round(frame.baseAt / 1000))
    if (of.slice !== undefined) frame.slice = String(sliceAt(item, context) ?? '')
    return frame
  }
  return {
    read,
    from: [
      ...(of.date ? [of.date] : []),
      ...(of.moment?.from ?? []),
      ...(of.zone ? [of.zone] : []),
      ...(of.slice ? [of.slice] : []),
    ],
  }
}
function dayOf(value: unknown, path: string): number | undefined {
  if (value === undefined) return undefined
  const number = typeof value === 'string' && value.length === 10 ? parseDay(value) : undefined
  if (number === undefined)
    throw typeof value === 'string' ? new Unreadable(path, `${path} is not a date`) : expected(path, 'a date', value)
  return number
}
function midnight(
  local: number,
  moment: Moment | undefined,
  zone: unknown,
  zonePath = '',
): { startAt: number; offset: Offset; utc: boolean } {
  if (zone !== undefined) {
    if (typeof zone !== 'string') throw expected(zonePath, 'a time zone', zone)
    const found = zoneMidnight(zone, local)
    if (!found) throw new Unreadable(zonePath, `${zonePath} is not a known time zone`)
    return { startAt: found.at, offset: found.offset, utc: false }
  }
  if (moment) return { startAt: local * DAY_MS - (moment.offset ?? 0) * 1000, offset: moment.offset, utc: moment.utc }
  return { startAt: local * DAY_MS, offset: undefined, utc: false }
}

/** The profile of the connection: one record, the latest wins. */
export const profile: Place = {
  read: () => ({ startAt: 0, endAt: 0, offset: undefined, utc: false, baseAt: 0, key: 'athlete' }),
  from: [],
}
