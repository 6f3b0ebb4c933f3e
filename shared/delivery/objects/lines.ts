import { iso } from '../../base/time.ts'
import type { Shipment, ShippedEvent, ShippedGroup } from '../shipment.ts'
import { dateOf } from '../sql/moment.ts'
import type { WireUser } from '../types.ts'

/** What an object of many events says of each: one line (or row) for each record, or for the event where it has none. */
export interface Line {
  event_id: string
  seq: number
  prev_seq: number | undefined
  type: string
  deleted: boolean
  user: Pick<WireUser, 'user_id' | 'reference_id' | 'provider'>
  /** Of the record: the highest revision of a summary_id is what holds. */
  summary_id: string | undefined
  revision: number | undefined
  /** As the record has it, with its offset. */
  start_time: string | undefined
  end_time: string | undefined
  origin: string
  /** ms */
  appended_at: number
  received_at: number
  /** JSON: the record, or the whole event where it is about the connection. */
  record: string | undefined
  /** The same, read. */
  content: Record<string, unknown> | undefined
}

export const linesOf = ({ groups }: Pick<Shipment, 'groups'>): Line[] =>
  groups.flatMap(({ user, events }) => events.flatMap((event) => eventLines(user, event)))

function eventLines({ user_id, reference_id, provider }: ShippedGroup['user'], event: ShippedEvent): Line[] {
  const { event_id, seq, prevSeq, type, deleted, origin, appendedAt, receivedAt, body, records } = event
  const line: Line = {
    event_id,
    seq,
    prev_seq: prevSeq,
    type,
    deleted,
    user: { user_id, reference_id, provider },
    summary_id: undefined,
    revision: undefined,
    origin,
    appended_at: appendedAt,
    received_at: receivedAt,
    ...about(body),
  }
  if (records.length === 0) return [line]
  return records.map(({ summary_id, revision, body }) => ({ ...line, summary_id, revision, ...about(body) }))
}

function about(record: string | undefined): Pick<Line, 'start_time' | 'end_time' | 'record' | 'content'> {
  const content = record === undefined ? undefined : (JSON.parse(record) as Record<string, unknown>)
  return { ...times(content), record, content }
}

/** When a record begins and ends, in its own words. */
export function times(content: Record<string, unknown> | undefined): Pick<Line, 'start_time' | 'end_time'> {
  const { start_time, end_time } = (content?.metadata ?? {}) as Record<string, unknown>
  return { start_time: text(start_time), end_time: text(end_time) }
}
const text = (value: unknown) => (typeof value === 'string' ? value : undefined)

export const ndjson = (lines: Line[]): string => lines.map(ndjsonLine).join('')
/** The record goes in as the text it is: what was parsed and written again could differ. */
function ndjsonLine({ record, content: _, ...line }: Line): string {
  const head = JSON.stringify({
    ...line,
    prev_seq: line.prev_seq ?? null,
    appended_at: iso(line.appended_at),
    received_at: iso(line.received_at),
  })
  return record === undefined ? `${head}\n` : `${head.slice(0, -1)},"record":${record}}\n`
}

/**
 * The local day of a record, a night's is the one on which it ends; of a day that was deleted its key; of everything else
 * the day on which it came in (UTC).
 */
export const localDay = (line: Line): string =>
  recordDay(line) ?? /^\d{4}-\d{2}-\d{2}$/.exec(line.summary_id ?? '')?.[0] ?? receiveDay(line)
export const recordDay = ({ type, start_time, end_time }: Line): string | null =>
  dateOf(type === 'sleep' ? end_time : start_time)
export const receiveDay = ({ received_at }: Line): string => iso(received_at).slice(0, 10)
