import { MANIFEST_DAYS, MANIFEST_PENDING_EVENTS } from '../../shared/base/limits.ts'
import { hashText } from '../../shared/base/set-hash.ts'
import { DAY_MS, dayOf } from '../../shared/base/time.ts'
import { owed } from '../../shared/delivery/lanes.ts'
import type { DayManifest, DaySummary, PendingOfDay } from '../manifest-api.ts'
import type { Cell } from './cell.ts'
import type { Destination } from './destinations.ts'
import { feedFor, type LeasableEntry } from './feed-for.ts'
import { dayTallies, takenDays } from './manifests.ts'
import { parkedDays } from './parked.ts'

const LANE_EVENTS = 100
const LOOKED_AT = 1_000

/** What a destination got of a day in this cell: connections after a number, in their order. */
export function dayManifest(
  cell: Cell,
  destination: Destination,
  { day, after, limit }: { day: number; after: number; limit: number },
): DayManifest {
  const now = cell.now()
  const kept = day > dayOf(now) - MANIFEST_DAYS
  const all = kept ? [...dayTallies(cell, destination, day)].sort(([a], [b]) => a - b) : []
  const page = all.filter(([connection]) => connection > after).slice(0, limit)
  const last = page.at(-1)?.[0]
  const pending = pendingDays(cell, destination)
  return {
    users: page.map(([connection, { events, first, last, hash }]) => ({
      user_id: cell.connections.numbered(connection)!.user_id,
      events,
      first_seq: first,
      last_seq: last,
      hash: hashText(hash),
    })),
    next: last !== undefined && last !== all.at(-1)![0] ? last : null,
    ...pending.of(day),
    complete: now >= (day + 1) * DAY_MS && pending.done(day),
  }
}

/** The days that anything is known of, newest first. */
export function daySummaries(cell: Cell, destination: Destination): DaySummary[] {
  const now = cell.now()
  const taken = takenDays(cell, destination, now)
  const pending = pendingDays(cell, destination)
  const days = new Set([...taken.keys(), ...pending.days.keys()])
  return [...days]
    .filter((day) => day > dayOf(now) - MANIFEST_DAYS)
    .sort((a, b) => b - a)
    .map((day) => ({
      day,
      events: taken.get(day) ?? 0,
      ...pending.of(day),
      complete: now >= (day + 1) * DAY_MS && pending.done(day),
    }))
}

const NONE: PendingOfDay = { undelivered: 0, held: 0, parked: 0, expired: 0 }

/** What of which day has not arrived. Counted up to a bound; behind it, no day counts as done. */
function pendingDays(cell: Cell, destination: Destination) {
  const { state } = destination
  const days = parkedDays(cell, destination)
  let unknownFrom = Number.POSITIVE_INFINITY
  const feed = feedFor(cell, destination)
  const add = (entry: { seq: number }, kind: 'undelivered' | 'held'): number => {
    const day = dayOf(cell.records.appendedAt(feed.seen.get(entry.seq) as LeasableEntry) ?? 0)
    const found = days.get(day) ?? { ...NONE }
    found[kind]++
    days.set(day, found)
    return day
  }
  let left = MANIFEST_PENDING_EVENTS
  for (let after = state.cursor; after < feed.head; ) {
    const { entries, to } = feed.after(after, LOOKED_AT)
    let day = 0
    for (const entry of entries)
      if (entry.seq > (state.sent.get(entry.connection) ?? 0) && !state.lanes.has(entry.connection)) {
        day = add(entry, 'undelivered')
        left--
      }
    after = to
    if (left > 0) continue
    if (to < feed.head) unknownFrom = day
    break
  }
  for (const lane of state.lanes.values()) {
    const entries = owed(state, feed, lane, LANE_EVENTS)
    const heldDays = entries.map((entry) => add(entry, 'held'))
    if (entries.length === LANE_EVENTS) unknownFrom = Math.min(unknownFrom, heldDays.at(-1)!)
  }
  return {
    days,
    of: (day: number): PendingOfDay => days.get(day) ?? NONE,
    done: (day: number): boolean => !days.has(day) && day < unknownFrom,
  }
}
