import {
  type Change,
  type DestinationState,
  expire,
  type Feed,
  type HeldLease,
  type Lane,
  type Leases,
  laneDue,
  owed,
  type Work,
} from './lanes.ts'

export interface WindowLimits {
  events: number
  bytes: number
  lanes: number
  /** Entries of one lane in one lease. */
  laneEvents: number
  /** The window's end is written down before it is given out, and a repetition has the same. */
  written?: boolean
}

export interface OpenedGroup {
  connection: number
  lane: boolean
  seqs: number[]
  /** Only of lanes: what is sent again. */
  replays: string[]
}
export interface Opened {
  groups: OpenedGroup[]
  lease: HeldLease | undefined
  changes: Change[]
}

/** A lane that failed this often says little about its destination. */
const POISON_ATTEMPTS = 2

interface Grant {
  id: string
  now: number
  expiresAt: number
  limits: WindowLimits
  careful: boolean
  work: Work
}

/** Gives out the next window and the lanes that are due, or what is to be sent again, or nothing. */
export function openLease(state: DestinationState, leases: Leases, feed: Feed, grant: Grant): Opened {
  expire(leases, grant.now)
  const lease: HeldLease = {
    id: grant.id,
    expiresAt: grant.expiresAt,
    windowFrom: undefined,
    windowTo: undefined,
    window: new Map(),
    lanes: new Set(),
    again: new Map(),
  }
  const opened =
    grant.work === 'again' ? openAgain(state, leases, feed, lease, grant) : openLive(state, leases, feed, lease, grant)
  const { groups, changes } = opened
  if (groups.length === 0) return { groups, lease: undefined, changes }
  leases.byId.set(lease.id, lease)
  if (lease.windowTo !== undefined) leases.main = lease.id
  for (const connection of lease.lanes) leases.lanes.set(connection, lease.id)
  return { groups, lease, changes }
}

const dueLanes = (state: DestinationState, leases: Leases, feed: Feed, { now, work, limits }: Grant): Lane[] =>
  [...state.lanes.values()].filter((lane) => laneDue(state, leases, feed, lane, { now, work, written: limits.written }))

type Opening = Pick<Opened, 'groups' | 'changes'>
function openLive(state: DestinationState, leases: Leases, feed: Feed, lease: HeldLease, grant: Grant): Opening {
  const { limits } = grant
  const careful = grant.careful || state.careful
  const changes: Change[] = []
  const groups: OpenedGroup[] = []
  const due = dueLanes(state, leases, feed, grant)
  // While careful, a lane that waits anyway is the probe, so that no further connection becomes held for it; but not one
  // that has failed again and again, which may be poisoned itself while the destination is well.
  const probes = careful ? due.filter((lane) => lane.attempts < POISON_ATTEMPTS) : due
  if (careful && probes.length === 0 && leases.main === undefined)
    groups.push(...openWindow(state, feed, lease, limits, careful))
  for (const lane of careful && probes.length === 0 ? due : probes) {
    if (lease.lanes.size >= (careful ? 1 - groups.length : limits.lanes)) break
    const group = openLane(state, feed, lane, limits)
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
    groups.push(...openWindow(state, feed, lease, limits, careful))
  // What was passed over has moved the cursor: only what is written down names the window the same way again.
  if (limits.written && lease.windowTo !== undefined && state.writtenTo !== lease.windowTo) {
    state.writtenFrom = lease.windowFrom!
    state.writtenTo = lease.windowTo
    changes.push({ kind: 'cursor' })
  }
  return { groups, changes }
}

/** Whatever failed is tried again as it went; nothing else goes with it. */
function openAgain(state: DestinationState, leases: Leases, feed: Feed, lease: HeldLease, grant: Grant): Opening {
  const { limits } = grant
  const groups: OpenedGroup[] = []
  const changes: Change[] = []
  let events = 0
  for (const lane of dueLanes(state, leases, feed, grant)) {
    if (events >= limits.events || lease.lanes.size >= (grant.careful || state.careful ? 1 : limits.lanes)) break
    const { connection } = lane
    const replays = lane.replays.slice(0, lane.again.size || Math.min(limits.laneEvents, limits.events - events))
    events += replays.length
    lease.lanes.add(connection)
    lease.again.set(connection, replays)
    if (limits.written && lane.again.size !== replays.length) {
      // What goes into one object is known before it is put, as with windows.
      lane.again = { ...lane.again, size: replays.length }
      changes.push({ kind: 'lane', lane })
    }
    groups.push({ connection, lane: true, seqs: [], replays })
  }
  return { groups, changes }
}

function openWindow(state: DestinationState, feed: Feed, lease: HeldLease, limits: WindowLimits, careful: boolean) {
  let bytes = 0
  let events = 0
  // Whatever was replaced since then is gone from it; nothing can have come into it.
  let written = state.writtenTo > state.cursor ? state.writtenTo : undefined
  while (state.cursor < (written ?? feed.head)) {
    const again = written
    const found = feed.after(state.cursor, again === undefined ? limits.events : again - state.cursor)
    const entries = again === undefined ? found.entries : found.entries.filter((entry) => entry.seq <= again)
    const to = Math.min(found.to, again ?? found.to)
    let end = to
    for (const entry of entries) {
      if (state.lanes.has(entry.connection)) {
        if (!limits.written) continue
        // Lanes have no written bounds: they only send again what was asked for, and the window waits for them.
        end = entry.seq - 1
        break
      }
      if (entry.seq <= (state.sent.get(entry.connection) ?? 0)) continue
      const seqs = lease.window.get(entry.connection)
      const full =
        again === undefined && (events >= limits.events || (events > 0 && bytes + entry.bytes > limits.bytes))
      if (full || (again === undefined && careful && !seqs && lease.window.size > 0)) {
        end = entry.seq - 1
        break
      }
      if (seqs) seqs.push(entry.seq)
      else lease.window.set(entry.connection, [entry.seq])
      bytes += entry.bytes
      events++
    }
    if (events > 0) {
      lease.windowFrom = again === undefined ? state.cursor + 1 : state.writtenFrom
      lease.windowTo = end
      break
    }
    // A window with nothing to send moves the cursor by itself.
    state.cursor = Math.max(state.cursor, end)
    if (end < to || to >= feed.head) break
    // All of what was written down is gone: the next window is another.
    if (again !== undefined && to >= again) written = undefined
  }
  return [...lease.window].map(([connection, seqs]) => ({ connection, lane: false, seqs, replays: [] }))
}

function openLane(state: DestinationState, feed: Feed, lane: Lane, limits: WindowLimits): OpenedGroup | undefined {
  const { connection } = lane
  if (limits.written) return undefined
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
