import { PARKED_LOOKED_AT } from '../../shared/base/limits.ts'
import type { ParkedEvent } from '../../shared/delivery/types.ts'
import type { ParkedDetail, ParkedFilter, ParkedPage, ParkedPlace, ParkedQuery } from '../event-log-api.ts'
import type { Cell } from './cell.ts'
import type { Destination } from './destinations.ts'
import { leasedEvent } from './leased-events.ts'
import { PARKED_META, type ParkedAbout, type ParkedRow, parkedCopy, parkedMeta } from './parked.ts'
import type { RecordRow } from './records.ts'
import { typeOf } from './types.ts'

/** Rows read at a time. */
const SLICE = 500

/**
 * Parked events by time that a filter finds, at most `most`. It looks through so many and no more, so that a filter that
 * finds little does not keep the cell: `to` says how far it came; null: to the end.
 */
export function walkParked(
  cell: Cell,
  destination: Destination,
  filter: ParkedFilter,
  after: ParkedPlace,
  most: number,
): { rows: ParkedRow[]; to: ParkedPlace | null } {
  if (filter.parkedId !== undefined) {
    const row = parkedMeta(cell, destination, filter.parkedId)
    return { rows: row && finds(cell, filter)(row) && isAfter(row, after) ? [row] : [], to: null }
  }
  const fits = finds(cell, filter)
  const rows: ParkedRow[] = []
  let at = after.at < (filter.fromAt ?? 0) ? { at: filter.fromAt!, id: '' } : after
  for (let looked = 0; looked < PARKED_LOOKED_AT; looked += SLICE) {
    const slice = cell.tables.read<ParkedRow>(
      `SELECT ${PARKED_META} FROM parked WHERE destination = ? AND (parked_at, parked_id) > (?, ?) AND parked_at < ?
         ORDER BY parked_at, parked_id LIMIT ${SLICE}`,
      destination.number,
      at.at,
      at.id,
      filter.toAt ?? Number.MAX_SAFE_INTEGER,
    )
    for (const row of slice) {
      if (rows.length >= most) return { rows, to: at }
      at = placeOf(row)
      if (fits(row)) rows.push(row)
    }
    if (slice.length < SLICE) return { rows, to: null }
  }
  return { rows, to: at }
}
export const placeOf = (row: ParkedRow): ParkedPlace => ({ at: row.parked_at, id: row.parked_id })
const isAfter = (row: ParkedRow, { at, id }: ParkedPlace) =>
  row.parked_at > at || (row.parked_at === at && row.parked_id > id)

function finds(cell: Cell, filter: ParkedFilter): (row: ParkedRow) => boolean {
  const { userId, type, status, state, fromAt = 0, toAt = Number.POSITIVE_INFINITY } = filter
  const connection = userId === undefined ? undefined : (cell.connections.of(userId)?.number ?? -1)
  const text = filter.text?.toLowerCase()
  return (row) =>
    (connection === undefined || row.connection === connection) &&
    (status === undefined || row.status === status) &&
    (state === undefined || row.state === state) &&
    (type === undefined || typeOf(row.type, row.summary_id) === type) &&
    row.parked_at >= fromAt &&
    row.parked_at < toAt &&
    (text === undefined || says(row).toLowerCase().includes(text))
}
function says(row: ParkedRow): string {
  const { reason, tried } = JSON.parse(row.about) as ParkedAbout
  return `${reason}\n${tried?.at(-1)?.response ?? ''}`
}

export function listParked(cell: Cell, destination: Destination, query: ParkedQuery): ParkedPage {
  const { rows, to } = walkParked(cell, destination, query, query.after ?? { at: 0, id: '' }, query.limit)
  return { events: rows.map((row) => viewOf(cell, destination, row)), to }
}

function viewOf(cell: Cell, destination: Destination, row: ParkedRow): ParkedEvent {
  const { reason, attempts, trace_id } = JSON.parse(row.about) as ParkedAbout
  return {
    parked_id: row.parked_id,
    destination_id: destination.config.destination_id,
    user_id: cell.connections.numbered(row.connection)!.user_id,
    type: typeOf(row.type, row.summary_id),
    summary_id: row.summary_id,
    seq: row.seq,
    reason,
    status: row.status,
    attempts,
    parkedAt: row.parked_at,
    state: row.state,
    trace_id,
  }
}

/** One event with its attempts. `body`: with the content that was parked, a health value. */
export async function parkedDetail(
  cell: Cell,
  destination: Destination,
  { parkedId, body }: { parkedId: string; body: boolean },
): Promise<ParkedDetail | undefined> {
  const row = parkedMeta(cell, destination, parkedId)
  if (!row) return undefined
  const about = JSON.parse(row.about) as ParkedAbout
  const { revision, origin, appended_at, received_at, start_at, end_at, size } = about.row
  const now = cell.seqOf(row.connection, row.type, row.summary_id)
  return {
    ...viewOf(cell, destination, row),
    tried: about.tried ?? [],
    revision,
    origin,
    appendedAt: appended_at,
    receivedAt: received_at,
    startAt: start_at,
    endAt: end_at,
    bytes: size,
    deleted: size === 0,
    newer: now !== undefined && now > row.seq,
    job_id: row.job === null ? null : cell.jobs.idOf(row.job),
    ...(body && { body: await contentOf(cell, parkedCopy(cell, row)) }),
  }
}

/** Its text: a record's JSON, or an array of them where a request asked for several. */
async function contentOf(cell: Cell, copy: RecordRow): Promise<string | null> {
  await cell.keys.load([copy.connection])
  const [event] = await leasedEvent(cell, copy)
  if (event?.body === undefined) return null
  return event.requested ? `[${event.body}]` : event.body
}
