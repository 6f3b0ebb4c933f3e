import type { SleepLevel } from '../schema/enums.ts'
import { type Clock, clock } from './clocks.ts'
import { type Context, eachOf, expected, fromOf, goTo, type Item, pointer, type Reader, Unreadable } from './reader.ts'
import { folded } from './readers.ts'
import { type ClockTiming, clockPlacer, objectOf, secondOfDay } from './sample-maps.ts'

/** Readers of the spans of a sleep, in each style. `hypnogram` makes the schema's fields of them. */

export interface Span {
  /** Epoch ms, half-open; of a local clock without offset as if it were UTC. */
  startAt: number
  endAt: number
  level: SleepLevel
}
export interface Spans {
  read: (item: Item, context: Context) => Span[] | undefined
  from: readonly string[]
}
type Levels = Readonly<Record<string, SleepLevel>>

/** Words for stages that mean the same wherever they are used, whatever their case. */
// biome-ignore format: a table reads better in rows.
const COMMON: Levels = {
  UNKNOWN: 0, UNDEFINED: 0, UNMEASURABLE: 0, UNRECOGNIZED: 0, IN_BED: 0, INBED: 0,
  AWAKE: 1, WAKE: 1, AWAKE_IN_BED: 1, RESTLESS: 1,
  ASLEEP: 2, SLEEP: 2, SLEEPING: 2, ASLEEPUNSPECIFIED: 2, ASLEEP_UNSPECIFIED: 2, OUT: 3, OUT_OF_BED: 3,
  LIGHT: 4, LIGHT_SLEEP: 4, CORE: 4, ASLEEPCORE: 4, ASLEEP_CORE: 4, DEEP: 5, DEEP_SLEEP: 5, ASLEEPDEEP: 5, ASLEEP_DEEP: 5,
  REM: 6, REM_SLEEP: 6, ASLEEPREM: 6, ASLEEP_REM: 6,
}
/**
 * A stage by its word, own meanings first, or by its code, of which all must be in the table (`{0: 1, 1: 4, 2: 5}`).
 * What is not known is no guess: level 0, unknown.
 */
export function sleepLevel(path: string, own: Levels = {}): Reader<SleepLevel> {
  const at = goTo(path)
  const known = levelsOf(own)
  const read = (item: Item, context: Context) => {
    const value = at(item, context)
    if (value === undefined) return undefined
    if (typeof value !== 'string' && typeof value !== 'number') throw expected(path, 'a stage', value)
    return known(value)
  }
  return { read, from: [path] }
}
function levelsOf(own: Levels): (value: string | number) => SleepLevel {
  const known = new Map<string, SleepLevel>()
  for (const levels of [COMMON, own])
    for (const [word, level] of Object.entries(levels)) known.set(word, level).set(folded(word), level)
  return (value) => known.get(String(value)) ?? known.get(folded(String(value))) ?? 0
}

/**
 * A list of objects, each with its start, its end or length in seconds, and its stage:
 * `[{"dateTime": "2020-02-20T23:21:30.000", "level": "wake", "seconds": 630}]`. Broken ones are reported and left out.
 */
export function spanList(
  path: string,
  of: {
    start: Clock
    end?: Clock
    length?: Reader<number>
    level: Reader<SleepLevel>
    where?: (item: Item) => boolean
  },
): Spans {
  const at = goTo(path)
  const one = (span: Item, context: Context): Span | undefined => {
    const level = of.level.read(span, context)
    if (level === undefined) return undefined
    const startAt = absolute(of.start, span, context)
    const length = of.length?.read(span, context)
    const endAt = of.end ? absolute(of.end, span, context) : length === undefined ? undefined : startAt + length * 1000
    if (endAt === undefined) throw new Unreadable(of.length?.from[0] ?? '', `${of.length?.from[0]} is missing`)
    return { startAt, endAt, level }
  }
  const read = (item: Item, context: Context) => {
    const all = listAt(at(item, context), path)
    if (!all) return undefined
    const spans: Span[] = []
    for (let i = 0; i < all.length; i++) {
      if (of.where && !of.where(all[i])) continue
      try {
        const span = one(all[i], context)
        if (span) spans.push(span)
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error
        context.report(`${pointer(path)}/${i}/${pointer(error.path)}`, error.message)
      }
    }
    return spans
  }
  const inner = [...of.start.from, ...(of.end?.from ?? []), ...(of.length?.from ?? []), ...of.level.from]
  return { read, from: eachOf(path, [...inner, ...fromOf(of.where)]) }
}
/** A moment in the record's terms: a local one without offset is in the record's. */
function absolute(clock: Clock, item: Item, context: Context): number {
  const moment = clock.read(item, context)
  if (!moment) throw new Unreadable(clock.from[0]!, `${clock.from[0]} is missing`)
  return moment.offset === undefined ? moment.at - (context.frame.offset ?? 0) * 1000 : moment.at
}

/** A list of spans per stage: `{"deep": [{"startTimeInSeconds": …, "endTimeInSeconds": …}], "light": […]}`. */
export function spanMap(path: string, of: { start: Clock; end: Clock }, entries: Levels): Spans {
  const lists = Object.entries(entries).map(([name, level]) =>
    spanList(`${path}.${name}`, { ...of, level: { read: () => level, from: [] } }),
  )
  return {
    from: lists.flatMap(({ from }) => from),
    read: (item, context) => {
      const found = lists.map(({ read }) => read(item, context))
      return found.every((spans) => spans === undefined) ? undefined : found.flatMap((spans) => spans ?? [])
    },
  }
}

/** One after another from the record's base (or `start`): `[{"stage": "light", "duration": 1500}]`. */
export function spansInOrder(
  path: string,
  of: { level: Reader<SleepLevel>; length: Reader<number>; start?: Clock },
): Spans {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const all = listAt(at(item, context), path)
    if (!all) return undefined
    let startAt = of.start ? absolute(of.start, item, context) : context.frame.baseAt
    return all.map((span, i) => {
      const length = of.length.read(span, context)
      // What follows one without a length has no place.
      if (length === undefined) throw new Unreadable(`${path}.${i}`, `${path}.${i} has no length`)
      const made = { startAt, endAt: startAt + length * 1000, level: of.level.read(span, context) ?? 0 }
      startAt = made.endAt
      return made
    })
  }
  return { read, from: [...eachOf(path, [...of.level.from, ...of.length.from]), ...(of.start?.from ?? [])] }
}

/** Time of day → stage, each holding until the next, the last until the record's end: `{"23:51": 2, "00:06": 3}`. */
export function spanClock(path: string, entries: Levels, timing: ClockTiming = {}): Spans {
  const [at, known] = [goTo(path), levelsOf(entries)]
  const read = (item: Item, context: Context) => {
    const map = objectOf(at(item, context), path)
    if (!map) return undefined
    const place = clockPlacer(timing, item, context)
    const starts = Object.entries(map).map(([name, stage]) => {
      const seconds = secondOfDay(name)
      if (seconds === undefined) throw new Unreadable(path, `${path} has a key that is not a time of day`)
      if (typeof stage !== 'string' && typeof stage !== 'number') throw expected(`${path}.${name}`, 'a stage', stage)
      // The first key is cut to the minute, and the sleep began within it.
      return { at: Math.max(place(seconds).at, context.frame.startAt), level: known(stage) }
    })
    return untilNext(starts, context.frame.endAt)
  }
  return { read, from: [path] }
}
function untilNext(starts: { at: number; level: SleepLevel }[], endAt: number): Span[] {
  starts.sort((a, b) => a.at - b.at)
  return starts
    .map(({ at, level }, i) => ({ startAt: at, endAt: starts[i + 1]?.at ?? endAt, level }))
    .filter(({ startAt, endAt }) => endAt > startAt)
}
function listAt(found: unknown, path: string): Item[] | undefined {
  if (found === undefined || Array.isArray(found)) return found
  throw expected(path, 'a list', found)
}
/** Start and end as Unix seconds, the commonest pair. */
export const unixSpan = (start: string, end: string): { start: Clock; end: Clock } => ({
  start: clock(start, 's'),
  end: clock(end, 's'),
})
