import type { QuarantinedItem } from '../../shared/source/record.ts'
import type {
  QuarantineFilter,
  QuarantinePage,
  QuarantinePlace,
  QuarantineQuery,
  QuarantineView,
} from '../rerun-api.ts'
import type { Cell } from './cell.ts'

/** Items that one call looks through for those that a filter wants. */
const LOOKED_AT = 5_000
const START: QuarantinePlace = { payload: Number.MAX_SAFE_INTEGER, connection: 0, path: '' }

interface Row {
  connection: number
  payload: number
  path: string
  about: string
}
interface About {
  reason: string
  resource: string
  at: number
  payload_id?: string
}

/** Inside a transaction. */
export function quarantine(
  cell: Cell,
  { connection, payload }: Pick<Row, 'connection' | 'payload'>,
  items: QuarantinedItem[],
  from: { resource: string; payload_id?: string },
): void {
  for (const { path, reason } of items)
    cell.tables.write(
      'quarantine',
      `INSERT INTO quarantine VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET about = excluded.about`,
      connection,
      payload,
      path,
      JSON.stringify({ reason, ...from, at: cell.now() } satisfies About),
    )
}
/** It ran again: what still does not normalize is put in anew. Inside a transaction. */
export const leaveQuarantine = (cell: Cell, connection: number, payload: number): void =>
  cell.tables.write('quarantine', `DELETE FROM quarantine WHERE connection = ? AND payload = ?`, connection, payload)

/** A page, the newest payloads first. */
export function quarantined(cell: Cell, { after, limit, ...filter }: QuarantineQuery): QuarantinePage {
  const items: QuarantineView[] = []
  let place = after ?? START
  const rows = rowsAfter(cell, place)
  for (const row of rows) {
    place = { payload: row.payload, connection: row.connection, path: row.path }
    const view = viewOf(cell, row)
    if (!matches(view, filter)) continue
    items.push(view)
    if (items.length >= limit) return { items, to: place }
  }
  return { items, to: rows.length < LOOKED_AT ? null : place }
}
const rowsAfter = (cell: Cell, { payload, connection, path }: QuarantinePlace): Row[] =>
  cell.tables.read<Row>(
    `SELECT * FROM quarantine WHERE payload < ?1 OR payload = ?1 AND (connection > ?2 OR connection = ?2 AND path > ?3)
       ORDER BY payload DESC, connection, path LIMIT ${LOOKED_AT}`,
    payload,
    connection,
    path,
  )

/** Payloads that have something there, after a number, in order. */
export function quarantinedPayloads(cell: Cell, filter: QuarantineFilter, after: number, upTo: number, limit: number) {
  const found: number[] = []
  for (let from = after; ; ) {
    // Items of one payload differ in nothing that a filter names.
    const rows = cell.tables.read<Row>(
      `SELECT connection, payload, path, about FROM quarantine WHERE payload > ? AND payload <= ?
         GROUP BY payload ORDER BY payload LIMIT ${LOOKED_AT}`,
      from,
      upTo,
    )
    for (const row of rows) {
      if (!matches(viewOf(cell, row), filter)) continue
      found.push(row.payload)
      if (found.length >= limit) return found
    }
    if (rows.length < LOOKED_AT) return found
    from = rows.at(-1)!.payload
  }
}

function viewOf(cell: Cell, row: Row): QuarantineView {
  const { reason, resource, at, payload_id } = JSON.parse(row.about) as About
  const owner = cell.connections.numbered(row.connection)
  return {
    ...{ user_id: owner?.user_id ?? '', provider: owner?.provider ?? '', payload_number: row.payload },
    ...{ payload_id: payload_id ?? null, path: row.path, reason, resource, quarantinedAt: at },
  }
}
const matches = (view: QuarantineView, filter: QuarantineFilter): boolean =>
  (filter.payloadId === undefined || view.payload_id === filter.payloadId) &&
  (filter.userId === undefined || view.user_id === filter.userId) &&
  (filter.provider === undefined || view.provider === filter.provider) &&
  (filter.resource === undefined || view.resource === filter.resource) &&
  view.quarantinedAt >= (filter.fromAt ?? 0) &&
  view.quarantinedAt < (filter.toAt ?? Number.POSITIVE_INFINITY)
