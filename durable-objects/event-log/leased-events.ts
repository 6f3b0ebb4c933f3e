import type { LeasedEvent } from '../../shared/delivery/types.ts'
import type { DataType } from '../../shared/schema/data-types.ts'
import { withoutSamples } from '../../shared/schema/sample-paths.ts'
import type { Cell } from './cell.ts'
import type { LeasableEntry } from './feed-for.ts'
import type { RecordRow } from './records.ts'
import { isData, REQUESTED, typeOf } from './types.ts'

/** The content of a `REQUESTED` event: which records it sends, as they are when it is sent. */
export interface RequestedBody {
  type: DataType
  keys: string[]
  with_samples: boolean
}

/** Rows of entries by their seq, without those of what was appended lately. */
export function rowsOf(cell: Cell, entries: LeasableEntry[]): Map<number, RecordRow> {
  const rows = cell.records.all(entries.filter(({ seq }) => !cell.texts.recentRow(seq)))
  return new Map(rows.map((row) => [row.seq, row]))
}
/** Events with their contents; what is gone is left out. */
export async function leasedEvents(
  cell: Cell,
  entries: LeasableEntry[],
  rows: Map<number, RecordRow>,
): Promise<LeasedEvent[]> {
  const events: LeasedEvent[] = []
  for (const entry of entries) {
    const { seq, connection, type, summary_id } = entry
    // What was in memory when the others were read may have left it since.
    const row = cell.texts.recentRow(seq) ?? rows.get(seq) ?? cell.records.get(connection, type, summary_id)
    if (row?.seq === seq) events.push(...(await leasedEvent(cell, row)))
  }
  return events
}

export async function leasedEvent(cell: Cell, row: RecordRow): Promise<LeasedEvent[]> {
  const event = {
    seq: row.seq,
    revision: row.revision,
    type: typeOf(row.type, row.summary_id),
    summary_id: row.summary_id,
    origin: row.origin,
    appendedAt: row.appended_at,
    receivedAt: row.received_at,
    trace: row.trace,
  }
  const body = await cell.texts.read(row)
  if (body === undefined) return row.size === 0 && isData(row.type) ? [{ ...event, body: undefined }] : []
  if (row.type !== REQUESTED) return [{ ...event, body, ...requestOf(event.type, body) }]
  const [, reference, chunk, chunks] = row.summary_id.split('|')
  const requested = await requestedRecords(cell, row.connection, JSON.parse(body) as RequestedBody)
  if (requested.length === 0) return []
  return [
    {
      ...event,
      body: requested.map((record) => record.body).join(','),
      requested,
      request: { reference: reference!, chunk: Number(chunk), chunks: Number(chunks) },
    },
  ]
}

/** The announcements of a large request carry its reference too. */
const requestOf = (type: string, body: string) =>
  type.startsWith('large_request_')
    ? { request: { reference: (JSON.parse(body) as { reference: string }).reference, chunk: 0, chunks: 0 } }
    : {}

async function requestedRecords(
  cell: Cell,
  connection: number,
  { type, keys, with_samples }: RequestedBody,
): Promise<NonNullable<LeasedEvent['requested']>> {
  const found: NonNullable<LeasedEvent['requested']> = []
  for (const key of keys) {
    const [code, summaryId] = [key.slice(0, key.indexOf('|')), key.slice(key.indexOf('|') + 1)]
    const row = cell.record(connection, Number(code), summaryId)
    const text = row && (await cell.texts.read(row))
    if (row === undefined || text === undefined) continue
    const body = with_samples ? text : JSON.stringify(withoutSamples(type, JSON.parse(text)))
    found.push({ summary_id: row.summary_id, seq: row.seq, revision: row.revision, body })
  }
  return found
}
