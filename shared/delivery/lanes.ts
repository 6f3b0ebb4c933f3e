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
  /** Parked events to send again before anything else. */
  replays: string[]
  /** Policy `hold`: nothing moves until the parked event is replayed. */
  blocked: boolean
}

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
    }
  | { kind: 'replayed'; ids: string[] }

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
  blocked: false,
})

/** What a lane still owes: from its first unsettled event, and never again what was settled. */
export const owed = (state: DestinationState, feed: Feed, lane: Lane, limit: number) =>
  feed.of(lane.connection, Math.max(state.sent.get(lane.connection) ?? 0, lane.from - 1), limit)

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
  for (const lane of state.lanes.values()) if (!lane.blocked) sooner(Math.max(lane.nextTryAt, now))
  if (leases.byId.size > 0) sooner(now + watchdogMs)
  return due
}

/** Whether a drain would find something to do now. */
export function hasWork(state: DestinationState, leases: Leases, feed: Feed, now: number): boolean {
  expire(leases, now)
  if (leases.main === undefined && state.cursor < feed.head) return true
  for (const lane of state.lanes.values())
    if (!lane.blocked && lane.nextTryAt <= now && !leases.lanes.has(lane.connection)) return true
  return false
}
