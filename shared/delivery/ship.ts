import { newId } from '../base/ids.ts'
import { DATA_TYPES } from '../schema/data-types.ts'
import { bodyOf, eventId, recordTexts } from './parcel.ts'
import {
  type GroupShipped,
  notShipped,
  type Shipment,
  type Shipped,
  type ShippedEvent,
  type ShippedGroup,
} from './shipment.ts'
import type { Attempt, DeliverySettings, GroupResult, Lease, LeasedEvent, LeasedGroup, Settlement } from './types.ts'

/** A lease as a destination takes it that takes windows whole. */
export function shipmentOf(cell: string, lease: Lease): Shipment {
  const { destination_id, destination, window, groups } = lease
  return {
    cell,
    destination_id,
    ...(window && { window }),
    groups: groups.map((group) => shippedGroup(group, destination_id, destination.delivery)),
  }
}

function shippedGroup(
  { connection, user, lane, events }: LeasedGroup,
  destinationId: string,
  shape: DeliverySettings,
): ShippedGroup {
  return {
    connection,
    user,
    lane,
    events: events.map((event): ShippedEvent => {
      const records = recordsOf(event, shape)
      return {
        event_id: eventId(destinationId, user.user_id, [event.seq]),
        seq: event.seq,
        prevSeq: event.prevSeq,
        type: event.type,
        deleted: event.body === undefined,
        body: bodyOf(user, [event], shape),
        records,
        origin: event.origin,
        appendedAt: event.appendedAt,
        receivedAt: event.receivedAt,
        reference: event.request?.reference,
      }
    }),
  }
}

function recordsOf(event: LeasedEvent, shape: DeliverySettings): ShippedEvent['records'] {
  const { type, summary_id, seq, revision, body } = event
  if (!(DATA_TYPES as readonly string[]).includes(type)) return []
  if (body === undefined) return [{ type, summary_id, seq, revision, body }]
  const texts = recordTexts(event, shape)
  if (!event.requested) return [{ type, summary_id, seq, revision, body: texts[0]! }]
  return event.requested.map((record, i) => ({ ...record, type, body: texts[i]! }))
}

/** Ships a lease; → what to settle. Answers are believed only for groups that were sent. */
export async function shipLease(
  lease: Lease,
  cell: string,
  deps: { ship: (shipment: Shipment, lease: Lease) => Promise<Shipped>; now: () => number },
): Promise<Pick<Settlement, 'results' | 'stopped' | 'failed'>> {
  const shipment = shipmentOf(cell, lease)
  const startedAt = deps.now()
  const answer = await deps
    .ship(shipment, lease)
    .catch((error: unknown) =>
      notShipped({ kind: 'retry', blame: 'ours', reason: error instanceof Error ? error.message : 'unknown' }),
    )
  const times = { startedAt, durationMs: deps.now() - startedAt }
  if (answer.kind === 'failed') {
    const { status, response, ...failed } = answer.sent
    const [first] = lease.groups as [LeasedGroup]
    const attempt = {
      ...attemptOf(first, first.events, times),
      outcome: failed.kind,
      status,
      reason: failed.reason,
      response,
    }
    const unfinished = lease.groups.map(({ connection, lane }) => ({
      connection,
      lane,
      deliveredTo: 0,
      unfinished: true,
      attempts: [],
    }))
    unfinished[0]!.attempts = [attempt] as never
    return { results: unfinished, stopped: true, failed }
  }
  const told = new Map(answer.groups.map((group) => [key(group), group]))
  return { results: lease.groups.map((group) => resultOf(group, told.get(key(group)), times)), stopped: false }
}
const key = ({ connection, lane }: { connection: number; lane: boolean }) => `${connection}${lane ? 'l' : 'w'}`

function resultOf(
  group: LeasedGroup,
  told: GroupShipped | undefined,
  times: { startedAt: number; durationMs: number },
): GroupResult {
  const { connection, lane, events } = group
  const done = events.slice(0, told?.delivered ?? 0)
  const result: GroupResult = {
    connection,
    lane,
    deliveredTo: Math.max(0, ...done.map((event) => event.seq)),
    attempts: [],
  }
  const replayed = done.flatMap((event) => event.replayOf ?? [])
  if (replayed.length > 0) result.replayed = replayed
  if (done.length > 0) result.attempts.push({ ...attemptOf(group, done, times), outcome: 'delivered' })
  const next = events[done.length]
  if (next && told?.failed) {
    const { status, response, ...outcome } = told.failed
    const tried = { from: next.seq, to: next.seq, ...(next.replayOf !== undefined && { replays: [next.replayOf] }) }
    result.failed = { ...tried, ...(status !== undefined && { status }), outcome }
    const attempt = attemptOf(group, [next], times)
    result.attempts.push({ ...attempt, outcome: outcome.kind, status, reason: outcome.reason, response })
  } else if (next) result.unfinished = true
  return result
}

const attemptOf = (
  { connection, user, attempts }: LeasedGroup,
  events: LeasedEvent[],
  times: { startedAt: number; durationMs: number },
): Omit<Attempt, 'outcome'> => ({
  attempt_id: newId('att'),
  from: events[0]!.seq,
  to: events.at(-1)!.seq,
  events: events.length,
  connection,
  user_id: user.user_id,
  type: events[0]!.type,
  trace_id: events[0]!.trace,
  attempt: attempts + 1,
  ...times,
})
