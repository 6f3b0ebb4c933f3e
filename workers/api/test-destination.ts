import type { Env } from '../../durable-objects/env.ts'
import { destinationGate } from '../../durable-objects/stubs.ts'
import { cellDestination, type DestinationRow } from '../../shared/db/destinations.ts'
import { healthcheckParcel } from '../healthcheck.ts'
import { send } from '../queues/send.ts'

/** Sends a healthcheck the way every event goes, and waits for the answer. */
export async function testDestination(env: Env, row: DestinationRow) {
  const startedAt = Date.now()
  const figures = await destinationGate(env, row.destination_id).hours()
  const sent = await send(env, cellDestination(row), healthcheckParcel(figures, startedAt))
  return {
    outcome: sent.kind,
    status: sent.status ?? null,
    reason: sent.kind === 'delivered' ? null : sent.reason,
    duration_ms: Date.now() - startedAt,
  }
}
