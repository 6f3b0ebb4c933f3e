/**
 * The order of deliveries of one cell at one destination, as pure decisions over its state. What is durable is told in
 * `Change`s; leases live in memory. Rules, invariants and the reasons: docs/delivery.md.
 */

/** One entry of the change feed: which record is news at this seq. */
export interface FeedEntry {
  seq: number
  connection: number
  bytes: number
}
/** Reading side of the feed. Superseded entries, and those that the destination does not take, are left out. */
export interface Feed {
  /** Highest seq given out. */
  readonly head: number
  /** Entries with seq > after, ascending, at most `limit` looked at; `to`: how far it looked. */
  after(seq: number, limit: number): { entries: FeedEntry[]; to: number }
  /** Entries of one connection with seq > after, ascending. */
  of(connection: number, after: number, limit: number): FeedEntry[]
}

/** A held connection: it waits here from `from`, in order, while the main window goes on without it. */
export interface Lane {
  connection: number
  from: number
  attempts: number
  nextTryAt: number
  reason: string
  status: number | null
  /** Last seq of the parcel that was tried: the retry carries the same bounds. 0 = none. */
  parcelTo: number
  /** Parked and skipped since the last delivery. */
  skipped: number[]
  /** What is sent again, in order, when nothing live is owed: parked events and records (again.ts). */
  replays: string[]
  /** How often the first of them failed, when it is tried next, and how many went together. 0 = not tried. */
  again: { attempts: number; nextTryAt: number; size: number }
  /** Policy `hold`: nothing live moves until the parked event is replayed. */
  blocked: boolean
  /** Parked events that the lane itself sends again, because it was held at them. */
  resumed: { id: string; seq: number }[]
}
/** Live events, or what is sent again: leased apart, so that neither takes the other's worker. */
export type Work = 'live' | 'again'

export interface DestinationState {
  /** Every event up to here is delivered, parked, filtered, or owed by a lane. */
  cursor: number
  /** Highest seq delivered or given up, per connection: never sent again by the window. */
  sent: Map<number, number>
  lanes: Map<number, Lane>
  /** The window is one connection until a success. */
  careful: boolean
  /** Bounds of the window that was written down before it was sent: it is sent again with the same. 0 = none. */
  writtenFrom: number
  writtenTo: number
}

/** A right given out, in memory only. */
export interface HeldLease {
  id: string
  expiresAt: number
  /** Bounds of the main window; undefined: lanes only. */
  windowFrom: number | undefined
  windowTo: number | undefined
  /** seqs of the main window by connection. */
  window: Map<number, number[]>
  lanes: Set<number>
  /** What is sent again, by connection. */
  again: Map<number, string[]>
}
export interface Leases {
  main: string | undefined
  byId: Map<string, HeldLease>
  /** Which lease has a connection's lane. */
  lanes: Map<number, string>
}
export const noLeases = (): Leases => ({ main: undefined, byId: new Map(), lanes: new Map() })

/** What must be written down, in one transaction. */
export type Change =
  | { kind: 'cursor' }
  | { kind: 'lane'; lane: Lane }
  | { kind: 'release'; connection: number }
  | {
      kind: 'park'
      connection: number
      from: number
      to: number
      reason: string
      status: number | null
      attempts: number
      /** Parked before and sent again: they are parked once more. */
      again: string[]
    }
  | { kind: 'replayed'; ids: string[] }
  | { kind: 'failed'; connection: number; ids: string[]; reason: string; status: number | null; attempts: number }

/** Rights that ran out are free again. */
export const expire = (leases: Leases, now: number) => {
  for (const lease of leases.byId.values()) if (lease.expiresAt <= now) endLease(leases, lease)
}
export function endLease(leases: Leases, lease: HeldLease) {
  leases.byId.delete(lease.id)
  if (leases.main === lease.id) leases.main = undefined
  for (const connection of lease.lanes) if (leases.lanes.get(connection) === lease.id) leases.lanes.delete(connection)
}

export const newLane = (connection: number, from: number): Lane => ({
  connection,
  from,
  attempts: 0,
  nextTryAt: 0,
  reason: '',
  status: null,
  parcelTo: 0,
  skipped: [],
  replays: [],
  again: NOT_TRIED,
  blocked: false,
  resumed: [],
})
export const NOT_TRIED = { attempts: 0, nextTryAt: 0, size: 0 }

/** What a lane still owes: from its first unsettled event, and never again what was settled. */
export const owed = (state: DestinationState, feed: Feed, lane: Lane, limit: number) =>
  feed.of(lane.connection, Math.max(state.sent.get(lane.connection) ?? 0, lane.from - 1), limit)

/**
 * Whether a lane may be leased now. What is live goes first; what is sent again may go past a lane that is held for the
 * developer, because it is older. `written`: the window alone sends what is live.
 */
export function laneDue(
  state: DestinationState,
  leases: Leases,
  feed: Feed,
  lane: Lane,
  { now, work, written = false }: { now: number; work: Work; written?: boolean },
): boolean {
  const main = leases.main === undefined ? undefined : leases.byId.get(leases.main)
  if (leases.lanes.has(lane.connection) || main?.window.has(lane.connection)) return false
  const owesLive = () => !written && owed(state, feed, lane, 1).length > 0
  if (work === 'live') return !lane.blocked && lane.nextTryAt <= now && (lane.replays.length === 0 || owesLive())
  return lane.replays.length > 0 && lane.again.nextTryAt <= now && (lane.blocked || !owesLive())
}

/** When something pending must be looked at again; undefined: nothing is pending. */
export function dueAt(
  state: DestinationState,
  leases: Leases,
  feed: Feed,
  now: number,
  watchdogMs: number,
): number | undefined {
  let due: number | undefined
  const sooner = (at: number) => (due = due === undefined ? at : Math.min(due, at))
  if (state.cursor < feed.head) sooner(now + watchdogMs)
  for (const lane of state.lanes.values()) {
    // One that is out is looked at when it is settled, or with the watchdog.
    if (leases.lanes.has(lane.connection)) continue
    if (!lane.blocked) sooner(Math.max(lane.nextTryAt, now))
    if (lane.replays.length > 0) sooner(Math.max(lane.again.nextTryAt, now))
  }
  if (leases.byId.size > 0) sooner(now + watchdogMs)
  return due
}

/** Whether a drain would find something to do now. */
export function hasWork(
  state: DestinationState,
  leases: Leases,
  feed: Feed,
  at: { now: number; work: Work; written?: boolean },
): boolean {
  expire(leases, at.now)
  if (at.work === 'live' && leases.main === undefined && state.cursor < feed.head) return true
  for (const lane of state.lanes.values()) if (laneDue(state, leases, feed, lane, at)) return true
  return false
}
