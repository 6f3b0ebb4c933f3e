import { DATA_TYPES } from '../../shared/schema/data-types.ts'
import type { CountedSlice, ParkedPlace, RecordRange } from '../event-log-api.ts'
import type { Cell } from './cell.ts'
import type { CellConnection } from './connections.ts'
import type { Destination } from './destinations.ts'
import { named, takesConnection } from './feed-for.ts'
import type { RecordRow } from './records.ts'
import { codeOf, typeOf } from './types.ts'

export interface RecordKey {
  type: number
  summary_id: string
  seq: number
}

/** One call looks at so many records or connections, and no more. */
const LOOKED_AT_RECORDS = 20_000
const LOOKED_AT_CONNECTIONS = 500

const [AUTH, ATHLETE] = [codeOf('auth'), codeOf('athlete')]
const CODES = [...DATA_TYPES.map(codeOf), AUTH]

/** Of the types asked for, those that the destination takes. Of events that are no records, only `auth`: who is connected. */
function codesOf(destination: Destination, types: string[]): number[] {
  const { event_types } = destination.filter
  return CODES.filter((code) => {
    const type = typeOf(code, '')
    return named(event_types, type) && named(types, type)
  })
}
const takesOf = ({ state }: CellConnection) => state === 'active' || state === 'inactive'

/** Whose records are sent: people who are connected, and whom the destination takes. */
export function backfills(cell: Cell, destination: Destination, range: RecordRange, number: number): boolean {
  const connection = cell.connections.numbered(number)
  if (!connection || !takesOf(connection) || destination.filter.test_mode) return false
  return (
    takesConnection(destination.filter, connection) && named(range.userId ? [range.userId] : [], connection.user_id)
  )
}
/** A record on its way, judged by the settings of now. */
export function takesRecord(cell: Cell, destination: Destination, row: RecordRow): boolean {
  const { event_types, test_mode } = destination.filter
  const connection = cell.connections.numbered(row.connection)
  return (
    connection !== undefined &&
    // That somebody is connected is not told after they left.
    takesOf(connection) &&
    !test_mode &&
    row.size > 0 &&
    named(event_types, typeOf(row.type, row.summary_id)) &&
    takesConnection(destination.filter, connection)
  )
}

/**
 * Records of a range lie in it by their own time; what is so of a person at any time (athlete, and that they are connected)
 * is sent whatever the range. Only the newest `auth` of a connection counts.
 */
const WHERE = `connection = ?1 AND seq <= ?2 AND size > 0 AND
  (type = ${AUTH} AND seq = (SELECT max(seq) FROM records WHERE connection = ?1 AND type = ${AUTH})
   OR type = ${ATHLETE} OR type < 100 AND start_at < ?4 AND (end_at > ?3 OR start_at >= ?3))`

/** What a connection has for the destination after a seq, in order. */
export function recordsToSend(
  cell: Cell,
  destination: Destination,
  range: RecordRange,
  { connection, after, upTo, limit }: { connection: number; after: number; upTo: number; limit: number },
): RecordKey[] {
  const codes = codesOf(destination, range.types)
  if (codes.length === 0) return []
  const hot = cell.tables.read<RecordKey>(
    `SELECT type, summary_id, seq FROM records WHERE ${WHERE} AND type IN (${codes.join(',')}) AND seq > ?5
       ORDER BY seq LIMIT ?6`,
    connection,
    upTo,
    range.startAt,
    range.endAt,
    after,
    limit,
  )
  const cold = coldToSend(cell, codes, range, connection, upTo).filter(({ seq }) => seq > after)
  if (cold.length === 0) return hot
  return [...hot, ...cold.map(({ type, summary_id, seq }) => ({ type, summary_id, seq }))]
    .sort((a, b) => a.seq - b.seq)
    .slice(0, limit)
}

/** The same of what is cold. */
const coldToSend = (cell: Cell, codes: number[], { startAt, endAt }: RecordRange, connection: number, upTo: number) =>
  cell.cold
    .ofConnection(connection)
    .filter(
      (row) =>
        row.seq <= upTo &&
        row.size > 0 &&
        codes.includes(row.type) &&
        row.start_at < endAt &&
        (row.end_at > startAt || row.start_at >= startAt),
    )

/** Counts by connections: `to.at` is the last one that was counted. */
export function countRecords(
  cell: Cell,
  destination: Destination,
  range: RecordRange,
  from: ParkedPlace | undefined,
): CountedSlice {
  const codes = codesOf(destination, range.types)
  if (codes.length === 0) return { matched: 0, to: null }
  let [matched, looked, connections] = [0, 0, 0]
  for (let number = (from?.at ?? 0) + 1; number <= cell.connections.last; number++) {
    if (!backfills(cell, destination, range, number)) continue
    const [row] = cell.tables.read<{ looked: number; matched: number | null }>(
      `SELECT count(*) AS looked, sum(${WHERE} AND type IN (${codes.join(',')})) AS matched
         FROM records WHERE connection = ?1`,
      number,
      destination.start,
      range.startAt,
      range.endAt,
    )
    const cold = coldToSend(cell, codes, range, number, destination.start).length
    matched += (row?.matched ?? 0) + cold
    looked += (row?.looked ?? 0) + cold
    if (looked >= LOOKED_AT_RECORDS || ++connections >= LOOKED_AT_CONNECTIONS)
      return { matched, to: { at: number, id: '' } }
  }
  return { matched, to: null }
}
