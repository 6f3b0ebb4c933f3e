import type { AppendPayload } from '../../shared/source/record.ts'
import type { Cell } from './cell.ts'
import type { CellConnection } from './connections.ts'
import type { FileRow } from './file-rows.ts'
import type { Batch } from './group-commit.ts'

/** Everything that comes of a file carries the file's id as its trace. */
const PREFIX = 'fil_'

type Type = 'large_request_processing' | 'large_request_sending'
type News = [
  connection: CellConnection,
  event: { type: Type; reference: string },
  from: { trace: string; receivedAt: number },
]

/** An event about a file, as `appendEvent` takes it. */
export function newsOf(cell: Cell, row: FileRow, type: Type, fields: Record<string, unknown>): News | undefined {
  const connection = cell.connections.numbered(row.connection)
  const from = { trace: row.file_id, receivedAt: cell.now() }
  return connection && [connection, { type, reference: row.file_id, ...fields }, from]
}

/** Within the append of its records: a page is done. → what is told of it, where it was the last. */
export function countPage(cell: Cell, batch: Batch, { trace, records, quarantined }: AppendPayload): News | undefined {
  if (!trace.startsWith(PREFIX)) return undefined
  const row = cell.files.count(trace, records.length, quarantined.length)
  return row && finished(cell, batch, row)
}
/** All pages are records: the file is done, and if it was a large one that is told. */
export function finished(cell: Cell, batch: Batch, row: FileRow): News | undefined {
  if (row.state !== 'processing' || row.pages_done < row.pages) return undefined
  batch.after.push(cell.files.change(row, { state: 'done', about: { endedAt: cell.now() } }))
  if (row.about.chunks === 0) return undefined
  const message = 'Large request is being sent'
  return newsOf(cell, row, 'large_request_sending', { message, expected_payloads: row.records })
}
