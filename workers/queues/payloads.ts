import type { Env } from '../../durable-objects/env.ts'
import { eventLogNamed } from '../../durable-objects/stubs.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { Pace } from '../../shared/base/pace.ts'
import { MINUTE_MS, SECOND_MS } from '../../shared/base/time.ts'
import type { PayloadNudge } from '../../shared/delivery/cell.ts'
import { RetryLater } from '../../shared/source/ask.ts'
import { processPending } from '../ingest/process.ts'
import type { Beside } from '../ingest/watch.ts'
import { readFile } from './read-file.ts'
import { runAgain } from './reruns.ts'
import { drainCell } from './send.ts'

/** Payloads of one turn. Bulk takes few and lets others in between, so that live data are not delayed. */
const LIVE_AT_ONCE = 50
const BULK_AT_ONCE = 10
const RUN_FOR_MS = 5 * MINUTE_MS
/** The platform's bound on a message's delay. */
const LONGEST_DELAY_S = 86_400

/** "This cell's inbox has something": works it off until it is empty. */
export async function payloads(batch: MessageBatch<PayloadNudge>, env: Env, beside: Beside): Promise<void> {
  const bulk = batch.queue.endsWith('bulk')
  for (const message of batch.messages) {
    try {
      const { cell, file, rerun } = message.body
      if (rerun !== undefined) await runAgain(env, cell, rerun)
      else {
        if (file !== undefined) await readFile(env, cell, file, () => workOff(env, cell, bulk, beside))
        await workOff(env, cell, bulk, beside)
      }
      message.ack()
    } catch (error) {
      const delayMs = error instanceof RetryLater ? error.delayMs : 5 * SECOND_MS
      logLine('payloads wait', { cell: message.body.cell, reason: error instanceof Error ? error.message : 'unknown' })
      message.retry({ delaySeconds: Math.min(Math.ceil(delayMs / SECOND_MS), LONGEST_DELAY_S) })
    }
  }
}

/** Until nothing waits there. */
export async function workOff(env: Env, cell: string, bulk: boolean, beside?: Beside): Promise<void> {
  const log = eventLogNamed(env, cell)
  const until = Date.now() + RUN_FOR_MS
  const pace = new Pace()
  let failed: unknown
  // Not waited for one by one: a destination that takes its time keeps neither the others nor the next payload.
  const drains: Promise<void>[] = []
  while (Date.now() < until) {
    const pending = await log.pending({ bulk, limit: bulk ? BULK_AT_ONCE : LIVE_AT_ONCE })
    if (pending.length === 0) break
    for (const group of bulk ? [pending] : pending.map((one) => [one])) {
      try {
        const { leases, nudge } = await processPending(env, cell, group, { lease: !bulk, beside })
        for (const lease of leases) drains.push(drainCell(env, cell, lease, until))
        for (const destination_id of nudge)
          await (bulk ? env.DELIVERIES_BULK : env.DELIVERIES).send({ cell, destination_id })
      } catch (error) {
        // It stays in the inbox; what comes after it does not wait for it.
        failed = error
      }
    }
    if (bulk) await pace.rest()
  }
  await Promise.all(drains)
  if (failed) throw failed
}
