import type { Clock } from './clocks.ts'
import type { Gather, Gathered } from './map.ts'
import { type Context, fromOf, goTo, type Item, reading, Unreadable } from './reader.ts'
import { localDay } from './wall-clock.ts'

/**
 * Small items that come one by one, made into one larger item each day or session: `{slices: [...]}`, in order of time.
 * Its place reads the first (`slices.0.start`), its samples the list `slices`.
 */

interface Grouping {
  start: Clock
  /** Only these items; the others are left out silently. */
  where?: (item: Item, context: Context) => boolean
  /** Items that differ here are never put together: the source app, the type of a reading. */
  by?: string
}
interface Placed {
  item: Item
  index: number
  startAt: number
  endAt: number
  day: number
  by: string
}

/** One item per local day of the items' start (`startsAt`: the hour when the provider's days start). */
export function gatherByDay(of: Grouping & { startsAt?: number }): Gather {
  return reading(readOf(of), (items, report, context) => {
    const groups = new Map<string, Placed[]>()
    for (const placed of place(of, undefined, items, report, context, (of.startsAt ?? 0) * 3_600_000)) {
      const key = `${placed.day}/${placed.by}`
      const group = groups.get(key)
      if (group) group.push(placed)
      else groups.set(key, [placed])
    }
    return [...groups.values()].map(gathered)
  })
}

/**
 * One item per session: spans that overlap or follow each other within `gapSeconds` belong together, a longer gap ends
 * the session. Of several items with the same `by` only; the end of a session is `latestOf('slices', end)`.
 */
export function gatherSessions(of: Grouping & { end: Clock; gapSeconds: number }): Gather {
  return reading([...readOf(of), ...of.end.from], (items, report, context) => {
    const open = new Map<string, { group: Placed[]; endAt: number }>()
    const sessions: Placed[][] = []
    for (const placed of place(of, of.end, items, report, context, 0)) {
      const session = open.get(placed.by)
      if (session && placed.startAt <= session.endAt + of.gapSeconds * 1000) {
        session.group.push(placed)
        session.endAt = Math.max(session.endAt, placed.endAt)
      } else {
        const group = [placed]
        sessions.push(group)
        open.set(placed.by, { group, endAt: placed.endAt })
      }
    }
    return sessions.map(gathered)
  })
}
const readOf = ({ start, where, by }: Grouping): string[] => [
  ...start.from,
  ...fromOf(where),
  ...(by === undefined ? [] : [by]),
]
const gathered = (group: Placed[]): Gathered => ({
  slices: group.map(({ item }) => item),
  indexes: group.map(({ index }) => index),
})

function place(
  of: Grouping,
  end: Clock | undefined,
  items: Item[],
  report: (index: number, error: Unreadable) => void,
  context: Context,
  earlierMs: number,
): Placed[] {
  const byAt = of.by === undefined ? undefined : goTo(of.by)
  const all: Placed[] = []
  for (const [index, item] of items.entries()) {
    try {
      if (of.where && !of.where(item, context)) continue
      const start = of.start.read(item, context)
      if (!start) throw new Unreadable(of.start.from[0]!, `${of.start.from[0]} is missing`)
      const endAt = end?.read(item, context)?.at ?? start.at
      if (endAt < start.at) throw new Unreadable(end?.from[0] ?? '', `${end?.from[0]} is before ${of.start.from[0]}`)
      const day = localDay(start.at - earlierMs, start.offset)
      all.push({ item, index, startAt: start.at, endAt, day, by: String(byAt?.(item, context) ?? '') })
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      report(index, error)
    }
  }
  return all.sort((a, b) => a.startAt - b.startAt || b.endAt - a.endAt)
}
