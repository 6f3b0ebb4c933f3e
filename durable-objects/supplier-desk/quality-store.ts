import { HOUR_MS } from '../../shared/base/time.ts'
import type { Slas } from '../../shared/supply/document.ts'
import type { SlaState } from '../../shared/supply/sla.ts'
import { addCounters, type Counters, countersOf, type Tally } from '../../shared/supply/tally.ts'
import type { DeskTables } from './desk-store.ts'

/** A contract version under which something came. */
export interface KnownContract {
  contract_id: string
  /** `name@1.2` */
  contract: string
  slas: Slas
  /** Hour since 1970 of its first record. */
  since: number
}
/** How an objective stands since when. */
export interface Standing {
  state: SlaState
  since: number
  /** The alert that is raised for it. */
  alert_id?: string
}
export interface Hour {
  hour: number
  counters: Counters
}

/** Hours older than the longest window are of no use. */
const KEPT_HOURS = 31 * 24

/**
 * What is counted of a desk's records, in few rows: one for each hour and contract version, however much came in it. Counted
 * inside the transaction that keeps the records' outcomes, so that a piece counts once.
 */
export class QualityStore {
  private readonly tables: DeskTables
  /** Hours that are over do not change: they are read once. */
  private readonly over = new Map<string, { until: number; hours: Hour[] }>()

  constructor(tables: DeskTables) {
    this.tables = tables
  }

  count(tally: Tally, now: number): void {
    const { contract_id } = tally
    const hour = Math.floor(now / HOUR_MS)
    this.know(tally, hour)
    const [row] = this.tables.read<{ counters: string }>(
      `SELECT counters FROM quality_hours WHERE contract_id = ? AND hour = ?`,
      contract_id,
      hour,
    )
    const counters = countersOf(tally)
    const sum = row ? (JSON.parse(row.counters) as Counters) : undefined
    if (sum) addCounters(sum, counters)
    this.tables.write(
      'quality',
      `INSERT INTO quality_hours VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET counters = excluded.counters`,
      contract_id,
      hour,
      JSON.stringify(sum ?? counters),
    )
  }
  private know({ contract_id, contract, slas }: Tally, since: number): void {
    const known = this.contracts().find((one) => one.contract_id === contract_id)
    // What is promised is fixed, but for a draft's, which can be pushed to in the sandbox.
    if (known && JSON.stringify(known.slas) === JSON.stringify(slas)) return
    this.tables.write(
      'quality',
      `INSERT INTO quality_contracts VALUES (?, ?) ON CONFLICT DO UPDATE SET about = excluded.about`,
      contract_id,
      JSON.stringify({ contract_id, contract, slas, since: known?.since ?? since } satisfies KnownContract),
    )
  }

  contracts(): KnownContract[] {
    return this.tables
      .read<{ about: string }>(`SELECT about FROM quality_contracts ORDER BY rowid`)
      .map(({ about }) => JSON.parse(about) as KnownContract)
  }
  /** In order; those of the present hour are read anew each time. */
  hours(contractId: string, now: number): Hour[] {
    const present = Math.floor(now / HOUR_MS)
    const known = this.over.get(contractId) ?? { until: present - KEPT_HOURS, hours: [] }
    const fresh = this.tables
      .read<{ hour: number; counters: string }>(
        `SELECT hour, counters FROM quality_hours WHERE contract_id = ? AND hour >= ? ORDER BY hour`,
        contractId,
        known.until,
      )
      .map(({ hour, counters }) => ({ hour, counters: JSON.parse(counters) as Counters }))
    const hours = [...known.hours.filter(({ hour }) => hour > present - KEPT_HOURS), ...fresh]
    this.over.set(contractId, { until: present, hours: hours.filter(({ hour }) => hour < present) })
    return hours
  }
  sweep(now: number): void {
    this.tables.write('quality', `DELETE FROM quality_hours WHERE hour <= ?`, Math.floor(now / HOUR_MS) - KEPT_HOURS)
  }

  /** By `name@1/validity`. */
  standings(): Map<string, Standing> {
    const rows = this.tables.read<{ name: string; about: string }>(`SELECT name, about FROM quality_standings`)
    return new Map(rows.map(({ name, about }) => [name, JSON.parse(about) as Standing]))
  }
  stand(name: string, standing: Standing): void {
    this.tables.write(
      'quality',
      `INSERT INTO quality_standings VALUES (?, ?) ON CONFLICT DO UPDATE SET about = excluded.about`,
      name,
      JSON.stringify(standing),
    )
  }
}
