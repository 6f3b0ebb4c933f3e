import { JOBS_KEPT } from '../../shared/base/limits.ts'
import type { JobView, ParkedFilter, ParkedPlace, RecordRange } from '../event-log-api.ts'
import type { Tables } from '../tables.ts'
import type { Destination } from './destinations.ts'

/** What this cell has to send again at one destination: parked events that a filter finds, or records of a range. */
export interface Job {
  number: number
  job_id: string
  state: 'running' | 'done' | 'cancelled'
  /** Events a second, over all cells: the gate shares it out. */
  rate: number
  madeAt: number
  endedAt: number | null
  what: Replay | Backfill
  /** All that is asked for has gone into lanes. */
  walked: boolean
  counts: { matched: number; moved: number; replayed: number; superseded: number; failed: number; dropped: number }
}
export interface Replay {
  kind: 'replay'
  filter: ParkedFilter
  after: ParkedPlace
}
export interface Backfill {
  kind: 'backfill'
  range: RecordRange
  /** Where the destination began: what came later, it was sent. */
  upTo: number
  /** The connection to begin next, and those begun with how far each is. */
  next: number
  active: { connection: number; after: number }[]
}

/** In lanes, and not settled yet. */
export const sending = ({ counts }: Job): number =>
  counts.moved - counts.replayed - counts.superseded - counts.failed - counts.dropped

/** The jobs of the cell: one row each. Those that have something to do are in memory too, with their destination. */
export class Jobs {
  private readonly tables: Tables
  constructor(tables: Tables) {
    this.tables = tables
  }

  load(destinations: Iterable<Destination>): void {
    const byNumber = new Map([...destinations].map((destination) => [destination.number, destination]))
    for (const row of this.tables.read<{ destination: number; about: string }>(
      `SELECT destination, about FROM jobs WHERE open = 1`,
    )) {
      const job = JSON.parse(row.about) as Job
      byNumber.get(row.destination)?.jobs.set(job.number, job)
    }
  }

  /** Key: job_id. */
  begin(destination: Destination, asked: Omit<Job, 'number'>): Job | undefined {
    if (this.find(destination, asked.job_id)) return undefined
    const [last] = this.tables.read<{ number: number | null }>(`SELECT max(number) AS number FROM jobs`)
    const job: Job = { ...asked, number: (last?.number ?? 0) + 1 }
    destination.jobs.set(job.number, job)
    this.write(destination, job)
    // Of those that are over, the oldest go.
    this.tables.write(
      'jobs',
      `DELETE FROM jobs WHERE destination = ?1 AND open = 0 AND number NOT IN
         (SELECT number FROM jobs WHERE destination = ?1 ORDER BY number DESC LIMIT ?2)`,
      destination.number,
      JOBS_KEPT,
    )
    return job
  }

  /** Inside a transaction. One that is over is forgotten here, and kept on disk. */
  write(destination: Destination, job: Job): void {
    const over = (job.walked || job.state === 'cancelled') && sending(job) <= 0
    if (over && job.endedAt === null) {
      job.endedAt = Date.now()
      if (job.state === 'running') job.state = 'done'
    }
    if (over) destination.jobs.delete(job.number)
    this.tables.write(
      'jobs',
      `INSERT INTO jobs VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET open = excluded.open, about = excluded.about`,
      job.number,
      destination.number,
      job.job_id,
      over ? 0 : 1,
      JSON.stringify(job),
    )
  }

  find(destination: Destination, jobId: string): Job | undefined {
    for (const job of destination.jobs.values()) if (job.job_id === jobId) return job
    const [row] = this.tables.read<{ about: string }>(
      `SELECT about FROM jobs WHERE destination = ? AND job_id = ?`,
      destination.number,
      jobId,
    )
    return row && (JSON.parse(row.about) as Job)
  }
  idOf(number: number): string | null {
    const [row] = this.tables.read<{ job_id: string }>(`SELECT job_id FROM jobs WHERE number = ?`, number)
    return row?.job_id ?? null
  }
  list(destination: Destination): Job[] {
    return this.tables
      .read<{ about: string }>(`SELECT about FROM jobs WHERE destination = ? ORDER BY number DESC`, destination.number)
      .map(({ about }) => JSON.parse(about) as Job)
      .map((job) => destination.jobs.get(job.number) ?? job)
  }
}

export function viewOf(job: Job): JobView {
  const { matched, moved, replayed, superseded, failed, dropped } = job.counts
  return {
    job_id: job.job_id,
    kind: job.what.kind,
    state: job.state,
    rate: job.rate,
    madeAt: job.madeAt,
    endedAt: job.endedAt,
    asked: job.what.kind === 'replay' ? job.what.filter : job.what.range,
    // What was parked or came since the count is counted when it is met.
    matched: Math.max(matched, moved),
    waiting: job.state === 'running' && !job.walked ? Math.max(0, matched - moved) : 0,
    sending: sending(job),
    replayed,
    superseded,
    failed,
    cancelled: dropped,
  }
}
