import { JOBS_KEPT } from '../../shared/base/limits.ts'
import type { NewRerun, RerunView } from '../rerun-api.ts'
import type { Tables } from '../tables.ts'

/** One job in this cell. `at`: the number of the last payload that ran, or is over. */
export interface Rerun extends RerunView {
  /** What the last payload became, and those that were fetched for the same notification: it may have more pages. */
  tail: Tail | undefined
}
export interface Tail {
  number: number
  connection: number
  /** Nothing of it was put into quarantine: what it does not become, it is not any more. */
  whole: boolean
  keys: string[]
}

/** Jobs that run payloads again: one row each. Those that have something to do are in memory too. */
export class Reruns {
  readonly open = new Map<string, Rerun>()
  /** When a worker was last heard of, by job: until it is long ago, nobody is called. */
  readonly heardAt = new Map<string, number>()
  private readonly tables: Tables
  constructor(tables: Tables) {
    this.tables = tables
    for (const { about } of tables.read<{ about: string }>(`SELECT about FROM reruns WHERE open = 1`)) {
      const job = JSON.parse(about) as Rerun
      this.open.set(job.job_id, job)
    }
  }

  /** Key: job_id. `of`: the last number that a payload has now. */
  begin({ job_id, what, dryRun, madeAt }: NewRerun, of: number): void {
    if (this.find(job_id)) return
    const counts = { payloads: 0, quarantined: 0, records: 0, skipped: 0, events: 0 }
    const job: Rerun = {
      ...{
        job_id,
        what,
        dryRun,
        madeAt,
        of,
        counts,
        state: 'running',
        endedAt: null,
        at: 0,
        diff: {},
        tail: undefined,
      },
    }
    this.tables.transaction(() => {
      this.write(job)
      // Of those that are over, the oldest go.
      this.tables.write(
        'jobs',
        `DELETE FROM reruns WHERE open = 0 AND job_id NOT IN (SELECT job_id FROM reruns ORDER BY made_at DESC LIMIT ?)`,
        JOBS_KEPT,
      )
    })
    this.keep(job)
  }
  /** Inside a transaction; memory learns of it by `keep`. */
  write(job: Rerun): void {
    this.tables.write(
      'jobs',
      `INSERT INTO reruns VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET open = excluded.open, about = excluded.about`,
      job.job_id,
      job.state === 'running' ? 1 : 0,
      job.madeAt,
      JSON.stringify(job),
    )
    if (job.state !== 'running') this.tables.write('jobs', `DELETE FROM rerun_drafts WHERE job_id = ?`, job.job_id)
  }
  keep(job: Rerun): void {
    if (job.state === 'running') this.open.set(job.job_id, job)
    else this.open.delete(job.job_id)
  }
  find(jobId: string): Rerun | undefined {
    const found = this.open.get(jobId)
    if (found) return found
    const [row] = this.tables.read<{ about: string }>(`SELECT about FROM reruns WHERE job_id = ?`, jobId)
    return row && (JSON.parse(row.about) as Rerun)
  }
  list(): Rerun[] {
    return this.tables
      .read<{ about: string }>(`SELECT about FROM reruns ORDER BY made_at DESC`)
      .map(({ about }) => JSON.parse(about) as Rerun)
  }
}
