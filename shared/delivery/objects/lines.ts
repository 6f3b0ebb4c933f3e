import type { Shipment, ShippedEvent, ShippedGroup } from '../shipment.ts'
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
    start_time: undefined,
    end_time: undefined,
    origin,
    appended_at: appendedAt,
    received_at: receivedAt,
    record: body,
  }
  if (records.length === 0) return [line]
  return records.map((record) => ({
    ...line,
    summary_id: record.summary_id,
    revision: record.revision,
    ...times(record.body),
    record: record.body,
  }))
}

/** When a record begins and ends, in its own words. */
export function times(record: string | undefined): Pick<Line, 'start_time' | 'end_time'> {
  if (record === undefined) return {} as Pick<Line, 'start_time' | 'end_time'>
  const { metadata } = JSON.parse(record) as { metadata?: { start_time?: string; end_time?: string } }
  return { start_time: metadata?.start_time, end_time: metadata?.end_time }
}

const utc = (ms: number): string => new Date(ms).toISOString()

export const ndjson = (lines: Line[]): string => lines.map(ndjsonLine).join('')
/** The record goes in as the text it is: what was parsed and written again could differ. */
function ndjsonLine({ record, ...line }: Line): string {
  const about = JSON.stringify({
    ...line,
    prev_seq: line.prev_seq ?? null,
    appended_at: utc(line.appended_at),
    received_at: utc(line.received_at),
  })
  return record === undefined ? `${about}\n` : `${about.slice(0, -1)},"record":${record}}\n`
}

/** The local day of a record; of a deleted day its key is the day; of everything else the day on which it came in (UTC). */
export const localDay = (line: Pick<Line, 'start_time' | 'summary_id' | 'received_at'>): string =>
  [line.start_time, line.summary_id].find((text) => /^\d{4}-\d{2}-\d{2}(?!\d)/.test(text ?? ''))?.slice(0, 10) ??
  receiveDay(line)
export const receiveDay = ({ received_at }: Pick<Line, 'received_at'>): string => utc(received_at).slice(0, 10)
