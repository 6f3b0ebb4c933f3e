import { NUDGE_LIFETIME_MS, PARKED_MS } from '../../shared/base/limits.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { HOUR_MS, SECOND_MS } from '../../shared/base/time.ts'
import { dueAt } from '../../shared/delivery/lanes.ts'
import { archive, archiveDueAt } from './archive.ts'
import type { Cell } from './cell.ts'
import { coldDueAt, stepCold } from './cold-round.ts'
import type { Destination } from './destinations.ts'
import { feedFor } from './feed-for.ts'
import { filesDueAt, lookAfterFiles } from './files.ts'
import { jobsDueAt, stepJobs } from './job-api.ts'
import { eraseClosing } from './lifecycle.ts'
import { nudge } from './nudge.ts'
import { parkedToldAt, tellParked } from './operations.ts'
import { expireParked } from './parked.ts'
import { nudgeReruns } from './rerun-job.ts'

/** Looking through all that is parked costs more than it finds. */
const PARKED_TIDIED_EVERY_MS = HOUR_MS

/** A turn of cold history that is due comes this soon. */
const COLD_LOOK_MS = SECOND_MS

/** The next time anything pending must be looked at, from what is stored; undefined: nothing is. */
export function nextLook(cell: Cell): number | undefined {
  const now = cell.now()
  // An archive that is not due yet arms nothing: each new segment is begun by an append, or by the sweep's daily look.
  const archiveAt = archiveDueAt(cell)
  const times: (number | undefined)[] = [
    archiveAt !== undefined && archiveAt <= now ? now + cell.watchdogMs : undefined,
  ]
  for (const destination of cell.destinations.all()) {
    times.push(destinationDueAt(cell, destination, now), jobsDueAt(cell, destination))
    const toldAt = parkedToldAt(destination)
    times.push(toldAt && Math.max(toldAt, now + cell.watchdogMs))
  }
  const inbox = cell.inbox.dueAt()
  if (inbox !== undefined) times.push(Math.max(inbox, now + cell.watchdogMs))
  times.push(filesDueAt(cell))
  if (cell.connections.closing().length > 0) times.push(Math.max(now + cell.watchdogMs, cell.fence.untilAt))
  if (cell.reruns.open.size > 0) times.push(now + cell.watchdogMs)
  const cold = coldDueAt(cell)
  // As with an archive: a round that is not due yet arms nothing.
  if (cold !== undefined && cold <= now + COLD_LOOK_MS) times.push(Math.max(cold, now + COLD_LOOK_MS))
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

function destinationDueAt(cell: Cell, destination: Destination, now: number): number | undefined {
  if (destination.config.state !== 'active') return undefined
  const due = dueAt(destination.state, destination.leases, feedFor(cell, destination), now, cell.watchdogMs)
  if (due === undefined) return undefined
  // What is due now gets its nudge in this very look; the next is for a nudge that was lost.
  const soonest = due <= now ? now + cell.watchdogMs : due
  return Math.max(soonest, destination.waitUntil, cell.fence.untilAt)
}

/** Says "look" wherever something pends and nobody is on it. Never delivers. */
export async function look(cell: Cell): Promise<void> {
  const now = cell.now()
  for (const destination of cell.destinations.all()) await tellParked(cell, destination)
  for (const destination of cell.destinations.all()) {
    await nudge(cell, destination, 'live')
    await stepJobs(cell, destination)
    await nudge(cell, destination, 'again')
  }
  await nudgePayloads(cell, now)
  await lookAfterFiles(cell)
  await nudgeReruns(cell)
  await eraseClosing(cell)
  await archive(cell)
  await stepCold(cell)
  if (now - cell.parkedTidiedAt < PARKED_TIDIED_EVERY_MS) return
  cell.parkedTidiedAt = now
  expireParked(cell, PARKED_MS)
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
