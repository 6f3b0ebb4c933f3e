import { parquetWriteBuffer } from 'hyparquet-writer'
import { DATA_TYPES, type DataType } from '../../schema/data-types.ts'
import { valueAt } from '../sql/event-rows.ts'
import { instantOf, utcOffsetOf } from '../sql/moment.ts'
import { queriedColumns } from '../sql/queried.ts'
import type { ColumnType } from '../sql/table.ts'
import { type Line, recordDay } from './lines.ts'

/** A leaf of a Parquet schema, as its specification names things: in the old form and in the new, for readers of either. */
interface Column {
  type: 'BYTE_ARRAY' | 'INT32' | 'INT64' | 'DOUBLE' | 'BOOLEAN'
  converted_type?: 'UTF8' | 'DATE' | 'TIMESTAMP_MILLIS' | 'JSON'
  logical_type?: { type: 'STRING' | 'DATE' | 'JSON' } | { type: 'TIMESTAMP'; isAdjustedToUTC: true; unit: 'MILLIS' }
  optional?: true
  of: (line: Line) => unknown
}
type Columns = Record<string, Column>

const text = (of: Column['of']): Column => ({
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
  of,
})
const whole = (of: (line: Line) => number | null | undefined): Column => ({
  type: 'INT64',
  of: (line) => {
    const value = of(line)
    return value === undefined || value === null ? undefined : BigInt(value)
  },
})
const small = (of: Column['of']): Column => ({ type: 'INT32', of })
/** Moments, in UTC: the offset is beside them. */
const moment = (of: (line: Line) => number | undefined): Column => ({
  type: 'INT64',
  converted_type: 'TIMESTAMP_MILLIS',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  of: (line) => {
    const at = of(line)
    return at === undefined ? undefined : new Date(at)
  },
})
const msOf = (time: string | undefined): number | undefined => {
  const instant = instantOf(time)
  return instant === null ? undefined : Date.parse(instant)
}
const optional = (column: Column): Column => ({ ...column, optional: true })

/** What every row has. */
const COMMON: Columns = {
  user_id: text(({ user }) => user.user_id),
  reference_id: optional(text(({ user }) => user.reference_id)),
  provider: text(({ user }) => user.provider),
  type: text(({ type }) => type),
  summary_id: optional(text(({ summary_id }) => summary_id)),
  revision: optional(whole(({ revision }) => revision)),
  seq: whole(({ seq }) => seq),
  prev_seq: optional(whole(({ prev_seq }) => prev_seq)),
  event_id: text(({ event_id }) => event_id),
  start_time: optional(moment(({ start_time }) => msOf(start_time))),
  end_time: optional(moment(({ end_time }) => msOf(end_time))),
  local_date: {
    type: 'INT32',
    converted_type: 'DATE',
    logical_type: { type: 'DATE' },
    optional: true,
    of: (line) => {
      const day = recordDay(line)
      return day === null ? undefined : new Date(`${day}T00:00:00Z`)
    },
  },
  utc_offset_minutes: optional(small(({ start_time }) => utcOffsetOf(start_time))),
  deleted: { type: 'BOOLEAN', of: ({ deleted }) => deleted },
  origin: text(({ origin }) => origin),
  appended_at: moment(({ appended_at }) => appended_at),
  received_at: moment(({ received_at }) => received_at),
}
const RECORD: Columns = {
  record: {
    type: 'BYTE_ARRAY',
    converted_type: 'JSON',
    logical_type: { type: 'JSON' },
    optional: true,
    // The writer makes the text itself.
    of: ({ content }) => content,
  },
}

const TYPED: Partial<Record<ColumnType, (of: (line: Line) => string | number | boolean | null) => Column>> = {
  text,
  int: small,
  bigint: (of) => whole((line) => of(line) as number | null),
  double: (of) => ({ type: 'DOUBLE', of }),
  boolean: (of) => ({ type: 'BOOLEAN', of }),
}
/** A file has one type: the columns that tables have of it. Whatever is not of a column's type is in the record alone. */
const OF_TYPE = new Map(DATA_TYPES.map((type): [string, Columns] => [type, { ...COMMON, ...queried(type), ...RECORD }]))
const OF_LIFECYCLE: Columns = { ...COMMON, ...RECORD }
function queried(type: DataType): Columns {
  return Object.fromEntries(
    queriedColumns(type).map((column) => [
      column.name,
      optional(TYPED[column.type]!(({ content }) => valueAt(content, column))),
    ]),
  )
}

/** Lines of one type become one file of one row group: a window is not larger. Columns are compressed with Snappy, which every reader has. */
export function parquet(lines: Line[]): Uint8Array<ArrayBuffer> {
  const columns = Object.entries(OF_TYPE.get(lines[0]!.type) ?? OF_LIFECYCLE)
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
