import type { Clock } from './clocks.ts'
import { duration } from './durations.ts'
import { type OffsetOf, offset } from './offsets.ts'
import { type Context, type Frame, goTo, type Item, type Reader, Unreadable } from './reader.ts'
import { type DateStyle, dayNumber } from './time-styles.ts'
import { dayText, localDay, type Moment, type Offset } from './wall-clock.ts'

export { type Clock, clock, either, firstSecond, iso, unix, zoned } from './clocks.ts'

/** Where a record stands in time and under which key. */
export interface Place {
  read: (item: Item, context: Context) => Frame
  from: string[]
  /** The key is the provider's own id, so that a deletion that names it finds the record. */
  byId?: boolean
  /** The key alone, of an item that says it is gone and may tell no more than that. */
  key?: (item: Item, context: Context) => string | undefined
}
const DAY_MS = 86_400_000

/**
 * A session: its own id, or what makes it one where it has none, and start, and end or length.
 * `id`: the provider's, of several the first that is there · `keys`: fields that only together name it
 * (`['type', 'startTime', 'dataSource.platform']`) · neither: its start, for ids that change when it is refined.
 * `seconds`: the path of its length; `length`: a reader of that, for other units.
 */
export function session(of: {
  id?: string | string[]
  keys?: string[]
  start: Clock
  end?: Clock
  seconds?: string
  length?: Reader<number>
}): Place {
  const ids = of.id === undefined ? [] : [of.id].flat()
  const [idsAt, keysAt] = [ids.map((path) => goTo(path)), (of.keys ?? []).map((path) => goTo(path))]
  const length = of.length ?? (of.seconds === undefined ? undefined : duration(of.seconds, 's', { least: -Infinity }))
  const named = (item: Item, context: Context): string | undefined => {
    const id = idsAt.map((at) => at(item, context)).find(isName)
    if (id !== undefined) return String(id)
    const parts = keysAt.map((at) => at(item, context))
    return parts.length > 0 && parts.every(isName) ? parts.join('/') : undefined
  }
  const read = (item: Item, context: Context): Frame => {
    const start = of.start.read(item, context)
    if (!start) throw new Unreadable(of.start.from[0]!, `${of.start.from[0]} is missing`)
    const end = of.end?.read(item, context)
    const seconds = end ? undefined : length?.read(item, context)
    const endAt = end ? sameClock(end, start) : seconds === undefined ? undefined : start.at + seconds * 1000
    if (endAt === undefined) throw new Unreadable(of.end?.from[0] ?? length?.from[0] ?? '', 'the end is missing')
    const key = named(item, context) ?? startKey(start)
    // Some sources exchange the two: the span is the same.
    const [startAt, lastAt] = [Math.min(start.at, endAt), Math.max(start.at, endAt)]
    return { startAt, endAt: lastAt, offset: start.offset, utc: start.utc, baseAt: start.at, key }
  }
  const key = (item: Item, context: Context) => {
    const start = named(item, context) === undefined ? of.start.read(item, context) : undefined
    return named(item, context) ?? (start && startKey(start))
  }
  const from = [...of.start.from, ...(of.end?.from ?? []), ...(length?.from ?? []), ...ids, ...(of.keys ?? [])]
  return { read, from, byId: ids.length > 0, key }
}
const isName = (value: unknown): boolean => (typeof value === 'string' && value !== '') || typeof value === 'number'
const startKey = ({ at }: Moment): string => `start:${Math.round(at / 1000)}`
/** An end without an offset, of a start that has one, is on the same clock. */
const sameClock = (end: Moment, start: Moment): number =>
  end.offset === undefined && start.offset !== undefined ? end.at - start.offset * 1000 : end.at

/**
 * A local day: its date, or the day of a moment. The offset is the moment's, or what `zone` tells; without either the
 * day is a wall clock, and counted as if it were UTC.
 * `style`: how the date is told · `startsAt`: the hour at which the provider's days start, for the day of a moment (a
 * sleep's day is that of the moment of waking up) · `slices`: several items make one record, told apart by their moment,
 * or by the field `slice`.
 */
export function day(of: {
  date?: string
  style?: DateStyle
  moment?: Clock
  startsAt?: number
  zone?: string | OffsetOf
  slices?: boolean
  slice?: string
}): Place {
  const [dateAt, sliceAt] = [goTo(of.date ?? ''), goTo(of.slice ?? '')]
  const zone = typeof of.zone === 'string' ? offset(of.zone) : of.zone
  const earlier = (of.startsAt ?? 0) * 3_600_000
  const localOf = (item: Item, context: Context, moment: Moment | undefined): number | undefined => {
    const value = of.date === undefined ? undefined : dateAt(item, context)
    if (value !== undefined && value !== '') return dayNumber(value, of.date!, of.style ?? 'date')
    return moment && localDay(moment.at - earlier, moment.offset)
  }
  const read = (item: Item, context: Context): Frame => {
    const moment = of.moment?.read(item, context)
    const local = localOf(item, context, moment)
    if (local === undefined) throw new Unreadable(of.date ?? of.moment?.from[0] ?? '', 'the day is missing')
    const { startAt, offset, utc } = midnight(local, moment, zone?.read(item, context, local * DAY_MS, true))
    const frame: Frame = {
      startAt,
      endAt: startAt + DAY_MS,
      offset,
      utc,
      baseAt: moment?.at ?? startAt,
      key: dayText(local),
    }
    if (of.slices) frame.slice = String(Math.round(frame.baseAt / 1000))
    if (of.slice !== undefined) frame.slice = String(sliceAt(item, context) ?? '')
    return frame
  }
  const key = (item: Item, context: Context) => {
    const local = localOf(item, context, of.moment?.read(item, context))
    return local === undefined ? undefined : dayText(local)
  }
  return {
    read,
    key,
    from: [
      ...(of.date ? [of.date] : []),
      ...(of.moment?.from ?? []),
      ...(zone?.from ?? []),
      ...(of.slice ? [of.slice] : []),
    ],
  }
}
function midnight(
  local: number,
  moment: Moment | undefined,
  zone: number | undefined,
): { startAt: number; offset: Offset; utc: boolean } {
  if (zone !== undefined) return { startAt: local * DAY_MS - zone * 1000, offset: zone, utc: false }
  if (moment) return { startAt: local * DAY_MS - (moment.offset ?? 0) * 1000, offset: moment.offset, utc: moment.utc }
  return { startAt: local * DAY_MS, offset: undefined, utc: false }
}

/** The profile of the connection: one record, the latest wins. */
export const profile: Place = {
  read: () => ({ startAt: 0, endAt: 0, offset: undefined, utc: false, baseAt: 0, key: 'athlete' }),
  from: [],
}
