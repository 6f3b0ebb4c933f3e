import { type OffsetOf, offset as offsetAt } from './offsets.ts'
import { type Context, eachOf, expected, goTo, type Item, type Reader, Unreadable } from './reader.ts'
import { readTime, type TimeStyle } from './time-styles.ts'
import { isoText, type Moment } from './wall-clock.ts'

/** A moment's reader: for places, and by `told` for the times of samples and sections. */
export interface Clock {
  read: (item: Item, context: Context) => Moment | undefined
  from: readonly string[]
}

/**
 * A time in one of the styles of `time-styles.ts`, and where its offset is told: a path of one that tells itself
 * (`offset`), or a reader of one. `none`: words for no time (`"None"`). Empty text is absent.
 *
 * `clock('startTime', 's', offset('offsetInMinutes', 'min'))`, `clock('start_date_local', 'local-iso', 'timezone')`
 */
export function clock(
  path: string,
  style: TimeStyle = 'iso',
  offset?: OffsetOf | string,
  { none }: { none?: readonly unknown[] } = {},
): Clock {
  const at = goTo(path)
  const parse = readTime(style)
  const zone = typeof offset === 'string' ? offsetAt(offset) : offset
  const read = (item: Item, context: Context): Moment | undefined => {
    const value = at(item, context)
    if (value === undefined || value === '' || none?.includes(value)) return undefined
    const moment = parse(value, path)
    return zone ? placed(moment, zone, item, context) : moment
  }
  return { read, from: zone ? [path, ...zone.from] : [path] }
}
/** A moment with the offset that is told beside it. Its own goes before, unless it only says UTC (`Z`, or `+00:00`). */
export function placed(moment: Moment, zone: OffsetOf, item: Item, context: Context): Moment {
  if (moment.offset !== undefined && moment.offset !== 0 && !moment.utc) return moment
  const wall = moment.offset === undefined
  const offset = zone.read(item, context, moment.at, wall)
  if (offset === undefined) return moment
  return { at: wall ? moment.at - offset * 1000 : moment.at, offset, utc: false }
}

/** The text of a moment in a record: one without an offset of its own, or in UTC, is told in the record's. */
export function tell({ at, offset, utc }: Moment, { frame }: Context): string {
  if (offset === undefined)
    return frame.offset === undefined ? isoText(at, undefined) : isoText(at - frame.offset * 1000, frame.offset)
  return isoText(at, utc && frame.offset !== undefined ? frame.offset : offset)
}
/** A clock as a field: `timestamp: told(clock('time', 'ms'))`. */
export const told = ({ read, from }: Clock): Reader<string> => ({
  from,
  read: (item, context) => {
    const moment = read(item, context)
    return moment && tell(moment, context)
  },
})

/** ISO 8601, offset as it comes. */
export const iso = (path: string): Clock => clock(path)
/** Unix seconds with the seconds to add for local time; without these it is UTC. */
export const unix = (path: string, offsetPath?: string): Clock =>
  clock(path, 's', offsetPath === undefined ? undefined : offsetAt(offsetPath, 's'))
/** Unix seconds in an IANA zone; UTC where the source names none. */
export const zoned = (path: string, zonePath: string): Clock => clock(path, 's', zonePath)
/** The first of several that is there. */
export const either = (...clocks: Clock[]): Clock => ({
  from: clocks.flatMap(({ from }) => from),
  read: (item, context) => {
    for (const { read } of clocks) {
      const moment = read(item, context)
      if (moment) return moment
    }
    return undefined
  },
})
/** A date and a time of day that stand apart: `"date": "2023-01-01", "time": "23:59:59"`. Without the time: no moment. */
export function dateAndTime(date: string, time: string, offset?: OffsetOf | string): Clock {
  const [dateAt, timeAt] = [goTo(date), goTo(time)]
  const parse = readTime('iso')
  const zone = typeof offset === 'string' ? offsetAt(offset) : offset
  const read = (item: Item, context: Context): Moment | undefined => {
    const [day, hour] = [dateAt(item, context), timeAt(item, context)]
    if (day === undefined || hour === undefined || hour === '') return undefined
    if (typeof day !== 'string') throw expected(date, 'a date', day)
    if (typeof hour !== 'string') throw expected(time, 'a time of day', hour)
    const moment = parse(`${day.slice(0, 10)}T${hour}`, time)
    return zone ? placed(moment, zone, item, context) : moment
  }
  return { read, from: [date, time, ...(zone?.from ?? [])] }
}
/** A clock told where it was: the zone beside it goes before the offset in the text, which is of the device that wrote it. */
export const inZone = ({ read, from }: Clock, zone: OffsetOf): Clock => ({
  from: [...from, ...zone.from],
  read: (item, context) => {
    const moment = read(item, context)
    const offset = moment && zone.read(item, context, moment.at, moment.offset === undefined)
    if (offset === undefined) return moment
    return { at: moment!.offset === undefined ? moment!.at - offset * 1000 : moment!.at, offset, utc: false }
  },
})
/** A clock moved by a length in seconds: the end of a start and a duration. Absent where one of them is. */
export const after = (start: Clock, length: Reader<number>): Clock => moved(start, length, 1)
/** A clock moved back by a length in seconds: the start of an end and a duration. */
export const before = (end: Clock, length: Reader<number>): Clock => moved(end, length, -1)
const moved = (clock: Clock, length: Reader<number>, sign: 1 | -1): Clock => ({
  from: [...clock.from, ...length.from],
  read: (item, context) => {
    const moment = clock.read(item, context)
    const seconds = moment && length.read(item, context)
    return seconds === undefined ? undefined : { ...moment!, at: moment!.at + sign * seconds * 1000 }
  },
})
/** The latest (or earliest) moment of a list within the item: the end of a session that is told by its samples. */
export const latestOf = (path: string, inner: Clock): Clock => extreme(path, inner, 1)
export const earliestOf = (path: string, inner: Clock): Clock => extreme(path, inner, -1)
function extreme(path: string, inner: Clock, sign: 1 | -1): Clock {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const all = at(item, context)
    if (all === undefined) return undefined
    if (!Array.isArray(all)) throw expected(path, 'a list', all)
    let found: Moment | undefined
    for (const one of all) {
      const moment = inner.read(one, context)
      if (moment && (!found || (moment.at - found.at) * sign > 0)) found = moment
    }
    return found
  }
  return { read, from: eachOf(path, inner.from) }
}
/** The first key of an object keyed by Unix second, in UTC. */
export function firstSecond(path: string): Clock {
  const at = goTo(path)
  const read = (item: Item, context: Context): Moment | undefined => {
    for (const name in at(item, context) as object) return { at: Number(name) * 1000, offset: 0, utc: true }
    return undefined
  }
  return { read, from: [`${path}.length`] }
}
/** Seconds from one moment to another: `end − start`. Not below zero. */
export const between = (start: Clock, end: Clock): Reader<number> => ({
  from: [...start.from, ...end.from],
  read: (item, context) => {
    const [from, to] = [start.read(item, context), end.read(item, context)]
    if (!from || !to) return undefined
    if (to.at < from.at) throw new Unreadable(end.from[0] ?? '', `${end.from[0]} is before ${start.from[0]}`)
    return (to.at - from.at) / 1000
  },
})
