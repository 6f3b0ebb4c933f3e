import { sha256 } from '../shared/base/hash.ts'
import { DRIFT } from '../shared/base/limits.ts'
import type { Change, Found } from '../shared/source/drift.ts'
import { LateTable } from './late-table.ts'

/** How payloads of an endpoint changed: paths, kinds and words of lists, never a value. */
export interface Drift {
  drift_id: string
  endpoint: string
  change: Change
  path: string
  /** The kinds that it is now, or the word. */
  detail: string
  severity: 'breaking' | 'notice'
  first_seen: string
  last_seen: string
  /** Payloads that are so, of those that were looked at since. */
  payloads: number
  /** The same as a share; of a path that vanished: of the payloads before, how many had it. */
  share: number
  /** A path that had vanished is there again. */
  over: boolean
}
interface Kept extends Found {
  endpoint: string
  firstAt: number
  lastAt: number
  seen: number
  /** Payloads of the endpoint when it was first seen. */
  since: number
  over?: true
  told?: true
}
interface Row {
  drift_id: string
  about: string
}
/** What breaks nobody's data is for the operator alone. */
export const isTold = ({ severity, over }: Pick<Drift, 'severity' | 'over'>): boolean =>
  severity === 'breaking' && !over

/** The records of drift of one provider, at most `DRIFT.records`: what is more is not kept. Key: what changed where. */
export class DriftTable {
  private readonly table: LateTable
  private kept: Map<string, Kept> | undefined

  constructor(sql: SqlStorage) {
    this.table = new LateTable(sql, 'drifts', 'drift_id TEXT PRIMARY KEY, about TEXT NOT NULL')
  }

  note(endpoint: string, payloads: number, found: Found[], back: string[], now: number): void {
    for (const one of found) {
      const id = `drf_${sha256([endpoint, one.change, one.path, one.detail].join('\n')).slice(0, 32)}`
      const known = this.rows.get(id)
      if (!known && this.rows.size >= DRIFT.records) continue
      const fresh: Omit<Kept, 'lastAt'> = { ...one, endpoint, firstAt: now, seen: 0, since: payloads }
      const { over: _, ...before } = known ?? fresh
      this.write(id, { ...before, lastAt: now, seen: before.seen + 1 })
    }
    for (const [id, one] of this.rows)
      if (one.endpoint === endpoint && one.change === 'vanished' && !one.over && back.includes(one.path))
        this.write(id, { ...one, over: true })
  }
  all(payloadsOf: (endpoint: string) => number): Drift[] {
    const all = [...this.rows].map(([drift_id, one]): Drift => {
      const { endpoint, change, path, detail, severity, seen } = one
      const looked = Math.max(payloadsOf(endpoint) - one.since + 1, 1)
      return {
        ...{ drift_id, endpoint, change, path, detail, severity },
        first_seen: new Date(one.firstAt).toISOString(),
        last_seen: new Date(one.lastAt).toISOString(),
        payloads: seen,
        share: one.share ?? Math.min(seen / looked, 1),
        over: one.over === true,
      }
    })
    return all.sort((a, b) =>
      a.severity === b.severity ? (a.first_seen < b.first_seen ? -1 : 1) : a.severity === 'breaking' ? -1 : 1,
    )
  }
  remove(id: string): void {
    this.rows.delete(id)
    this.table.write(`DELETE FROM drifts WHERE drift_id = ?`, id)
  }

  /** Whether there is something that developers should be told and were not. */
  untold(): boolean {
    return [...this.rows.values()].some(
      (one) => isTold({ severity: one.severity, over: one.over === true }) && !one.told,
    )
  }
  isUntold(id: string): boolean {
    return this.rows.get(id)?.told !== true
  }
  told(ids: string[]): void {
    for (const id of ids) {
      const one = this.rows.get(id)
      if (one) this.write(id, { ...one, told: true })
    }
  }

  private get rows(): Map<string, Kept> {
    this.kept ??= new Map(
      this.table.read<Row>(`SELECT * FROM drifts`).map(({ drift_id, about }) => [drift_id, JSON.parse(about) as Kept]),
    )
    return this.kept
  }
  private write(id: string, one: Kept): void {
    this.rows.set(id, one)
    this.table.write(
      `INSERT INTO drifts VALUES (?, ?) ON CONFLICT DO UPDATE SET about = excluded.about`,
      id,
      JSON.stringify(one),
    )
  }
}
