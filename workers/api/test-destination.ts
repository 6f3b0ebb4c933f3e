import type { Env } from '../../durable-objects/env.ts'
import { destinationGate } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { cellDestination, type DestinationRow } from '../../shared/db/destinations.ts'
import { parcels } from '../../shared/delivery/parcel.ts'
import { shipmentOf } from '../../shared/delivery/ship.ts'
import type { EventType, Lease } from '../../shared/delivery/types.ts'
import { healthcheckParcel } from '../healthcheck.ts'
import { send, ship } from '../queues/send.ts'
import { tryOut, unitOf } from '../save-destination.ts'
import { exampleLease } from './example-lease.ts'

interface Tested {
  outcome: string
  status: number | null
  reason: string | null
}
const ARRIVED: Tested = { outcome: 'delivered', status: null, reason: null }

/** Sends the example of an event, or what says least, the way every event goes, and waits for the answer. */
export async function testDestination(env: Env, row: DestinationRow, type: EventType | undefined) {
  const startedAt = Date.now()
  const tested = type
    ? await sendExample(env, exampleLease(row, type, startedAt))
    : 'send' in unitOf(row.type)
      ? await sendHealthcheck(env, row, startedAt)
      : await triedOut(env, row)
  return { ...tested, duration_ms: Date.now() - startedAt }
}

async function sendHealthcheck(env: Env, row: DestinationRow, now: number): Promise<Tested> {
  const figures = await destinationGate(env, row.destination_id).hours()
  return told(await send(env, cellDestination(row), healthcheckParcel(figures, now)))
}

/** A destination that takes windows whole is tested as when it is saved. */
async function triedOut(env: Env, row: DestinationRow): Promise<Tested> {
  try {
    await tryOut(env, row)
    return ARRIVED
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { outcome: 'retry', status: null, reason: error.message }
  }
}

async function sendExample(env: Env, lease: Lease): Promise<Tested> {
  const { destination, destination_id } = lease
  if ('send' in unitOf(destination.type)) {
    const [parcel] = parcels(lease.groups[0]!, destination_id, destination.delivery)
    return told(await send(env, destination, parcel!))
  }
  const shipped = await ship(env, shipmentOf('example', lease), lease)
  if (shipped.kind === 'failed') return told(shipped.sent)
  const [group] = shipped.groups
  return group?.failed ? told(group.failed) : ARRIVED
}

const told = (sent: { kind: string; status?: number; reason?: string }): Tested => ({
  outcome: sent.kind,
  status: sent.status ?? null,
  reason: sent.reason ?? null,
})
