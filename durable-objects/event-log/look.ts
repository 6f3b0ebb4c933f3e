import { NUDGE_LIFETIME_MS, PARKED_MS } from '../../shared/base/limits.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { dueAt } from '../../shared/delivery/lanes.ts'
import { archive, archiveDueAt } from './archive.ts'
import type { Cell } from './cell.ts'
import type { Destination } from './destinations.ts'
import { destinationHasWork, feedFor } from './lease.ts'
import { eraseClosing } from './lifecycle.ts'
import { expireParked } from './parked.ts'

/** The next time anything pending must be looked at, from what is stored; undefined: nothing is. */
export function nextLook(cell: Cell): number | undefined {
  const now = cell.now()
  // An archive that is not due yet arms nothing: each new segment is begun by an append, or by the sweep's daily look.
  const archiveAt = archiveDueAt(cell)
  const times: (number | undefined)[] = [
    archiveAt !== undefined && archiveAt <= now ? now + cell.watchdogMs : undefined,
  ]
  for (const destination of cell.destinations.all()) times.push(destinationDueAt(cell, destination, now))
  const inbox = cell.inbox.dueAt()
  if (inbox !== undefined) times.push(Math.max(inbox, now + cell.watchdogMs))
  if (cell.connections.closing().length > 0) times.push(Math.max(now + cell.watchdogMs, cell.fenceUntil))
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

function destinationDueAt(cell: Cell, destination: Destination, now: number): number | undefined {
  if (destination.config.state !== 'active') return undefined
  const due = dueAt(destination.state, destination.leases, feedFor(cell, destination), now, cell.watchdogMs)
  if (due === undefined) return undefined
  // What is due now gets its nudge in this very look; the next is for a nudge that was lost.
  const soonest = due <= now ? now + cell.watchdogMs : due
  return Math.max(soonest, destination.waitUntil, cell.fenceUntil)
}

/** Says "look" wherever something pends and nobody is on it. Never delivers. */
export async function look(cell: Cell): Promise<void> {
  const now = cell.now()
  for (const destination of cell.destinations.all()) {
    if (destination.config.state !== 'active' || now < cell.fenceUntil || now < destination.waitUntil) continue
    if (destination.nudgeDueUntil > now || !destinationHasWork(cell, destination)) continue
    destination.nudgeDueUntil = now + Math.min(NUDGE_LIFETIME_MS, cell.watchdogMs)
    await cell.env.DELIVERIES.send({ cell: cell.name, destination_id: destination.config.destination_id })
  }
  await nudgePayloads(cell, now)
  await eraseClosing(cell)
  await archive(cell)
  expireParked(cell, now - PARKED_MS)
}

async function nudgePayloads(cell: Cell, now: number): Promise<void> {
  const due = { live: false, bulk: false }
  for (const { about, handedUntil } of cell.inbox.waiting.values())
    if (handedUntil <= now) due[about.origin === 'live' ? 'live' : 'bulk'] = true
  for (const kind of ['live', 'bulk'] as const) {
    if (!due[kind] || cell.payloadNudgeUntil[kind] > now) continue
    cell.payloadNudgeUntil[kind] = now + NUDGE_LIFETIME_MS
    await (kind === 'bulk' ? cell.env.PAYLOADS_BULK : cell.env.PAYLOADS).send({ cell: cell.name })
  }
}

/** `alarm()`'s body: it never throws, so that the next alarm stands. */
export async function lookSafely(cell: Cell): Promise<void> {
  try {
    await look(cell)
  } catch (error) {
    logLine('look failed', { cell: cell.name, error: error instanceof Error ? error.message : 'unknown' })
  }
}
