import { DATA_TYPES, type DataType } from '../../schema/data-types.ts'
import { OPERATIONAL_TYPES } from '../../schema/operational-event.ts'
import { withoutSamples } from '../../schema/sample-paths.ts'
import type { ShippedEvent, ShippedGroup, ShippedRecord } from '../shipment.ts'
import type { WireUser } from '../types.ts'
import { RECORD_TABLES } from './layout.ts'
import { dateOf, instantAt, instantOf, utcOffsetOf } from './moment.ts'
import { type SampleLists, samplesOf } from './samples.ts'
import type { Column, Row } from './table.ts'

/** What one event puts into which tables. */
export interface EventRows {
  seq: number
  /** Of the table `events`. */
  event: Row
  /** Of the table `users`; none where the event is of a connection that never was. */
  user: Row | undefined
  /** The connection that this one takes the place of. */
  replaced: Row | undefined
  records: RecordRows[]
}
export interface RecordRows {
  type: DataType
  row: Row
  samples: SampleLists
}
export interface RowOptions {
  /** A deauth takes the user's records away. */
  erase: boolean
  now: number
}

/** Lifecycle events that say how a connection is. */
const STATES: Record<string, string> = {
  auth: 'active',
  user_reauth: 'active',
  deauth: 'deauth',
  access_revoked: 'access_revoked',
  connection_error: 'connection_error',
}
/** These tell nothing of a connection that is there. */
const ABOUT_NOBODY = ['auth_cancelled', 'healthcheck', ...OPERATIONAL_TYPES] as string[]

export function eventRows({ user }: ShippedGroup, event: ShippedEvent, options: RowOptions): EventRows {
  const about = event.records.length > 0 || (DATA_TYPES as readonly string[]).includes(event.type)
  return {
    seq: event.seq,
    event: {
      user_id: user.user_id,
      seq: event.seq,
      prev_seq: event.prevSeq ?? null,
      event_id: event.event_id,
      type: event.type,
      summary_id: event.records.length === 1 ? event.records[0]!.summary_id : null,
      deleted: event.deleted,
      origin: event.origin,
      reference: event.reference ?? null,
      event: about ? null : event.body,
      received_at: instantAt(event.receivedAt),
      appended_at: instantAt(event.appendedAt),
    },
    user: ABOUT_NOBODY.includes(event.type) ? undefined : userRow(user, event, options),
    replaced: event.type === 'user_reauth' ? replacedRow(event, options) : undefined,
    records: event.records.map((record) => recordRows(user, event, record, options)),
  }
}

function userRow(user: WireUser, { type, seq }: ShippedEvent, { erase, now }: RowOptions): Row {
  return {
    user_id: user.user_id,
    reference_id: user.reference_id,
    provider: user.provider,
    scopes: user.scopes,
    state: STATES[type] ?? (user.active ? 'active' : 'inactive'),
    created_at: instantOf(user.created_at),
    seq,
    erased_seq: type === 'deauth' && erase ? seq : 0,
    updated_at: instantAt(now),
  }
}

/** Its seq is 0: the order of another connection is not this one's, so that whatever its own events say is newer. */
function replacedRow({ body }: ShippedEvent, { now }: RowOptions): Row | undefined {
  const { old_user } = JSON.parse(body) as { old_user?: WireUser | null }
  if (!old_user) return undefined
  return {
    user_id: old_user.user_id,
    reference_id: old_user.reference_id ?? null,
    provider: old_user.provider,
    scopes: old_user.scopes ?? null,
    state: 'user_reauth',
    created_at: instantOf(old_user.created_at),
    seq: 0,
    erased_seq: 0,
    updated_at: instantAt(now),
  }
}

const VALUES = Object.fromEntries(
  DATA_TYPES.map((type) => [type, RECORD_TABLES[type].columns.filter(({ path }) => path)]),
) as Record<DataType, Column[]>

function recordRows(user: WireUser, event: ShippedEvent, shipped: ShippedRecord, { now }: RowOptions): RecordRows {
  const type = shipped.type as DataType
  const record = shipped.body === undefined ? undefined : (JSON.parse(shipped.body) as Record<string, unknown>)
  const times = timesOf(type, record)
  const rest = record && withoutSamples(type, record)
  const row: Row = {
    user_id: user.user_id,
    summary_id: shipped.summary_id,
    reference_id: user.reference_id,
    provider: user.provider,
    ...times,
    // Untouched where nothing was taken out: numbers stay as they were written.
    record: rest === undefined ? null : rest === record ? shipped.body! : JSON.stringify(rest),
    seq: shipped.seq,
    revision: shipped.revision,
    deleted: record === undefined,
    received_at: instantAt(event.receivedAt),
    appended_at: instantAt(event.appendedAt),
    updated_at: instantAt(now),
  }
  if (record)
    for (const column of VALUES[type]) {
      const value = valueAt(record, column)
      if (value !== null) row[column.name] = value
    }
  return { type, row, samples: record ? samplesOf(type, record) : {} }
}

/** A night belongs to the day on which it ends. */
function timesOf(type: DataType, record: Record<string, unknown> | undefined): Row {
  const { start_time, end_time } = (record?.metadata ?? {}) as { start_time?: unknown; end_time?: unknown }
  return {
    start_time: instantOf(start_time),
    end_time: instantOf(end_time),
    local_date: dateOf(type === 'sleep' ? end_time : start_time),
    utc_offset_minutes: utcOffsetOf(start_time),
  }
}

/** A value that is not of the column's type stays in the record alone: a column never stops a record. */
export function valueAt(record: unknown, { path, type }: Column): string | number | boolean | null {
  let value = record
  for (const name of path!) {
    if (typeof value !== 'object' || value === null) return null
    value = (value as Record<string, unknown>)[name]
  }
  if (type === 'text') return typeof value === 'string' ? value : null
  if (type === 'boolean') return typeof value === 'boolean' ? value : null
  if (typeof value !== 'number' || !Number.isFinite(value)) return null
  if (type === 'double') return value
  return Number.isSafeInteger(value) && (type === 'bigint' || Math.abs(value) < 2 ** 31) ? value : null
}
