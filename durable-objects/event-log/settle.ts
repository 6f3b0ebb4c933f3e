import { newId } from '../../shared/base/ids.ts'
import { WINDOW_EVENTS } from '../../shared/base/limits.ts'
import { dueAt } from '../../shared/delivery/lanes.ts'
import { settleLease } from '../../shared/delivery/settle-lease.ts'
import type { SettleAnswer, Settlement } from '../../shared/delivery/types.ts'
import type { Cell } from './cell.ts'
import type { Destination } from './destinations.ts'
import { feedFor, lease } from './lease.ts'
import { eraseClosing } from './lifecycle.ts'
import { markParked, markPassed, markReplayed, park } from './parked.ts'

/** Smaller ones would not be worth their settle. */
const LEAST_WINDOW = 16

/** Key: the lease. A second settlement of it, or a late one, changes nothing but the attempts list. */
export async function settle(cell: Cell, destination: Destination, settlement: Settlement): Promise<SettleAnswer> {
  const now = cell.now()
  const { state, leases, config } = destination
  const feed = feedFor(cell, destination)
  const settled = settleLease(state, leases, feed, settlement, {
    now,
    schedule:
      config.delivery.retry_schedule_ms.length > 0 ? config.delivery.retry_schedule_ms : cell.settings.RETRY_SCHEDULE,
    random: Math.random,
    onParked: config.delivery.on_parked,
    newLeaseId: () => newId('lse'),
    countAttempts: settlement.epoch === (destination.permit?.epoch ?? settlement.epoch),
  })
  destination.keepAttempts(settled.attempts)
  if (!settled.settled) return { settled: false, handed: [], next: { kind: 'nothing' } }
  count(destination, settlement)
  adapt(destination, settlement, eventsSent(settlement))
  try {
    cell.tables.transaction(() => {
      cell.destinations.persist(destination, settled.changes)
      for (const change of settled.changes) {
        if (change.kind === 'park') park(cell, destination, change, settled.attempts)
        if (change.kind === 'replayed') markReplayed(cell, change.ids)
        if (change.kind === 'lane' && change.lane.attempts === 0 && change.lane.reason !== '')
          markParked(cell, destination, change.lane.connection, change.lane.blocked ? [] : change.lane.replays)
      }
      if (config.delivery.on_parked === 'hold')
        for (const result of settlement.results)
          if (result.lane && result.deliveredTo > 0)
            markPassed(cell, destination, result.connection, result.deliveredTo)
    })
  } catch (error) {
    cell.abort(error)
  }
  const due = dueAt(state, leases, feed, now, cell.watchdogMs)
  if (due !== undefined) cell.arm(due)
  await eraseClosing(cell)
  return {
    settled: true,
    handed: settled.handed,
    next: settlement.more ? await lease(cell, destination, false) : { kind: 'nothing' },
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
function count(destination: Destination, { results }: Settlement): void {
  const { tally } = destination
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
