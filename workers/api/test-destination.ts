import type { Env } from '../../durable-objects/env.ts'
import { destinationGate } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { cellDestination, type DestinationRow } from '../../shared/db/destinations.ts'
import { healthcheckParcel } from '../healthcheck.ts'
import { send } from '../queues/send.ts'
import { tryOut, unitOf } from '../save-destination.ts'

/** Sends a healthcheck the way every event goes, and waits for the answer. */
export async function testDestination(env: Env, row: DestinationRow) {
  const startedAt = Date.now()
  const unit = unitOf(row.type)
  if (!('send' in unit)) return { ...(await triedOut(env, row)), duration_ms: Date.now() - startedAt }
  const figures = await destinationGate(env, row.destination_id).hours()
  const sent = await send(env, cellDestination(row), healthcheckParcel(figures, startedAt))
  return {
    outcome: sent.kind,
    status: sent.status ?? null,
    reason: sent.kind === 'delivered' ? null : sent.reason,
    duration_ms: Date.now() - startedAt,
  }
}

/** A destination that takes windows whole is tested as when it is saved. */
async function triedOut(env: Env, row: DestinationRow) {
  try {
    await tryOut(env, row)
    return { outcome: 'delivered', status: null, reason: null }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { outcome: 'retry', status: null, reason: error.message }
  }
}
