import { newId } from '../../shared/base/ids.ts'
import { WINDOW_BYTES, WINDOW_EVENTS } from '../../shared/base/limits.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { DESTINATIONS } from '../../shared/catalog/units.ts'
import type { DestinationDefinition } from '../../shared/delivery/define.ts'
import { type Feed, type FeedEntry, hasWork } from '../../shared/delivery/lanes.ts'
import { type Opened, openLease } from '../../shared/delivery/open-lease.ts'
import type { Filter, LeaseAnswer, LeasedGroup } from '../../shared/delivery/types.ts'
import { destinationGate } from '../stubs.ts'
import type { Cell } from './cell.ts'
import { type CellConnection, wireUser } from './connections.ts'
import { type Destination, emptyTally } from './destinations.ts'
import { leasedEvents } from './leased-events.ts'
import { outlivesConnection, typeOf } from './types.ts'

const LANES_PER_LEASE = 16
const LANE_EVENTS = 50
/** What the cell keeps for itself: a settle may come this long after the worker's last moment. */
const SETTLE_MARGIN_MS = 1_000
/** A gate that does not answer is asked again after this. */
const GATE_RETRY_MS = 1_000

/** One entry as the destination sees it; which record it is stays with it. */
export interface LeasableEntry extends FeedEntry {
  type: number
  summary_id: string
}

/** The feed as one destination takes it: filtered by the settings that held at each seq. */
export function feedFor(cell: Cell, destination: Destination): Feed & { seen: Map<number, LeasableEntry> } {
  const seen = new Map<number, LeasableEntry>()
  const takes = (entry: LeasableEntry) => {
    const { state } = cell.connections.numbered(entry.connection) ?? { state: 'closed' }
    if ((state === 'closing' || state === 'closed') && !outlivesConnection(entry.type)) return false
    const filter = destination.judge(entry.seq)
    if (filter.test_mode || (entry.bytes === 0 && !filter.deletions)) return false
    if (!named(filter.event_types, typeOf(entry.type, entry.summary_id))) return false
    return takesConnection(filter, cell.connections.numbered(entry.connection))
  }
  const keep = (entries: LeasableEntry[]) => {
    const taken = entries.filter(takes)
    for (const entry of taken) seen.set(entry.seq, entry)
    return taken
  }
  return {
    seen,
    head: cell.feed.head,
    after: (seq, limit) => {
      const { entries, to } = cell.feed.after(seq, limit)
      return { entries: keep(entries), to }
    },
    of: (connection, after, limit) =>
      keep(cell.records.ofConnection(connection, after, limit).map((row) => ({ ...row, bytes: row.size }))).slice(
        0,
        limit,
      ),
  }
}

/** No name in the list takes all. */
const named = (list: string[] | undefined, ...names: (string | null)[]): boolean =>
  !list?.length || names.some((name) => name !== null && list.includes(name))
function takesConnection({ providers, users, scopes }: Filter, connection: CellConnection | undefined): boolean {
  if (!connection) return !users?.length && !providers?.length && !scopes?.length
  return (
    named(providers, connection.provider) &&
    named(users, connection.user_id, connection.reference_id) &&
    named(scopes, ...connection.scopes)
  )
}

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
  const ahead = feedFor(cell, destination).after(state.cursor, gather.events)
  const [oldest] = ahead.entries as LeasableEntry[]
  if (!oldest || ahead.entries.length >= gather.events) return 0
  const appended = cell.records.get(oldest.connection, oldest.type, oldest.summary_id)?.appended_at ?? 0
  return appended + gather.ms
}

export const destinationHasWork = (cell: Cell, destination: Destination) =>
  hasWork(destination.state, destination.leases, feedFor(cell, destination), cell.now())

/** Gives out the right to deliver. `asked`: a nudge came, so the gate is asked again even where it said to wait. */
export async function lease(cell: Cell, destination: Destination, asked: boolean): Promise<LeaseAnswer> {
  if (asked) destination.nudgeDueUntil = 0
  const now = cell.now()
  if (destination.config.state !== 'active') return { kind: 'wait', reason: 'paused', retryAt: now + cell.watchdogMs }
  if (now < cell.fenceUntil) {
    cell.arm(cell.fenceUntil)
    return { kind: 'wait', reason: 'fence', retryAt: cell.fenceUntil }
  }
  if (!destinationHasWork(cell, destination)) return { kind: 'nothing' }
  const gathered = gatheredAt(cell, destination)
  if (gathered > now && destination.state.lanes.size === 0) {
    destination.waitUntil = gathered
    cell.arm(gathered)
    return { kind: 'wait', reason: 'gather', retryAt: gathered }
  }
  if (destination.asking) return { kind: 'busy' }
  if (!asked && destination.waitUntil > now) return { kind: 'wait', reason: 'shut', retryAt: destination.waitUntil }
  const wait = await permit(cell, destination)
  if (wait) return wait
  for (;;) {
    const answer = await open(cell, destination)
    if (answer) return answer
  }
}

/** Asks the gate at most once in a permit's life. undefined: granted. */
async function permit(cell: Cell, destination: Destination): Promise<LeaseAnswer | undefined> {
  const { permit: held, tally } = destination
  if (held && held.until > cell.now() && held.budget !== 0 && tally.connectionsFailed === 0) return undefined
  destination.asking = true
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
  } finally {
    destination.asking = false
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
async function open(cell: Cell, destination: Destination): Promise<LeaseAnswer | undefined> {
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
  const groups: LeasedGroup[] = []
  for (const { connection, lane, seqs, replays } of opened.groups) {
    const owner = cell.connections.numbered(connection)!
    const held = state.lanes.get(connection)
    const events = await leasedEvents(
      cell,
      destination,
      seqs.map((seq) => seen.get(seq)!),
      replays,
    )
    if (events.length > 0)
      groups.push({
        connection,
        user: wireUser(owner),
        lane,
        attempts: lane ? (held?.attempts ?? 0) : 0,
        skipped: lane ? (held?.skipped ?? []) : [],
        parcelTo: lane ? (held?.parcelTo ?? 0) : 0,
        events: withPrevious(events, state.sent.get(connection)),
      })
    else if (lane && held) {
      held.replays = held.replays.filter((id) => !replays.includes(id))
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

const withPrevious = (events: LeasedGroup['events'], sent: number | undefined) =>
  events.map((event, i) => ({ ...event, prevSeq: i === 0 ? sent : events[i - 1]!.seq }))
