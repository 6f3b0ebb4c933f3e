import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { afterEach, expect, test } from 'vitest'
import { eventId } from '../../shared/delivery/parcel.ts'
import { queriedColumns } from '../../shared/delivery/sql/queried.ts'
import { DATA_TYPES } from '../../shared/schema/data-types.ts'
import { event, group } from '../delivery/leases.ts'
import { bucket, keys, night, type OpenBucket, shipment } from './objects.ts'

let to: OpenBucket
afterEach(() => to.double.stop())

/** The file at a key, as a reader opens it. */
function file(key: string): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = to.double.objects.get(key)!.body
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength)
}
const COLUMNS = [
  ...['user_id', 'reference_id', 'provider', 'type', 'summary_id', 'revision', 'seq', 'prev_seq', 'event_id'],
  ...['start_time', 'end_time', 'local_date', 'utc_offset_minutes', 'deleted', 'origin', 'appended_at', 'received_at'],
  ...['sleep_efficiency', 'deep_sleep_seconds', 'record'],
]
test('a Parquet file has a row for each record, with columns for what people ask by', async () => {
  to = await bucket({ format: 'parquet', partition: 'received' })
  const gone = night(9, '2026-07-02', { body: undefined, prevSeq: 7 })
  const groups = [group(1, [night(7, '2026-07-01', { prevSeq: 5 }), gone]), group(2, [night(8, '2026-07-01')])]
  expect(await to.ship(shipment(groups, { from: 6, to: 9 }))).toMatchObject({ kind: 'done' })
  const [key] = keys(to)
  expect(key).toBe('type=sleep/date=2026-07-05/dst_1-eu-3-000000000006-000000000009.parquet')
  const rows = await parquetReadObjects({ file: file(key!), columns: COLUMNS })
  const common = {
    reference_id: null,
    provider: 'OURA',
    type: 'sleep',
    revision: 1n,
    origin: 'live',
    deep_sleep_seconds: null,
    received_at: new Date('2026-07-05T08:00:00Z'),
  }
  const times = {
    local_date: new Date('2026-07-01T00:00:00Z'),
    utc_offset_minutes: 120,
    sleep_efficiency: 0.5,
    start_time: new Date('2026-06-30T21:10:00Z'),
    end_time: new Date('2026-07-01T05:00:00Z'),
  }
  const record = (n: number) => ({
    metadata: { start_time: '2026-06-30T23:10:00.000000+02:00', end_time: '2026-07-01T07:00:00.000000+02:00' },
    sleep_durations_data: { sleep_efficiency: 0.5 },
    n,
  })
  expect(rows).toEqual([
    {
      ...common,
      ...times,
      user_id: 'user-1',
      summary_id: 'night-7',
      seq: 7n,
      prev_seq: 5n,
      event_id: eventId('dst_1', 'user-1', [7]),
      deleted: false,
      appended_at: new Date(1_007),
      record: record(7),
    },
    {
      ...common,
      ...times,
      user_id: 'user-2',
      summary_id: 'night-8',
      seq: 8n,
      prev_seq: null,
      event_id: eventId('dst_1', 'user-2', [8]),
      deleted: false,
      appended_at: new Date(1_008),
      record: record(8),
    },
    {
      ...common,
      local_date: null,
      utc_offset_minutes: null,
      sleep_efficiency: null,
      start_time: null,
      end_time: null,
      user_id: 'user-1',
      summary_id: 'night-9',
      seq: 9n,
      prev_seq: 7n,
      event_id: eventId('dst_1', 'user-1', [9]),
      deleted: true,
      appended_at: new Date(1_009),
      record: null,
    },
  ])
})
test('its schema says what the columns are', async () => {
  to = await bucket({ format: 'parquet' })
  await to.ship(
    shipment([group(1, [event(1, { type: 'auth', summary_id: 'a', body: '{"type":"auth"}' })])], { from: 1, to: 1 }),
  )
  const { schema, created_by } = parquetMetadata(file(keys(to)[0]!))
  const column = (name: string) => schema.find((element) => element.name === name)
  expect(created_by).toBe('fascia')
  expect(column('user_id')).toMatchObject({ type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' })
  expect(column('prev_seq')).toMatchObject({ type: 'INT64', repetition_type: 'OPTIONAL' })
  expect(column('start_time')).toMatchObject({
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  })
  expect(column('record')).toMatchObject({
    type: 'BYTE_ARRAY',
    converted_type: 'JSON',
    logical_type: { type: 'JSON' },
  })
})
test('every type has the columns that tables have of it; what is not of a column’s type is in the record alone', async () => {
  to = await bucket({ format: 'parquet', partition: 'received' })
  const day = { metadata: { start_time: '2026-07-01T00:00:00.000000+02:00' }, distance_data: { steps: 7_000.5 } }
  const events = DATA_TYPES.map((type, i) =>
    event(i + 1, { type, summary_id: `one-${i}`, receivedAt: 0, body: JSON.stringify(day) }),
  )
  events.push(event(9, { summary_id: '2026-07-02', receivedAt: 0, body: '{"distance_data":{"steps":7000}}' }))
  await to.ship(shipment([group(1, events)], { from: 1, to: 9 }))
  expect(keys(to)).toHaveLength(DATA_TYPES.length)
  for (const type of DATA_TYPES) {
    const { schema } = parquetMetadata(file(keys(to).find((key) => key.startsWith(`type=${type}/`))!))
    const names = schema.slice(1).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(queriedColumns(type).map(({ name }) => name)))
    expect(new Set(names).size).toBe(names.length)
  }
  const daily = await parquetReadObjects({ file: file(keys(to).find((key) => key.startsWith('type=daily/'))!) })
  expect(daily.map(({ steps, record }) => [steps, record.distance_data.steps])).toEqual([
    [null, 7_000.5],
    [7_000n, 7_000],
  ])
})
