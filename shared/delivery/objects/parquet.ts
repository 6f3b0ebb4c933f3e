import { parquetWriteBuffer } from 'hyparquet-writer'
import type { Line } from './lines.ts'

/** A leaf of a Parquet schema, as its specification names things: in the old form and in the new, for readers of either. */
interface Column {
  type: 'BYTE_ARRAY' | 'INT64' | 'BOOLEAN'
  converted_type?: 'UTF8' | 'TIMESTAMP_MILLIS' | 'JSON'
  logical_type?: { type: 'STRING' | 'JSON' } | { type: 'TIMESTAMP'; isAdjustedToUTC: true; unit: 'MILLIS' }
  optional?: true
  of: (line: Line) => unknown
}
const text = (of: Column['of']): Column => ({
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
  of,
})
const whole = (of: (line: Line) => number | undefined): Column => ({
  type: 'INT64',
  of: (line) => {
    const value = of(line)
    return value === undefined ? undefined : BigInt(value)
  },
})
/** Moments, in UTC: the offset stays in the record. */
const moment = (of: (line: Line) => string | number | undefined): Column => ({
  type: 'INT64',
  converted_type: 'TIMESTAMP_MILLIS',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  of: (line) => {
    const value = of(line)
    const at = typeof value === 'string' ? Date.parse(value) : value
    return at === undefined || Number.isNaN(at) ? undefined : new Date(at)
  },
})
const optional = (column: Column): Column => ({ ...column, optional: true })

export const PARQUET_COLUMNS: Record<string, Column> = {
  user_id: text(({ user }) => user.user_id),
  reference_id: optional(text(({ user }) => user.reference_id)),
  provider: text(({ user }) => user.provider),
  type: text(({ type }) => type),
  summary_id: optional(text(({ summary_id }) => summary_id)),
  revision: optional(whole(({ revision }) => revision)),
  seq: whole(({ seq }) => seq),
  prev_seq: optional(whole(({ prev_seq }) => prev_seq)),
  event_id: text(({ event_id }) => event_id),
  start_time: optional(moment(({ start_time }) => start_time)),
  end_time: optional(moment(({ end_time }) => end_time)),
  deleted: { type: 'BOOLEAN', of: ({ deleted }) => deleted },
  origin: text(({ origin }) => origin),
  appended_at: moment(({ appended_at }) => appended_at),
  received_at: moment(({ received_at }) => received_at),
  record: {
    type: 'BYTE_ARRAY',
    converted_type: 'JSON',
    logical_type: { type: 'JSON' },
    optional: true,
    // The writer makes the text itself.
    of: ({ record }) => (record === undefined ? undefined : JSON.parse(record)),
  },
}

/** One file, one row group: a window is not larger. Columns are compressed with Snappy, which every reader has. */
export function parquet(lines: Line[]): Uint8Array<ArrayBuffer> {
  const columns = Object.entries(PARQUET_COLUMNS)
  const file = parquetWriteBuffer({
    schema: [
      { name: 'events', num_children: columns.length },
      ...columns.map(([name, { of: _, optional: may, ...element }]) => ({
        ...element,
        name,
        repetition_type: may ? ('OPTIONAL' as const) : ('REQUIRED' as const),
      })),
    ],
    // Lowest and highest help readers to pass files over; of whole records they would only be copies in the footer.
    columnData: columns.map(([name, { of }]) => ({ name, data: lines.map(of), statistics: name !== 'record' })),
    rowGroupSize: lines.length,
    createdBy: 'fascia',
  })
  return new Uint8Array(file)
}
