import { newId } from '../../shared/base/ids.ts'
import { WINDOW_EVENTS } from '../../shared/base/limits.ts'
import { FAILURES_TO_OPEN } from '../../shared/delivery/breaker.ts'
import { type Change, dueAt, type Work } from '../../shared/delivery/lanes.ts'
import { settleLease } from '../../shared/delivery/settle-lease.ts'
import type { Attempt, SettleAnswer, Settlement } from '../../shared/delivery/types.ts'
import type { Cell } from './cell.ts'
import type { Destination } from './destinations.ts'
import { feedFor } from './feed-for.ts'
import { handOn, takenOf } from './given.ts'
import { goOn } from './job-api.ts'
import { isWritten, lease, unitOf } from './lease.ts'
import { eraseClosing } from './lifecycle.ts'
import { countTaken } from './manifests.ts'
import { nudge } from './nudge.ts'
import { noteParked, parkedToldAt } from './operations.ts'
import { park } from './parked.ts'
import { settleAgain } from './settle-again.ts'

/** After a failure of our own, the window is tried again. */
const OUR_FAILURE_WAIT_MS = 1_000
const SOON_MS = 100
/** Smaller ones would not be worth their settle. */
const LEAST_WINDOW = 16

/** Key: the lease. A second settlement of it, or a late one, changes nothing but the attempts list. */
export async function settle(cell: Cell, destination: Destination, settlement: Settlement): Promise<SettleAnswer> {
  const now = cell.now()
  const { state, leases, config } = destination
  const feed = feedFor(cell, destination)
  const held = leases.byId.get(settlement.lease_id)
  const work: Work = held && held.again.size > 0 ? 'again' : 'live'
  const taken = takenOf(destination, settlement)
  const settled = settleLease(state, leases, feed, settlement, {
    now,
    schedule:
      config.delivery.retry_schedule_ms.length > 0 ? config.delivery.retry_schedule_ms : cell.settings.RETRY_SCHEDULE,
    random: Math.random,
    onParked: config.delivery.on_parked,
    newLeaseId: () => newId('lse'),
    written: isWritten(unitOf(destination)),
    countAttempts: settlement.epoch === (destination.permit?.epoch ?? settlement.epoch),
  })
  destination.keepAttempts(settled.attempts)
  if (!settled.settled) return { settled: false, handed: [], next: { kind: 'nothing' } }
  handOn(destination, settlement, settled.handed)
  count(destination, settlement)
  if (work === 'live') adapt(destination, settlement, eventsSent(settlement))
  try {
    cell.tables.transaction(() => {
      const counted = countTaken(cell, destination, taken)
      const parked = settled.changes.some(({ kind }) => kind === 'park' || kind === 'failed')
      if (parked) noteParked(cell, destination)
      const written = counted || parked ? [...settled.changes, { kind: 'cursor' as const }] : settled.changes
      cell.destinations.persist(destination, written)
      const sent = settlement.results.map(({ connection, attempts }) => {
        const items = work === 'again' ? (held!.again.get(connection) ?? []) : []
        return { connection, items, attempts }
      })
      for (const change of settled.changes) {
        if (change.kind === 'park')
          park(cell, destination, feed, change, triesAt(cell, destination, change, settled.attempts))
        keepTries(cell, destination, change, work === 'live' ? settled.attempts : [])
      }
      settleAgain(cell, destination, settled.changes, sent)
    })
  } catch (error) {
    cell.abort(error)
  }
  if (work === 'again') goOn(cell, destination)
  const due = dueAt(state, leases, feed, now, cell.watchdogMs)
  // What is due now is mostly given out below, or to whoever settles next.
  if (due !== undefined) cell.arm(Math.max(due, now + SOON_MS))
  const toldAt = parkedToldAt(destination)
  if (toldAt !== undefined) cell.arm(toldAt)
  await eraseClosing(cell)
  if (settlement.failed && settlement.failed.blame !== 'destination') {
    // Ours: the breaker does not hear of it, so that the wait is made here.
    destination.waitUntil = now + OUR_FAILURE_WAIT_MS
    cell.arm(destination.waitUntil)
    return { settled: true, handed: settled.handed, next: { kind: 'nothing' } }
  }
  // What was sent again may have kept live events of its connection waiting.
  if (work === 'again') await nudge(cell, destination, 'live')
  return {
    settled: true,
    handed: settled.handed,
    next: settlement.more ? await lease(cell, destination, work, false) : { kind: 'nothing' },
  }
}

/** The attempts at what is parked now, from its first. */
const triesAt = (
  cell: Cell,
  destination: Destination,
  { connection, from, to }: { connection: number; from: number; to: number },
  attempts: Attempt[],
): Attempt[] => [
  ...cell.tries.of(destination, connection),
  ...attempts.filter((one) => one.connection === connection && one.from <= to && one.to >= from),
]
/** While a connection is held, the attempts at its first event are kept with its lane. */
function keepTries(cell: Cell, destination: Destination, change: Change, attempts: Attempt[]): void {
  if (change.kind === 'release') cell.tries.forget(destination, change.connection)
  if (change.kind !== 'lane') return
  const { connection, from, attempts: count } = change.lane
  if (count === 0) cell.tries.forget(destination, connection)
  else {
    const failed = ({ outcome, to, ...one }: Attempt) =>
      one.connection === connection && outcome !== 'delivered' && to >= from
    cell.tries.add(destination, connection, attempts.filter(failed))
  }
}

const eventsSent = ({ results }: Settlement): number =>
  results.reduce((sum, { attempts }) => sum + attempts.reduce((n, { events }) => n + events, 0), 0)

/** A window that was done in time may be larger next time; one that was not is cut to what was. */
function adapt(destination: Destination, { results }: Settlement, sent: number): void {
  const unfinished = results.some((result) => result.unfinished)
  const least = Math.max(LEAST_WINDOW, 2 * destination.config.delivery.batch_events)
  const next = unfinished
    ? Math.ceil(1.5 * sent)
    : sent >= destination.window / 2
      ? 2 * destination.window
      : destination.window
  destination.window = Math.min(WINDOW_EVENTS, Math.max(least, next))
}

/** What the gate is told: connections that failed by the destination's fault, answers, and how long they took. */
function count(destination: Destination, { results, failed }: Settlement): void {
  const { tally } = destination
  // Nothing of a whole window was taken: that is the destination, not some of its connections.
  if (failed?.blame === 'destination') tally.connectionsFailed += FAILURES_TO_OPEN
  for (const result of results) {
    for (const { outcome, durationMs, status } of result.attempts) {
      if (outcome === 'delivered' && tally.answerMs.length < 100) tally.answerMs.push(durationMs)
      if (status === 410) tally.gone++
    }
    if (result.deliveredTo > 0) {
      tally.delivered++
      tally.connectionsOk++
    }
    const { failed } = result
    if (failed?.outcome.kind === 'retry' && failed.outcome.blame === 'destination') tally.connectionsFailed++
  }
}
