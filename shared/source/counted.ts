import { type Clock, tell } from './clocks.ts'
import { exact, type Numeric } from './numbers.ts'
import { oncePerRecord } from './once.ts'
import { type Context, eachOf, expected, goTo, type Item, pointer, type Reader, Unreadable } from './reader.ts'

/** Counts over spans of time that come one by one: steps from 10:02 to 10:07. */
export interface Counted {
  /** The sum of those that can be read. */
  total: Numeric
  /** The schema's running totals: where a span begins after a gap, and where each ends. */
  running: <K extends string>(key: K) => Reader<({ timestamp: string } & { [key in K]: number })[]>
  /** A sample per span, at its start. */
  each: <K extends string>(key: K) => Reader<({ timestamp: string } & { [key in K]: number })[]>
}

/** Of the lists at the paths, which must not tell the same thing twice. */
export function counted(paths: string[], of: { start: Clock; end: Clock; value: Numeric }): Counted {
  const lists = paths.map((path) => ({ path, at: goTo(path) }))
  const from = paths.flatMap((path) => eachOf(path, [...of.value.from, ...of.start.from, ...of.end.from]))
  const spans = oncePerRecord((item, context): Span[] => {
    const all: Span[] = []
    for (const { path, at } of lists) {
      const list = at(item, context)
      if (list === undefined) continue
      if (!Array.isArray(list)) throw expected(path, 'a list', list)
      for (const [i, one] of list.entries()) {
        const span = spanOf(of, one, context, `${pointer(path)}/${i}`)
        if (span) all.push(span)
      }
    }
    return lists.length > 1 ? all.sort((a, b) => a.startAt - b.startAt) : all
  })
  const samples = <K extends string>(key: K, make: (spans: Span[], put: Put, context: Context) => void) => ({
    from,
    gives: ['timestamp', key],
    read: (item: Item, context: Context) => {
      const made: ({ timestamp: string } & { [key in K]: number })[] = []
      make(
        spans(item, context),
        (timestamp, value) => made.push({ timestamp, [key]: value } as (typeof made)[number]),
        context,
      )
      return made.length > 0 ? made : undefined
    },
  })
  return {
    total: {
      from,
      read: (item, context) => {
        const all = spans(item, context)
        return all.length > 0 ? exact(all.reduce((sum, { value }) => sum + value, 0)) : undefined
      },
    },
    running: (key) => samples(key, asRunning),
    each: (key) =>
      samples(key, (all, put, context) => {
        for (const { startAt, offset, value } of all) put(tell({ at: startAt, offset, utc: false }, context), value)
      }),
  }
}
type Put = (timestamp: string, value: number) => void
interface Span {
  startAt: number
  endAt: number
  offset: number | undefined
  value: number
}

function spanOf(
  of: { start: Clock; end: Clock; value: Numeric },
  item: Item,
  context: Context,
  where: string,
): Span | undefined {
  try {
    const value = of.value.read(item, context)
    const start = of.start.read(item, context)
    if (value === undefined || !start) return undefined
    const endAt = Math.max(start.at, of.end.read(item, context)?.at ?? start.at)
    return { startAt: start.at, endAt, offset: start.utc ? context.frame.offset : start.offset, value }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    context.report(`${where}/${pointer(error.path)}`, error.message)
    return undefined
  }
}

function asRunning(all: Span[], put: Put, context: Context): void {
  const told: { at: number; offset: number | undefined; sum: number }[] = []
  let sum = 0
  for (const { startAt, endAt, offset, value } of all) {
    const lastAt = told.at(-1)?.at ?? Number.NEGATIVE_INFINITY
    if (startAt > lastAt && endAt > startAt) told.push({ at: startAt, offset, sum })
    sum = exact(sum + value)
    // One moment has one total, and totals never go back in time.
    if (endAt > (told.at(-1)?.at ?? Number.NEGATIVE_INFINITY)) told.push({ at: endAt, offset, sum })
    else told.at(-1)!.sum = sum
  }
  for (const { at, offset, sum } of told) put(tell({ at, offset, utc: false }, context), sum)
}
