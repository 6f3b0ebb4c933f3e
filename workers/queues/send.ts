import { inTime } from '../../durable-objects/destination-context.ts'
import type { Env } from '../../durable-objects/env.ts'
import { destinationGate, eventLogNamed } from '../../durable-objects/stubs.ts'
import { timeoutOf } from '../../durable-objects/timeout.ts'
import { crashPoint } from '../../shared/base/crash-point.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { Pace } from '../../shared/base/pace.ts'
import { settings } from '../../shared/base/settings.ts'
import { DESTINATIONS } from '../../shared/catalog/units.ts'
import type { Parcel } from '../../shared/delivery/define.ts'
import { drain } from '../../shared/delivery/drain.ts'
import { retry, type Sent } from '../../shared/delivery/outcome.ts'
import type { Shipment, Shipped } from '../../shared/delivery/shipment.ts'
import type { CellDestination, Lease, LeaseAnswer } from '../../shared/delivery/types.ts'

/** Requests at the same time of a drain that delivers bulk. */
const BULK_SLOTS = 2

/** Sends one parcel through its kind of destination. Our own failure is told apart from the receiver's. */
export async function send(env: Env, destination: CellDestination, parcel: Parcel, cell?: string): Promise<Sent> {
  try {
    const unit = DESTINATIONS[destination.type]
    if (!unit || !('send' in unit)) return retry('ours', `no destination of the type ${destination.type} takes parcels`)
    return await inTime(env, destination, cell, async (context) => {
      const sending = unit.send(parcel, context)
      await crashPoint('request-unanswered', env)
      return await sending
    })
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown'
    logLine('send failed by our own fault', { destination_id: destination.destination_id, reason })
    return retry('ours', reason)
  }
}

/** Ships a window: from here, or through the destination's gate where that keeps a connection. */
export async function ship(env: Env, shipment: Shipment, { destination }: Lease): Promise<Shipped> {
  const unit = DESTINATIONS[destination.type]!
  const shipping =
    'ship' in unit
      ? inTime(env, destination, shipment.cell, (context) => unit.ship(shipment, context))
      : destinationGate(env, destination.destination_id).ship(shipment, destination)
  await crashPoint('request-unanswered', env)
  return await shipping
}

const isWhole = ({ type }: CellDestination) => !('send' in (DESTINATIONS[type] ?? { send: undefined }))

/** Delivers what was leased in a cell, and what comes after it, until `until`. */
export async function drainCell(
  env: Env,
  cell: string,
  first: LeaseAnswer,
  until: number,
  options: { bulk: boolean; again?: boolean | undefined } = { bulk: false },
): Promise<void> {
  if (first.kind !== 'lease') return
  const log = eventLogNamed(env, cell)
  const pace = new Pace()
  await drain(first, {
    ...(options.bulk ? { slots: BULK_SLOTS, rest: () => pace.rest() } : {}),
    cell,
    send: (parcel, lease) => send(env, lease.destination, parcel, cell),
    ...(isWhole(first.lease.destination) && { ship: (shipment, lease) => ship(env, shipment, lease) }),
    settle: (settlement) => log.settle(settlement),
    now: () => Date.now(),
    every: (ms, look) => {
      const timer = setInterval(look, ms)
      return () => clearInterval(timer)
    },
    timeoutMs: (lease: Lease) => timeoutOf(lease.destination, settings(env)),
    until,
    handOver: async (lease) => {
      const queue = options.bulk ? env.DELIVERIES_BULK : env.DELIVERIES
      await queue.send({ cell, destination_id: lease.destination_id, ...(options.again && { again: true }) })
    },
    mark: (place) => crashPoint(place, env),
  })
}
