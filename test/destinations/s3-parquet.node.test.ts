import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { afterEach, expect, test } from 'vitest'
import { eventId } from '../../shared/delivery/parcel.ts'
import { event, group } from '../delivery/leases.ts'
import { bucket, keys, night, type OpenBucket, shipment } from './objects.ts'

let to: OpenBucket
afterEach(() => to.double.stop())

/** The file at a key, as a reader opens it. */
function file(key: string): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = to.double.objects.get(key)!.body
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength)
}
test('a Parquet file has a row for each record, with columns for what people ask by', async () => {
  to = await bucket({ format: 'parquet', partition: 'received' })
  const gone = night(9, '2026-07-02', { body: undefined, prevSeq: 7 })
  const groups = [group(1, [night(7, '2026-07-01', { prevSeq: 5 }), gone]), group(2, [night(8, '2026-07-01')])]
  expect(await to.ship(shipment(groups, { from: 6, to: 9 }))).toMatchObject({ kind: 'done' })
  const [key] = keys(to)
  expect(key).toBe('type=sleep/date=2026-07-05/dst_1-eu-3-000000000006-000000000009.parquet')
  const rows = await parquetReadObjects({ file: file(key!) })
  const common = {
    reference_id: null,
    provider: 'OURA',
    type: 'sleep',
    revision: 1n,
    origin: 'live',
    received_at: new Date('2026-07-05T08:00:00Z'),
  }
  const times = { start_time: new Date('2026-07-01T21:10:00Z'), end_time: new Date('2026-07-04T05:00:00Z') }
  const record = (n: number) => ({
    metadata: { start_time: '2026-07-01T23:10:00.000000+02:00', end_time: '2026-07-04T07:00:00.000000+02:00' },
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
