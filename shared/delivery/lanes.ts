import { nextWait } from './retry.ts'
import type { Attempt, GroupResult, Settlement } from './types.ts'

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
}

/** A right given out, in memory only. */
export interface HeldLease {
  id: string
  expiresAt: number
  /** End of the main window; undefined: lanes only. */
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

export interface WindowLimits {
  events: number
  bytes: number
  lanes: number
  /** Entries of one lane in one lease. */
  laneEvents: number
}

export interface OpenedGroup {
  connection: number
  lane: boolean
  seqs: number[]
  /** Only of lanes: parked events to send again. */
  replays: string[]
}
export interface Opened {
  groups: OpenedGroup[]
  lease: HeldLease | undefined
  changes: Change[]
}

const expire = (leases: Leases, now: number) => {
  for (const lease of leases.byId.values()) if (lease.expiresAt <= now) endLease(leases, lease)
}
function endLease(leases: Leases, lease: HeldLease) {
  leases.byId.delete(lease.id)
  if (leases.main === lease.id) leases.main = undefined
  for (const connection of lease.lanes) if (leases.lanes.get(connection) === lease.id) leases.lanes.delete(connection)
}

/** Gives out the next window and the lanes that are due, or nothing. */
export function openLease(
  state: DestinationState,
  leases: Leases,
  feed: Feed,
  grant: { id: string; now: number; expiresAt: number; limits: WindowLimits; careful: boolean },
): Opened {
  expire(leases, grant.now)
  const careful = grant.careful || state.careful
  const lease: HeldLease = {
    id: grant.id,
    expiresAt: grant.expiresAt,
    windowTo: undefined,
    window: new Map(),
    lanes: new Set(),
  }
  const changes: Change[] = []
  const groups: OpenedGroup[] = []
  for (const lane of state.lanes.values()) {
    // While careful, a lane that waits anyway is the probe: no further connection becomes held for it.
    if (lease.lanes.size >= (careful ? 1 : grant.limits.lanes)) break
    if (lane.blocked || lane.nextTryAt > grant.now || leases.lanes.has(lane.connection)) continue
    const group = openLane(state, feed, lane, grant.limits)
    if (group) {
      lease.lanes.add(lane.connection)
      groups.push(group)
    } else if (lane.replays.length === 0) {
      // Nothing is left for it: it goes back to the main window, inside the cell and with nothing in flight.
      state.lanes.delete(lane.connection)
      changes.push({ kind: 'release', connection: lane.connection })
    }
  }
  if (leases.main === undefined && (!careful || groups.length === 0))
    groups.push(...openWindow(state, feed, lease, grant.limits, careful))
  if (groups.length === 0) return { groups, lease: undefined, changes }
  leases.byId.set(lease.id, lease)
  if (lease.windowTo !== undefined) leases.main = lease.id
  for (const connection of lease.lanes) leases.lanes.set(connection, lease.id)
  return { groups, lease, changes }
}

function openWindow(state: DestinationState, feed: Feed, lease: HeldLease, limits: WindowLimits, careful: boolean) {
  let bytes = 0
  let events = 0
  while (state.cursor < feed.head) {
    const { entries, to } = feed.after(state.cursor, limits.events)
    let end = to
    for (const entry of entries) {
      if (state.lanes.has(entry.connection)) continue
      if (entry.seq <= (state.sent.get(entry.connection) ?? 0)) continue
      const seqs = lease.window.get(entry.connection)
      const full = events >= limits.events || (events > 0 && bytes + entry.bytes > limits.bytes)
      if (full || (careful && !seqs && lease.window.size > 0)) {
        end = entry.seq - 1
        break
      }
      if (seqs) seqs.push(entry.seq)
      else lease.window.set(entry.connection, [entry.seq])
      bytes += entry.bytes
      events++
    }
    if (events > 0) {
      lease.windowTo = end
      break
    }
    // A window with nothing to send moves the cursor by itself.
    state.cursor = Math.max(state.cursor, end)
    if (to >= feed.head) break
  }
  return [...lease.window].map(([connection, seqs]) => ({ connection, lane: false, seqs, replays: [] }))
}

/** What a lane still owes: from its first unsettled event, and never again what was settled. */
const owed = (state: DestinationState, feed: Feed, lane: Lane, limit: number) =>
  feed.of(lane.connection, Math.max(state.sent.get(lane.connection) ?? 0, lane.from - 1), limit)

function openLane(state: DestinationState, feed: Feed, lane: Lane, limits: WindowLimits): OpenedGroup | undefined {
  const { connection, replays } = lane
  if (replays.length > 0) return { connection, lane: true, seqs: [], replays: replays.slice(0, limits.laneEvents) }
  const entries = owed(state, feed, lane, limits.laneEvents)
  if (entries.length === 0) return undefined
  let bytes = 0
  const seqs: number[] = []
  for (const entry of entries) {
    bytes += entry.bytes
    if (seqs.length > 0 && bytes > limits.bytes) break
    seqs.push(entry.seq)
  }
  return { connection, lane: true, seqs, replays: [] }
}

export interface SettleRules {
  now: number
  schedule: number[]
  random: () => number
  onParked: 'skip' | 'hold'
  /** For the lanes of unanswered requests. */
  newLeaseId: () => string
  /** The breaker is shut for this epoch: attempts do not age. */
  countAttempts: boolean
}
export interface Settled {
  settled: boolean
  changes: Change[]
  handed: { connection: number; lease_id: string; expiresAt: number }[]
  attempts: Attempt[]
}

/** Takes a worker's results. A lease that is not current changes nothing but the attempts list. */
export function settleLease(
  state: DestinationState,
  leases: Leases,
  feed: Feed,
  settlement: Settlement,
  rules: SettleRules,
): Settled {
  const attempts = settlement.results.flatMap((result) => result.attempts)
  expire(leases, rules.now)
  const lease = leases.byId.get(settlement.lease_id)
  if (!lease) return { settled: false, changes: [], handed: [], attempts }
  const changes: Change[] = []
  const handed: Settled['handed'] = []
  const hand = (connection: number) => {
    const id = rules.newLeaseId()
    const { expiresAt } = lease
    leases.byId.set(id, { id, expiresAt, windowTo: undefined, window: new Map(), lanes: new Set([connection]) })
    leases.lanes.set(connection, id)
    handed.push({ connection, lease_id: id, expiresAt })
  }
  const results = new Map(settlement.results.map((result) => [laneKey(result.connection, result.lane), result]))
  endLease(leases, lease)

  let firstUnfinished = Number.POSITIVE_INFINITY
  for (const [connection, seqs] of lease.window) {
    const result = results.get(laneKey(connection, false))
    if (result) progress(state, connection, result.deliveredTo)
    // A lane that a replay asked for meanwhile is joined, not replaced.
    const lane = () => ({ ...(state.lanes.get(connection) ?? newLane(connection, 0)) })
    if (result?.failed) changes.push(...fail(state, { ...lane(), from: result.failed.from }, result.failed, rules))
    else if (result?.unanswered) {
      const held = { ...lane(), from: result.unanswered.from }
      held.parcelTo = result.unanswered.to
      held.reason = 'no answer yet'
      state.lanes.set(connection, held)
      changes.push({ kind: 'lane', lane: held })
      hand(connection)
    } else {
      // Not started: the cursor stays before it; what was settled behind it is remembered in `sent`.
      const left = seqs.find((seq) => seq > (state.sent.get(connection) ?? 0))
      if (left !== undefined) firstUnfinished = Math.min(firstUnfinished, left)
    }
  }
  if (lease.windowTo !== undefined) {
    state.cursor = Math.max(state.cursor, Math.min(lease.windowTo, firstUnfinished - 1))
    changes.push({ kind: 'cursor' })
  }
  for (const connection of lease.lanes) {
    const lane = state.lanes.get(connection)
    const result = results.get(laneKey(connection, true))
    if (lane && result) changes.push(...settleLane(state, leases, feed, lane, result, rules, hand))
  }
  const delivered = settlement.results.some((result) => result.deliveredTo > 0)
  if (delivered) state.careful = false
  else if (settlement.stopped) state.careful = true
  return { settled: true, changes, handed, attempts }
}

const laneKey = (connection: number, lane: boolean) => `${connection}${lane ? 'l' : 'w'}`

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

/** Most recent last, so that what is oldest can be forgotten once the cursor has passed it. */
function progress(state: DestinationState, connection: number, to: number) {
  if (to <= (state.sent.get(connection) ?? 0)) return
  state.sent.delete(connection)
  state.sent.set(connection, to)
}

function settleLane(
  state: DestinationState,
  leases: Leases,
  feed: Feed,
  lane: Lane,
  result: GroupResult,
  rules: SettleRules,
  hand: (connection: number) => void,
): Change[] {
  const changes: Change[] = []
  const replaying = lane.replays.length > 0
  if (!replaying && result.deliveredTo > 0) {
    progress(state, lane.connection, result.deliveredTo)
    changes.push({ kind: 'cursor' })
    Object.assign(lane, { attempts: 0, parcelTo: 0, skipped: [], reason: '', status: null, nextTryAt: rules.now })
    lane.from = Math.max(lane.from, result.deliveredTo + 1)
  }
  if (replaying && result.replayed?.length) {
    const done = new Set(result.replayed)
    lane.replays = lane.replays.filter((id) => !done.has(id))
    lane.attempts = 0
    lane.nextTryAt = rules.now
    changes.push({ kind: 'replayed', ids: result.replayed })
  }
  if (result.failed) return [...changes, ...fail(state, lane, result.failed, rules)]
  if (result.unanswered) {
    lane.parcelTo = result.unanswered.to
    hand(lane.connection)
    return [...changes, { kind: 'lane', lane }]
  }
  const main = leases.main === undefined ? undefined : leases.byId.get(leases.main)?.windowTo
  const [next] = owed(state, feed, lane, 1)
  if (lane.replays.length === 0 && (!next || next.seq > Math.max(state.cursor, main ?? 0))) {
    state.lanes.delete(lane.connection)
    return [...changes, { kind: 'release', connection: lane.connection }]
  }
  return [...changes, { kind: 'lane', lane }]
}

/** A failed parcel: another try later, or parked. */
function fail(
  state: DestinationState,
  lane: Lane,
  failed: NonNullable<GroupResult['failed']>,
  rules: SettleRules,
): Change[] {
  const { outcome } = failed
  state.lanes.set(lane.connection, lane)
  lane.reason = outcome.reason
  lane.status = failed.status ?? null
  if (lane.replays.length === 0) {
    lane.from = failed.from
    lane.parcelTo = failed.to
  }
  const counts = outcome.kind === 'rejected' || (outcome.blame !== 'ours' && rules.countAttempts)
  if (counts) lane.attempts++
  const wait =
    outcome.kind === 'rejected'
      ? undefined
      : counts
        ? nextWait(rules.schedule, lane.attempts, rules.random(), outcome.retryAfterMs)
        : Math.max(rules.schedule[0] ?? 1_000, outcome.retryAfterMs ?? 0)
  if (wait !== undefined) {
    lane.nextTryAt = rules.now + wait
    return [{ kind: 'lane', lane }]
  }
  return park(state, lane, failed, rules)
}

function park(state: DestinationState, lane: Lane, failed: { from: number; to: number }, rules: SettleRules): Change[] {
  const { connection, reason, status, attempts } = lane
  lane.attempts = 0
  lane.parcelTo = 0
  lane.nextTryAt = rules.now
  if (lane.replays.length > 0) {
    // A replay that fails for good stays parked; the lane goes on.
    lane.replays = lane.replays.slice(1)
    return [{ kind: 'lane', lane }, { kind: 'cursor' }]
  }
  const changes: Change[] = [{ kind: 'park', connection, from: failed.from, to: failed.to, reason, status, attempts }]
  if (rules.onParked === 'hold') lane.blocked = true
  else {
    progress(state, connection, failed.to)
    lane.from = failed.to + 1
    lane.skipped = [...lane.skipped, failed.from].slice(-20)
  }
  return [...changes, { kind: 'lane', lane }, { kind: 'cursor' }]
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
