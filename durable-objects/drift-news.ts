import { newId } from '../shared/base/ids.ts'
import { DRIFT } from '../shared/base/limits.ts'
import { logLine } from '../shared/base/log-line.ts'
import { MINUTE_MS } from '../shared/base/time.ts'
import { PROVIDERS } from '../shared/catalog/units.ts'
import { cellsOfProvider } from '../shared/db/connections.ts'
import { open } from '../shared/db/open.ts'
import { API_VERSION } from '../shared/schema/version.ts'
import type { Drift } from './drift-table.ts'
import type { Env } from './env.ts'
import { LateTable } from './late-table.ts'
import type { News } from './news.ts'
import { eventLog } from './stubs.ts'

/** What was found in the minute after the first is told with it. */
const GATHER_MS = MINUTE_MS
const DEVELOPERS_AT_ONCE = 50
/** A cell that does not take it this often is left out: it is news, and no data. */
const TRIES = 5

/** An event on its way to every developer who has connections of the provider: in one of their cells, where it is asked for. */
interface Round {
  news: News
  after: string
  tries: number
}
interface Known {
  slug: string
  toldAt: number
  round?: Round
}

export class DriftNews {
  private readonly table: LateTable
  private readonly env: Env
  private readonly known: Known

  constructor(sql: SqlStorage, env: Env) {
    this.env = env
    this.table = new LateTable(sql, 'known', 'id INTEGER PRIMARY KEY, about TEXT NOT NULL')
    const [row] = this.table.read<{ about: string }>(`SELECT about FROM known`)
    this.known = row ? (JSON.parse(row.about) as Known) : { slug: '', toldAt: 0 }
  }

  /** When there is something to tell; undefined: there is nothing. */
  dueAt(untold: boolean, slug: string | undefined, now: number): number | undefined {
    if (this.known.round) return now + MINUTE_MS
    if (!untold) return undefined
    if (slug !== undefined && slug !== this.known.slug) {
      this.known.slug = slug
      this.keep()
    }
    return Math.max(now + GATHER_MS, this.known.toldAt + DRIFT.toldEveryMs)
  }

  /** Goes on with what is being told, or begins with these. → ids that are in an event now. Never throws. */
  async tell(drift: Drift[], now: number): Promise<string[]> {
    let begun: string[] = []
    if (!this.known.round) {
      if (drift.length === 0) return []
      begun = drift.map(({ drift_id }) => drift_id)
      this.known.round = { news: this.newsOf(drift, now), after: '', tries: 0 }
      this.known.toldAt = now
      this.keep()
    }
    await this.goOn()
    return begun
  }
  private async goOn(): Promise<void> {
    const { round, slug } = this.known
    while (round) {
      const cells = await this.cellsAfter(round.after)
      if (!cells) return
      for (const cell of cells) {
        try {
          await eventLog(this.env, cell).tell(round.news)
        } catch (error) {
          logLine('news not told', { provider: slug, error: error instanceof Error ? error.message : 'unknown' })
          if (++round.tries < TRIES) return this.keep()
        }
        round.tries = 0
        round.after = cell.developer_id
      }
      if (cells.length < DEVELOPERS_AT_ONCE) break
      this.keep()
    }
    delete this.known.round
    this.keep()
  }
  /** undefined: the directory does not answer, and is asked again with the next alarm. */
  private async cellsAfter(after: string) {
    try {
      return await cellsOfProvider(open(this.env.DB), this.known.slug, { after, limit: DEVELOPERS_AT_ONCE })
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown'
      logLine('news not told', { provider: this.known.slug, error: reason })
      return undefined
    }
  }
  private newsOf(drift: Drift[], now: number): News {
    const { resource = '', name = '' } = PROVIDERS[this.known.slug] ?? {}
    return {
      event_id: newId('evt'),
      type: 'provider.drift',
      fields: {
        version: API_VERSION,
        status: 'warning',
        provider: resource,
        occurred_at: new Date(now).toISOString(),
        message: `${name} changed the structure of its data in ${drift.length === 1 ? 'a place that is' : `${drift.length} places that are`} read: fields may be missing until it is seen to`,
        changes: drift.length,
        drift: drift
          .slice(0, DRIFT.toldRecords)
          .map(({ drift_id, endpoint, change, path, detail, first_seen, share }) => ({
            ...{ drift_id, endpoint, change, path, detail, first_seen, share },
          })),
      },
    }
  }
  private keep(): void {
    this.table.write(
      `INSERT INTO known VALUES (1, ?) ON CONFLICT DO UPDATE SET about = excluded.about`,
      JSON.stringify(this.known),
    )
  }
}
