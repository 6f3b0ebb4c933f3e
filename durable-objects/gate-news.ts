import { newId } from '../shared/base/ids.ts'
import { logLine } from '../shared/base/log-line.ts'
import { HOUR_MS, SECOND_MS } from '../shared/base/time.ts'
import { API_VERSION } from '../shared/schema/version.ts'
import type { Env } from './env.ts'
import { LateTable } from './late-table.ts'
import type { Lag, News } from './news.ts'
import { eventLogNamed } from './stubs.ts'

/** A cell that did not take it is asked again after this. */
const RETRY_MS = 5 * SECOND_MS
/** A destination that goes on lagging is told of this often. */
const LAG_TOLD_EVERY_MS = HOUR_MS

/** Whose gate it is, and a cell that news can be told to: the last that reported. */
interface Place {
  cell: string
  destination_id: string
  destination_type: string
}
interface Known {
  place: Place | undefined
  /** Cells that lag, with the time of their oldest event. */
  lagging: Record<string, number>
  /** When that was told; 0: it was not, or its end was. */
  lagToldAt: number
}

/** What a gate has to tell the developer. It is written down before anybody hears of it, and goes when a cell has taken it. */
export class GateNews {
  private known: Known = { place: undefined, lagging: {}, lagToldAt: 0 }
  private retryAt = 0
  private readonly table: { news: LateTable; known: LateTable }
  private readonly env: Env

  constructor(sql: SqlStorage, env: Env) {
    this.env = env
    this.table = {
      news: new LateTable(sql, 'news', 'event_id TEXT PRIMARY KEY, cell TEXT NOT NULL, about TEXT NOT NULL'),
      known: new LateTable(sql, 'known', 'id INTEGER PRIMARY KEY, about TEXT NOT NULL'),
    }
    const [row] = this.table.known.read<{ about: string }>(`SELECT about FROM known`)
    if (row) this.known = JSON.parse(row.about) as Known
  }

  /** Remembers where to tell; inside the turn that writes what there will be to tell of. */
  at(place: Place): void {
    this.known.place = place
    this.keep()
  }
  add(type: News['type'], fields: object, now: number): void {
    const { place } = this.known
    if (!place) return
    const { cell, ...about } = place
    const event_id = newId('evt')
    const occurred_at = new Date(now).toISOString()
    const news: News = { event_id, type, fields: { version: API_VERSION, ...about, occurred_at, ...fields } }
    this.table.news.write(`INSERT INTO news VALUES (?, ?, ?)`, event_id, cell, JSON.stringify(news))
  }

  /** Found from outside the stage. Told once an hour for all cells together, and when the last of them is done. */
  lag(cell: string, { destination_id, destination_type, thresholdMs, oldestAt }: Lag, now: number): void {
    const { lagging, lagToldAt } = this.known
    const over = oldestAt !== null && now - oldestAt > thresholdMs
    if (!over && !(cell in lagging)) return
    const again = over && now - lagToldAt >= LAG_TOLD_EVERY_MS
    const changed = over !== cell in lagging
    if (over) lagging[cell] = oldestAt
    else delete lagging[cell]
    const ended = lagToldAt > 0 && Object.keys(lagging).length === 0
    if (!again && !ended && !changed) return
    if (again || ended) {
      const oldest = over ? Math.min(...Object.values(lagging)) : undefined
      const lag_seconds = oldest === undefined ? 0 : Math.floor((now - oldest) / 1_000)
      this.known.place = { cell, destination_id, destination_type }
      this.known.lagToldAt = ended ? 0 : now
      this.add(
        'destination.lagging',
        {
          status: ended ? 'success' : 'warning',
          message: ended ? 'The destination has caught up' : `The oldest event has waited for ${lag_seconds} seconds`,
          threshold_seconds: thresholdMs / 1_000,
          lag_seconds,
          oldest_event_at: oldest === undefined ? null : new Date(oldest).toISOString(),
        },
        now,
      )
    }
    this.keep()
  }

  /** When there is something to send; undefined: there is nothing. */
  get dueAt(): number | undefined {
    return this.table.news.read(`SELECT 1 FROM news LIMIT 1`).length > 0 ? this.retryAt : undefined
  }

  /** Never throws. A cell that takes one twice keeps one. */
  async send(now: number): Promise<void> {
    for (const { event_id, cell, about } of this.table.news.read<{ event_id: string; cell: string; about: string }>(
      `SELECT * FROM news ORDER BY rowid`,
    ))
      try {
        await eventLogNamed(this.env, cell).tell(JSON.parse(about) as News)
        this.table.news.write(`DELETE FROM news WHERE event_id = ?`, event_id)
      } catch (error) {
        logLine('news not told', { cell, error: error instanceof Error ? error.message : 'unknown' })
        this.retryAt = now + RETRY_MS
        return
      }
  }

  private keep(): void {
    this.table.known.write(
      `INSERT INTO known VALUES (1, ?) ON CONFLICT DO UPDATE SET about = excluded.about`,
      JSON.stringify(this.known),
    )
  }
}
