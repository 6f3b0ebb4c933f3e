import { NUDGE_LIFETIME_MS } from '../../shared/base/limits.ts'
import type { Work } from '../../shared/delivery/lanes.ts'
import type { Cell } from './cell.ts'
import type { Destination } from './destinations.ts'
import { destinationHasWork } from './lease.ts'

/** Says "look" where something pends and nobody is on it. What is sent again has a queue of its own. */
export async function nudge(cell: Cell, destination: Destination, work: Work): Promise<void> {
  const now = cell.now()
  const { config, waitUntil, nudgeDueUntil } = destination
  if (config.state !== 'active' || now < cell.fence.untilAt || now < waitUntil) return
  if (nudgeDueUntil[work] > now || !destinationHasWork(cell, destination, work)) return
  nudgeDueUntil[work] = now + Math.min(NUDGE_LIFETIME_MS, cell.watchdogMs)
  const message = { cell: cell.name, destination_id: config.destination_id }
  if (work === 'again') await cell.env.DELIVERIES_BULK.send({ ...message, again: true })
  else await cell.env.DELIVERIES.send(message)
}
