import type { Env } from '../../durable-objects/env.ts'
import { newId } from '../../shared/base/ids.ts'
import { cellDestination, type DestinationRow } from '../../shared/db/destinations.ts'
import type { Parcel } from '../../shared/delivery/define.ts'
import { API_VERSION } from '../../shared/schema/version.ts'
import { send } from '../queues/send.ts'

/** Sends a healthcheck the way every event goes, and waits for the answer. */
export async function testDestination(env: Env, row: DestinationRow) {
  const startedAt = Date.now()
  const trace_id = newId('evt')
  const parcel: Parcel = {
    trace_id,
    reference: trace_id,
    type: 'healthcheck',
    body: JSON.stringify({
      type: 'healthcheck',
      status: 'normal',
      creation_timestamp: new Date(startedAt).toISOString(),
      trend_percentage: 0,
      sent_webhooks_last_hour: 0,
      version: API_VERSION,
    }),
    user_id: '',
    connection: 0,
    seqs: [0],
    prevSeq: undefined,
    skipped: [],
    origin: 'live',
    orderingTimestamp: startedAt,
    receivedAt: startedAt,
  }
  const sent = await send(env, cellDestination(row), parcel)
  return {
    outcome: sent.kind,
    status: sent.status ?? null,
    reason: sent.kind === 'delivered' ? null : sent.reason,
    duration_ms: Date.now() - startedAt,
  }
}
