import { newId } from '../../shared/base/ids.ts'
import { CELL_CONNECTIONS } from '../../shared/base/limits.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { settings } from '../../shared/base/settings.ts'
import { MINUTE_MS } from '../../shared/base/time.ts'
import { allocateCell, listCells, releaseCell } from '../../shared/db/cells.ts'
import { cellDestination, listDestinations } from '../../shared/db/destinations.ts'
import { type Database, open } from '../../shared/db/open.ts'
import { changeSupplier, supplierOf } from '../../shared/db/suppliers.ts'
import { API_VERSION } from '../../shared/schema/version.ts'
import type { AlertView } from '../../shared/supply/quality-view.ts'
import { budgetOf, type Measure, told } from '../../shared/supply/sla.ts'
import { endSuppliedStreams } from '../end-supplied-streams.ts'
import { eventLog } from '../stubs.ts'
import type { DeskTables } from './desk-store.ts'
import type { Hook } from './hook.ts'
import type { DeskPlace } from './place.ts'
import type { Released } from './quality.ts'
import type { Action } from './rules.ts'

/** A developer's cell or the directory that did not take it is asked again after this. */
const RETRY_MS = MINUTE_MS
const MOST_KEPT = 500

/** What is still to be told or done of an alert. */
type Errand = { kind: 'tell'; alert: AlertView; at: number } | { kind: 'suspend'; reason: string }

/**
 * What is not as promised, and since when. It is written down with the state that it tells of, inside one transaction; from
 * there it goes to both sides, at least once: as an event to the developer's destinations, as a message to the supplier's hook.
 */
export class Alerts {
  private readonly place: DeskPlace
  private readonly hook: Hook
  private readonly tables: DeskTables
  private retryAt = 0

  constructor(place: DeskPlace, hook: Hook) {
    this.place = place
    this.hook = hook
    this.tables = place.tables
  }

  raise(contract: string, measure: Measure, action: Action, now: number): string {
    const { objective, target, measured } = measure
    const what = measured === null ? 'nothing' : told(objective, measured)
    const done = { alert: '', quarantine: '; its records are held back', suspend: '; the supplier is suspended' }[
      action
    ]
    const message = `${objective} of ${contract} is ${what} where ${told(objective, target)} are promised${done}`
    const error_budget = budgetOf(measure)
    const alertId = this.begin({ contract, objective, target, measured, error_budget, action, message }, now)
    if (action === 'suspend') this.errand({ kind: 'suspend', reason: message })
    return alertId
  }
  begin(about: Omit<AlertView, 'alert_id' | 'state' | 'raised_at' | 'cleared_at'>, now: number): string {
    const alert_id = newId('alr')
    const raised_at = new Date(now).toISOString()
    this.keep({ alert_id, state: 'raised', raised_at, cleared_at: null, ...about }, about.message, now)
    return alert_id
  }
  /** `message`: what both are told. `released`: what was held back until now. */
  clear(alertId: string, now: number, { message, released }: { message?: string; released?: Released }): void {
    const [row] = this.tables.read<{ about: string }>(`SELECT about FROM alerts WHERE alert_id = ?`, alertId)
    if (!row) return
    const alert = JSON.parse(row.about) as AlertView
    if (alert.state === 'cleared') return
    const well = message ?? `${alert.objective} of ${alert.contract} is as promised again`
    const over = { state: 'cleared' as const, cleared_at: new Date(now).toISOString() }
    const more = released ? `; ${released.records} records that were held back are read again` : ''
    this.keep({ ...alert, ...over, ...(released && { redrive_id: released.redrive_id }) }, well + more, now)
  }
  private keep(alert: AlertView, message: string, now: number): void {
    this.tables.write(
      'alerts',
      `INSERT INTO alerts VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET open = excluded.open, about = excluded.about`,
      ...[alert.alert_id, Date.parse(alert.raised_at), alert.state === 'raised' ? 1 : 0, JSON.stringify(alert)],
    )
    this.errand({ kind: 'tell', alert: { ...alert, message }, at: now })
    const { environment } = this.place.address
    this.hook.say(`alert.${alert.state}`, { environment, ...alert, message }, `${alert.alert_id}-${alert.state}`)
  }
  private errand(errand: Errand): void {
    this.tables.write('alerts', `INSERT INTO alert_errands VALUES (?, ?)`, newId('evt'), JSON.stringify(errand))
  }

  /** The newest first; before one, where that is named. undefined: there is no such one. */
  page(query: { state?: AlertView['state']; before?: string; limit: number }): AlertView[] | undefined {
    const { before } = query
    if (before === undefined) return this.list(query)
    const [row] = this.tables.read<{ n: number }>(`SELECT rowid AS n FROM alerts WHERE alert_id = ?`, before)
    return row && this.list(query, row.n)
  }
  list({ state, limit }: { state?: AlertView['state']; limit: number }, before = Number.MAX_SAFE_INTEGER): AlertView[] {
    const open = state ? `AND open = ${state === 'raised' ? 1 : 0}` : ''
    return this.tables
      .read<{ about: string }>(
        `SELECT about FROM alerts WHERE rowid < ? ${open} ORDER BY rowid DESC LIMIT ?`,
        before,
        limit,
      )
      .map(({ about }) => JSON.parse(about) as AlertView)
  }
  sweep(): void {
    this.tables.write(
      'alerts',
      `DELETE FROM alerts WHERE open = 0 AND rowid <= (SELECT max(rowid) FROM alerts) - ${MOST_KEPT}`,
    )
  }

  /** When there is something to tell; undefined: there is nothing. */
  get dueAt(): number | undefined {
    return this.tables.read(`SELECT 1 FROM alert_errands LIMIT 1`).length > 0 ? this.retryAt : undefined
  }
  /** Never throws. Key: the event's id; a cell that takes one twice keeps one. */
  async send(): Promise<void> {
    const due = this.dueAt
    if (due === undefined || due > this.place.now()) return
    const rows = this.tables.read<{ event_id: string; about: string }>(`SELECT * FROM alert_errands ORDER BY rowid`)
    for (const { event_id, about } of rows)
      try {
        await this.run(event_id, JSON.parse(about) as Errand)
        this.tables.write('alerts', `DELETE FROM alert_errands WHERE event_id = ?`, event_id)
      } catch (error) {
        const { supplier_id } = this.place.address
        logLine('alert not told', { supplier_id, error: error instanceof Error ? error.message : 'unknown' })
        this.retryAt = this.place.now() + RETRY_MS
        return
      }
  }
  private async run(event_id: string, errand: Errand): Promise<void> {
    const { env, address } = this.place
    const db = open(env.DB)
    if (errand.kind === 'suspend') {
      // Only as long as it is what it was: who was suspended or closed by hand meanwhile stays so.
      const change = { state: 'suspended', state_before: 'production', state_reason: errand.reason } as const
      await changeSupplier(db, address.supplier_id, { ...change, changed_at: Date.now() }, ['production'])
      await endSuppliedStreams(env, address)
      return
    }
    const { alert, at } = errand
    const { raised_at: _, cleared_at: __, ...facts } = alert
    const fields = {
      ...{ version: API_VERSION, status: alert.state === 'raised' ? 'warning' : 'success' },
      supplier_id: address.supplier_id,
      name: (await supplierOf(db, address.developer_id, address.supplier_id))?.name ?? '',
      environment: address.environment,
      occurred_at: new Date(at).toISOString(),
      ...facts,
    }
    await eventLog(env, await this.firstCell(db)).tell({ event_id, type: 'supplier.alert', fields })
  }
  /** Where the developer is told: their first cell, which is made where they have none yet, since all may be rejected. */
  private async firstCell(db: Database) {
    const { env, address } = this.place
    const { developer_id, region } = address
    const [first] = await listCells(db, developer_id)
    if (first) return first
    const most = { connections: CELL_CONNECTIONS, bytes: settings(env).CELL_SHED_BYTES }
    const cell = await allocateCell(db, { developer_id, region }, most, Date.now(), async (cell) => {
      const log = eventLog(env, { region, developer_id, cell })
      for (const row of await listDestinations(db, developer_id)) await log.setDestination(cellDestination(row))
    })
    await releaseCell(db, developer_id, cell)
    return { region, developer_id, cell }
  }
}
