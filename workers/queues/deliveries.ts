import type { Env } from '../../durable-objects/env.ts'
import { eventLogNamed } from '../../durable-objects/stubs.ts'
import { MINUTE_MS } from '../../shared/base/time.ts'
import type { DeliveryNudge } from '../../shared/delivery/cell.ts'
import { drainCell } from './send.ts'

/** One consumer's run; the cell's watchdog goes on where it ends. */
const DRAIN_FOR_MS = 5 * MINUTE_MS

/** "This cell has news for this destination": leases and delivers until nothing is left. The other queue: what came in bulk, or is sent again. */
export async function deliveries(batch: MessageBatch<DeliveryNudge>, env: Env): Promise<void> {
  const bulk = batch.queue.endsWith('bulk')
  await Promise.all(
    batch.messages.map(async (message) => {
      const { cell, destination_id, again } = message.body
      const answer = await eventLogNamed(env, cell).lease(destination_id, again ? 'again' : 'live')
      await drainCell(env, cell, answer, Date.now() + DRAIN_FOR_MS, { bulk, again })
      message.ack()
    }),
  )
}
