import {
  type Change,
  type DestinationState,
  expire,
  type Feed,
  type HeldLease,
  type Lane,
  type Leases,
  owed,
} from './lanes.ts'

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

/** A lane that failed this often says little about its destination. */
const POISON_ATTEMPTS = 2

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
  const due = [...state.lanes.values()].filter(
    (lane) => !lane.blocked && lane.nextTryAt <= grant.now && !leases.lanes.has(lane.connection),
  )
  // While careful, a lane that waits anyway is the probe, so that no further connection becomes held for it; but not one
  // that has failed again and again, which may be poisoned itself while the destination is well.
  const probes = careful ? due.filter((lane) => lane.attempts < POISON_ATTEMPTS) : due
  if (careful && probes.length === 0 && leases.main === undefined)
    groups.push(...openWindow(state, feed, lease, grant.limits, careful))
  for (const lane of careful && probes.length === 0 ? due : probes) {
    if (lease.lanes.size >= (careful ? 1 - groups.length : grant.limits.lanes)) break
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
