import { JOB_TICK_MS } from '../../shared/base/limits.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { readItem } from '../../shared/delivery/again.ts'
import type { AgainAsked, CountedSlice, JobView, NewJob, ParkedPlace } from '../event-log-api.ts'
import { destinationGate } from '../stubs.ts'
import { countRecords } from './backfill.ts'
import type { Cell } from './cell.ts'
import type { Destination } from './destinations.ts'
import { type Job, viewOf } from './jobs.ts'
import { moveAgain } from './move-again.ts'
import { markParked } from './parked.ts'
import { walkParked } from './parked-list.ts'

/** Where a step found nothing to send and is not at the end. */
const LOOKING_TICK_MS = 100
/** Of a job that has more than was counted. */
const LEAST_WANTED = 10
const START: ParkedPlace = { at: 0, id: '' }

export function countAgain(
  cell: Cell,
  destination: Destination,
  what: AgainAsked,
  from: ParkedPlace | undefined,
): CountedSlice {
  if (what.kind === 'backfill') return countRecords(cell, destination, what.range, from)
  const filter = { ...what.filter, state: 'parked' as const }
  const { rows, to } = walkParked(cell, destination, filter, from ?? START, Number.POSITIVE_INFINITY)
  return { matched: rows.length, to }
}

/** Key: job_id. What is parked after it was made is not its own. */
export function startJob(cell: Cell, destination: Destination, asked: NewJob): void {
  const { job_id, rate, matched, madeAt, what } = asked
  const counts = { matched, moved: 0, replayed: 0, superseded: 0, failed: 0, dropped: 0 }
  const until = Math.min(madeAt + 1, (what.kind === 'replay' ? what.filter.toAt : undefined) ?? madeAt + 1)
  cell.tables.transaction(() =>
    cell.jobs.begin(destination, {
      ...{ job_id, rate, madeAt, counts, state: 'running', endedAt: null, walked: false },
      what:
        what.kind === 'replay'
          ? { kind: 'replay', filter: { ...what.filter, toAt: until }, after: START }
          : { kind: 'backfill', range: what.range, upTo: destination.start, next: 1, active: [] },
    }),
  )
  cell.arm(cell.now())
}

export function jobsOf(cell: Cell, destination: Destination, jobId: string | undefined): JobView[] {
  if (jobId === undefined) return cell.jobs.list(destination).map(viewOf)
  const job = cell.jobs.find(destination, jobId)
  return job ? [viewOf(job)] : []
}

/** What is out arrives; what waits in lanes is taken out of them. */
export function cancelJob(cell: Cell, destination: Destination, jobId: string): JobView | undefined {
  const job = cell.jobs.find(destination, jobId)
  if (!job) return undefined
  if (job.state !== 'running' || !destination.jobs.has(job.number)) return viewOf(job)
  const { state, leases } = destination
  try {
    cell.tables.transaction(() => {
      for (const lane of state.lanes.values()) {
        const held = leases.lanes.get(lane.connection)
        const out = (held && leases.byId.get(held)?.again.get(lane.connection)) ?? []
        const dropped = lane.replays.filter((text) => readItem(text).job === job.number && !out.includes(text))
        if (dropped.length === 0) continue
        lane.replays = lane.replays.filter((text) => !dropped.includes(text))
        for (const text of dropped) {
          const item = readItem(text)
          if (item.kind === 'parked') markParked(cell, item.parked_id, 'parked')
        }
        job.counts.dropped += dropped.length
        cell.destinations.persist(destination, [{ kind: 'lane', lane }])
      }
      job.state = 'cancelled'
      cell.jobs.write(destination, job)
    })
  } catch (error) {
    cell.abort(error)
  }
  // Lanes with nothing left go back to the window at the next look.
  cell.arm(cell.now())
  return viewOf(job)
}

/** Lets jobs go on by what the gate allows them in this second. */
export async function stepJobs(cell: Cell, destination: Destination): Promise<void> {
  if (destination.config.state !== 'active' || destination.jobs.size === 0) return
  let short = false
  for (const job of [...destination.jobs.values()]) {
    if (!waits(job)) continue
    const held = destination.allowed.get(job.number) ?? 0
    // Other cells have the same job: none takes what it has no use for.
    const wanted = Math.min(job.rate, Math.max(LEAST_WANTED, job.counts.matched - job.counts.moved))
    const more = wanted > held ? await allowed(cell, destination, job, wanted - held) : 0
    destination.allowed.set(job.number, held + more)
    if (held + more === 0) short = true
  }
  goOn(cell, destination, short)
}
async function allowed(cell: Cell, destination: Destination, job: Job, wanted: number): Promise<number> {
  const { destination_id } = destination.config
  try {
    return await destinationGate(cell.env, destination_id).allowAgain(job.job_id, job.rate, wanted)
  } catch (error) {
    logLine('gate did not answer', { destination_id, reason: error instanceof Error ? error.message : 'unknown' })
    return 0
  }
}

/** Puts into lanes what may go there, and sees to the next step. `short`: a job may send nothing in this second. */
export function goOn(cell: Cell, destination: Destination, short = false): void {
  const { events, further } = moveAgain(cell, destination)
  destination.jobsAfterMs = events > 0 || short ? JOB_TICK_MS : further ? LOOKING_TICK_MS : undefined
  const due = jobsDueAt(cell, destination)
  if (due !== undefined) cell.arm(due)
}
/** When jobs go on; undefined: none has anything to put into lanes. Those that cannot are looked at with the watchdog. */
export function jobsDueAt(cell: Cell, destination: Destination): number | undefined {
  if (destination.config.state !== 'active' || ![...destination.jobs.values()].some(waits)) return undefined
  return cell.now() + (destination.jobsAfterMs ?? cell.watchdogMs)
}
const waits = (job: Job): boolean => job.state === 'running' && !job.walked
