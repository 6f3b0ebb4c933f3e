import { describe, expect, test } from 'vitest'
import { batch, batchOf, parcels } from '../../shared/delivery/parcel.ts'
import { delivery, event, group } from './leases.ts'

const shape = delivery()
const of = (events: ReturnType<typeof event>[], more = {}, settings = shape) =>
  parcels(group(1, events, more), 'dst_1', settings)

describe('the sends of a group', () => {
  test('consecutive records of one type share a call, in order', () => {
    const [first, second, ...rest] = of([event(1), event(2), event(3, { type: 'sleep' })])
    expect(rest).toEqual([])
    expect(JSON.parse(first!.body)).toMatchObject({ type: 'daily', version: '2022-03-16', data: [{ n: 1 }, { n: 2 }] })
    expect(first!.seqs).toEqual([1, 2])
    expect(JSON.parse(second!.body)).toMatchObject({ type: 'sleep', data: [{ n: 3 }], user: { user_id: 'user-1' } })
  })
  test('no call holds more records than the destination takes', () => {
    expect(
      of(
        [1, 2, 3, 4, 5].map((seq) => event(seq)),
        {},
        delivery({ max_records_per_call: 2 }),
      ).map((p) => p.seqs),
    ).toEqual([[1, 2], [3, 4], [5]])
  })
  test('a lifecycle event goes alone, whole, with its user', () => {
    const [first, auth] = of([event(1), event(2, { type: 'auth', body: '{"type":"auth","status":"success"}' })])
    expect(first!.seqs).toEqual([1])
    expect(JSON.parse(auth!.body)).toMatchObject({ type: 'auth', status: 'success', user: { user_id: 'user-1' } })
  })
  test('an athlete is an object, not a list', () => {
    expect(JSON.parse(of([event(1, { type: 'athlete' })])[0]!.body)).toMatchObject({
      type: 'athlete',
      athlete: { n: 1 },
    })
  })
  test('the same content has the same trace id, other content another', () => {
    const trace = (seqs: number[]) => of(seqs.map((seq) => event(seq)))[0]!.trace_id
    expect(trace([1, 2])).toBe(trace([1, 2]))
    expect(trace([1, 2])).not.toBe(trace([1, 2, 3]))
    expect(of([event(1)])[0]!.trace_id).not.toBe(parcels(group(2, [event(1)]), 'dst_1', shape)[0]!.trace_id)
  })
  test('a retry keeps the bounds of what was tried, although more has come', () => {
    expect(of([event(1), event(2), event(3)], { lane: true, parcelTo: 2 }).map((p) => p.seqs)).toEqual([[1, 2], [3]])
  })
  test('requested data carries the request’s reference; chunks are numbered', () => {
    const [first] = of([event(1, { request: { reference: 'req_1', chunk: 2, chunks: 3 } })])
    expect([first!.reference, first!.trace_id]).toEqual(['req_1', 'req_1:chunk:2'])
    const [whole] = of([event(1, { request: { reference: 'req_1', chunk: 1, chunks: 0 } })])
    expect([whole!.reference, whole!.trace_id]).toEqual(['req_1', 'req_1'])
  })
  test('without samples, the samples stay here', () => {
    const body = '{"heart_rate_data":{"summary":{"avg_hr_bpm":60},"detailed":{"hr_samples":[{"bpm":60}]}}}'
    const [lean] = of([event(1, { body })], {}, delivery({ with_samples: false }))
    expect(lean!.body).not.toContain('hr_samples')
    expect(lean!.body).toContain('"avg_hr_bpm":60')
  })
  test('a call has records of one day only: manifests count by the day', () => {
    const midnight = Date.parse('2026-07-02T00:00:00Z')
    const events = [1, 2, 3, 4].map((seq) => event(seq, { appendedAt: midnight + (seq - 3) * 1_000 }))
    expect(of(events).map((parcel) => parcel.seqs)).toEqual([
      [1, 2],
      [3, 4],
    ])
  })
  test('a batch holds its events in order and has one trace id of its own', () => {
    const parts = [...of([event(1)]), ...parcels(group(2, [event(2)]), 'dst_1', shape)]
    const whole = batch(parts, '2022-03-16')
    expect(JSON.parse(whole.body).events.map((one: { user: { user_id: string } }) => one.user.user_id)).toEqual([
      'user-1',
      'user-2',
    ])
    expect(whole.seqs).toEqual([1, 2])
    const timesOf = (seq: number) => ({ origin: 'live', ordering_timestamp: 1_000 + seq, received_at: 900 })
    expect(JSON.parse(whole.body).deliveries).toEqual([
      { user_id: 'user-1', trace_id: parts[0]!.trace_id, seqs: [1], ...timesOf(1) },
      { user_id: 'user-2', trace_id: parts[1]!.trace_id, seqs: [2], ...timesOf(2) },
    ])
    const linked = JSON.parse(batchOf(whole, ['{"n":1}', '{"n":2}'])) as { deliveries: unknown[]; events: unknown[] }
    expect([linked.deliveries.length, linked.events]).toEqual([2, [{ n: 1 }, { n: 2 }]])
    expect(whole.trace_id).not.toBe(parts[0]!.trace_id)
  })
})
