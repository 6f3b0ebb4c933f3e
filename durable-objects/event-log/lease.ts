import { newId } from '../../shared/base/ids.ts'
import { WINDOW_BYTES, WINDOW_EVENTS } from '../../shared/base/limits.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { DESTINATIONS } from '../../shared/catalog/units.ts'
import type { DestinationDefinition } from '../../shared/delivery/define.ts'
import { type Feed, type FeedEntry, type HeldLease, hasWork, laneDue, type Work } from '../../shared/delivery/lanes.ts'
import { type Opened, openLease } from '../../shared/delivery/open-lease.ts'
import type { LeaseAnswer, LeasedEvent, LeasedGroup } from '../../shared/delivery/types.ts'
import { destinationGate } from '../stubs.ts'
import type { Cell } from './cell.ts'
import { wireUser } from './connections.ts'
import { type Destination, emptyTally } from './destinations.ts'
import { feedFor, type LeasableEntry } from './feed-for.ts'
import { giveOut } from './given.ts'
import { closeGone, eventsAgain } from './leased-again.ts'
import { leasedEvents, rowsOf } from './leased-events.ts'

const LANES_PER_LEASE = 16
const LANE_EVENTS = 50
/** While live events wait for their share, what is sent again comes back after this. */
const AGAIN_WAIT_MS = 1_000
/** What the cell keeps for itself: a settle may come this long after the worker's last moment. */
const SETTLE_MARGIN_MS = 1_000
/** A gate that does not answer is asked again after this. */
const GATE_RETRY_MS = 1_000
/** How far a destination that gathers looks ahead, in windows: it does so at each nudge. */
const GATHER_LOOKS = 4

export const unitOf = ({ config }: Destination): DestinationDefinition | undefined => DESTINATIONS[config.type]
const isWhole = (unit: DestinationDefinition | undefined) => unit !== undefined && !('send' in unit)
export const isWritten = (unit: DestinationDefinition | undefined): boolean =>
  unit !== undefined && 'ship' in unit && unit.written === true

/** A window that gathers: when it is due. 0: now. */
function gatheredAt(cell: Cell, destination: Destination): number {
  const unit = unitOf(destination)
  const { state, config, leases } = destination
  const gather = unit && 'ship' in unit && unit.gather?.(config.settings)
  if (!gather || state.writtenTo > state.cursor || leases.main !== undefined) return 0
  const waiting = ahead(feedFor(cell, destination), state.cursor, gather.events)
  const [oldest] = waiting as LeasableEntry[]
  if (!oldest || waiting.length >= gather.events) return 0
  const appended = cell.records.get(oldest.connection, oldest.type, oldest.summary_id)?.appended_at ?? 0
  return appended + gather.ms
}

/** What waits: at least `wanted`, where there are so many near by. Of a destination that takes little of all, few are. */
function ahead(feed: Feed, cursor: number, wanted: number): FeedEntry[] {
  const found: FeedEntry[] = []
  let at = cursor
  for (let looks = 0; looks < GATHER_LOOKS && found.length < wanted && at < feed.head; looks++) {
    const { entries, to } = feed.after(at, WINDOW_EVENTS)
    found.push(...entries)
    at = to
  }
  return found
}

const clockOf = (cell: Cell, destination: Destination, work: Work) => ({
  now: cell.now(),
  work,
  written: isWritten(unitOf(destination)),
})
export const destinationHasWork = (cell: Cell, destination: Destination, work: Work) =>
  hasWork(destination.state, destination.leases, feedFor(cell, destination), clockOf(cell, destination, work))

/** Gives out the right to deliver. `asked`: a nudge came, so the gate is asked again even where it said to wait. */
export async function lease(cell: Cell, destination: Destination, work: Work, asked: boolean): Promise<LeaseAnswer> {
  if (asked) destination.nudgeDueUntil[work] = 0
  const now = cell.now()
  if (destination.config.state !== 'active') return { kind: 'wait', reason: 'paused', retryAt: now + cell.watchdogMs }
  if (now < cell.fence.untilAt) {
    cell.arm(cell.fence.untilAt)
    return { kind: 'wait', reason: 'fence', retryAt: cell.fence.untilAt }
  }
  if (!destinationHasWork(cell, destination, work)) return { kind: 'nothing' }
  const gathered = work === 'live' ? gatheredAt(cell, destination) : 0
  if (gathered > now && !lanesDue(cell, destination)) {
    destination.waitUntil = gathered
    cell.arm(gathered)
    return { kind: 'wait', reason: 'gather', retryAt: gathered }
  }
  // Whoever asks for the other kind of work waits for the same answer.
  if (destination.asking) await destination.asking
  if (!asked && destination.waitUntil > now) return { kind: 'wait', reason: 'shut', retryAt: destination.waitUntil }
  destination.asking = permit(cell, destination).finally(() => (destination.asking = undefined))
  const wait = await destination.asking
  if (wait) return wait
  if (work === 'again' && yields(cell, destination)) {
    const retryAt = cell.now() + AGAIN_WAIT_MS
    cell.arm(retryAt)
    return { kind: 'wait', reason: 'rate', retryAt }
  }
  cell.fence.leased()
  for (;;) {
    const answer = await open(cell, destination, work)
    if (answer) return answer
  }
}
const lanesDue = (cell: Cell, destination: Destination): boolean => {
  const feed = feedFor(cell, destination)
  const clock = clockOf(cell, destination, 'live')
  const { state, leases } = destination
  return [...state.lanes.values()].some((lane) => laneDue(state, leases, feed, lane, clock))
}
/** Where there is little to share, live events have it. */
function yields(cell: Cell, destination: Destination): boolean {
  const { permit, state } = destination
  const little = permit?.budget !== null || permit.careful || state.careful
  return little && destinationHasWork(cell, destination, 'live')
}

/** Asks the gate at most once in a permit's life. undefined: granted. */
async function permit(cell: Cell, destination: Destination): Promise<LeaseAnswer | undefined> {
  const { permit: held, tally } = destination
  if (held && held.until > cell.now() && held.budget !== 0 && tally.connectionsFailed === 0) return undefined
  try {
    const permit = await report(cell, destination, true)
    if (permit.kind === 'granted' && permit.budget !== 0) {
      destination.permit = permit
      destination.waitUntil = 0
      return undefined
    }
    destination.permit = undefined
    destination.waitUntil = Math.max(permit.until, cell.now() + 50)
    cell.arm(destination.waitUntil)
    return { kind: 'wait', reason: permit.kind === 'shut' ? 'shut' : 'rate', retryAt: destination.waitUntil }
  } catch (error) {
    // The gate's own failure: nothing is lost by waiting, the cell's alarm asks again.
    const reason = error instanceof Error ? error.message : 'unknown'
    logLine('gate did not answer', { destination_id: destination.config.destination_id, reason })
    destination.waitUntil = cell.now() + GATE_RETRY_MS
    cell.arm(destination.waitUntil)
    return { kind: 'wait', reason: 'shut', retryAt: destination.waitUntil }
  }
}

/** Tells the gate what came of the last permit. */
export async function report(cell: Cell, destination: Destination, wants: boolean) {
  const { answerMs, ...tally } = destination.tally
  destination.tally = emptyTally()
  const sorted = answerMs.sort((a, b) => a - b)
  return destinationGate(cell.env, destination.config.destination_id).report({
    ...tally,
    cell: cell.name,
    destination: destination.config,
    epoch: destination.permit?.epoch ?? 0,
    medianMs: sorted[sorted.length >> 1] ?? null,
    wants,
  })
}

/** undefined: what was opened held nothing to send any more; try again. */
async function open(cell: Cell, destination: Destination, work: Work): Promise<LeaseAnswer | undefined> {
  const now = cell.now()
  const feed = feedFor(cell, destination)
  const { state, leases, permit } = destination
  const unit = unitOf(destination)
  const timeoutMs = cell.timeoutOf(destination)
  const expiresAt = now + 2 * timeoutMs + 1_000
  const opened = openLease(state, leases, feed, {
    id: newId('lse'),
    now,
    expiresAt: expiresAt + SETTLE_MARGIN_MS,
    careful: permit?.careful ?? false,
    work,
    limits: {
      events: Math.min(isWhole(unit) ? WINDOW_EVENTS : destination.window, permit?.budget ?? WINDOW_EVENTS),
      bytes: WINDOW_BYTES,
      lanes: LANES_PER_LEASE,
      laneEvents: Math.min(LANE_EVENTS, permit?.budget ?? LANE_EVENTS),
      written: isWritten(unit),
    },
  })
  if (opened.changes.length > 0) cell.tables.transaction(() => cell.destinations.persist(destination, opened.changes))
  if (!opened.lease) return { kind: leases.main === undefined ? 'nothing' : 'busy' }
  cell.arm(now + cell.watchdogMs)
  const groups = await fill(cell, destination, opened, feed.seen)
  if (groups.length === 0) return undefined
  giveOut(destination, opened.lease.id, groups)
  const events = groups.reduce((sum, group) => sum + group.events.length, 0)
  if (permit && permit.budget !== null) permit.budget = Math.max(0, permit.budget - events)
  const { windowFrom, windowTo } = opened.lease
  return {
    kind: 'lease',
    lease: {
      lease_id: opened.lease.id,
      destination_id: destination.config.destination_id,
      expiresAt,
      epoch: permit?.epoch ?? 0,
      destination: destination.config,
      groups,
      ...(windowTo !== undefined && { window: { from: windowFrom!, to: windowTo } }),
      careful: (permit?.careful ?? false) || state.careful,
    },
  }
}

/** Reads the contents. A group whose records are gone (erased meanwhile) is settled here. */
async function fill(
  cell: Cell,
  destination: Destination,
  opened: Opened,
  seen: Map<number, LeasableEntry>,
): Promise<LeasedGroup[]> {
  const { state, leases } = destination
  const lease = opened.lease!
  await cell.keys.load(opened.groups.map((group) => group.connection))
  const entriesOf = ({ seqs }: { seqs: number[] }) => seqs.map((seq) => seen.get(seq)!)
  // The window has a size; lanes have one each, and are read as they come.
  const rows = rowsOf(cell, opened.groups.filter(({ lane }) => !lane).flatMap(entriesOf))
  const groups: LeasedGroup[] = []
  for (const group of opened.groups) {
    const { connection, lane, seqs, replays } = group
    const owner = cell.connections.numbered(connection)!
    const held = state.lanes.get(connection)
    const events =
      replays.length > 0
        ? await fillAgain(cell, destination, lease, connection, replays)
        : await leasedEvents(cell, entriesOf(group), rows)
    if (events.length > 0 && replays.length > 0)
      groups.push({
        ...{ connection, user: wireUser(owner), lane, skipped: [], parcelTo: 0, events },
        attempts: held?.again.attempts ?? 0,
      })
    else if (events.length > 0)
      groups.push({
        connection,
        user: wireUser(owner),
        lane,
        attempts: lane ? (held?.attempts ?? 0) : 0,
        skipped: lane ? (held?.skipped ?? []) : [],
        parcelTo: lane ? (held?.parcelTo ?? 0) : 0,
        events: withPrevious(events, destination.lastSeq(connection)),
      })
    else if (lane && held) {
      held.from = Math.max(held.from, ...seqs.map((seq) => seq + 1))
      lease.lanes.delete(connection)
      leases.lanes.delete(connection)
    } else {
      state.sent.set(connection, Math.max(state.sent.get(connection) ?? 0, ...seqs))
      lease.window.delete(connection)
    }
  }
  if (groups.length > 0) return groups
  if (lease.windowTo !== undefined) state.cursor = Math.max(state.cursor, lease.windowTo)
  leases.byId.delete(lease.id)
  if (leases.main === lease.id) leases.main = undefined
  return groups
}

async function fillAgain(
  cell: Cell,
  destination: Destination,
  lease: HeldLease,
  connection: number,
  items: string[],
): Promise<LeasedEvent[]> {
  const { events, taken, gone } = await eventsAgain(cell, destination, connection, items)
  lease.again.set(
    connection,
    taken.filter((item) => !gone.includes(item)),
  )
  closeGone(cell, destination, connection, gone)
  return events
}

const withPrevious = (events: LeasedGroup['events'], sent: number | undefined) =>
  events.map((event, i) => ({ ...event, prevSeq: i === 0 ? sent : events[i - 1]!.seq }))
