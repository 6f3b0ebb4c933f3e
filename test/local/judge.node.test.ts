import { describe, expect, it } from 'vitest'
import { ArrivalBook, readArrival } from './arrivals.ts'
import { isGood, Judge, quantile } from './judge.ts'

const arrival = (at: number, key: string, headers: Record<string, string> = {}) =>
  readArrival('/hook', at, { 'x-terra-trace-id': key + at, ...headers }, key, {
    type: 'sleep',
    user: { user_id: 'u1', provider: 'OURA' },
    data: [{ metadata: { summary_id: key, start_time: '2026-07-01T23:00:00Z' } }],
  } as never)
const judge = () => {
  const made = new Judge()
  made.connected('u1', 'OURA')
  return made
}
const sent = (key: string, sent_at: number, heldAt = sent_at) => ({
  type: 'sleep',
  key,
  sent_at,
  heldAt,
  userId: 'u1',
  provider: 'OURA',
})

describe('the judge', () => {
  it('calls a record lost that did not land after it was sent', () => {
    const one = judge()
    one.landed(arrival(5, 'a'))
    one.sent([sent('a', 10), sent('b', 10)])
    one.landed(arrival(30, 'b'))
    expect(one.missing().map(({ key }) => key)).toEqual(['a'])
    expect(isGood(one.verdict(new ArrivalBook().summary()))).toBe(false)
  })
  it('takes a record that an earlier call fetched for landed, once its provider held it', () => {
    const one = judge()
    one.landed(arrival(8, 'a'))
    one.sent([sent('a', 10, 6)])
    expect(one.missing()).toEqual([])
  })
  it('measures from the call that caused it, not from one that began when the door was open already', () => {
    const one = judge()
    one.sent([sent('a', 100), sent('b', 120)])
    const [event] = one.landed(arrival(130, 'a', { 'fascia-received-at': '104' }))
    expect(event).toMatchObject({ doorMs: 4, totalMs: 30 })
  })
  it('knows a record by its local day as well', () => {
    const one = judge()
    one.sent([sent('2026-07-01', 10)])
    one.landed(arrival(12, 'any'))
    expect(one.missing()).toEqual([])
  })
  it('tells the hops apart as far as headers say', () => {
    const one = judge()
    one.sent([sent('a', 100)])
    const [event] = one.landed(arrival(130, 'a', { 'fascia-received-at': '104', 'x-terra-ordering-timestamp': '110' }))
    expect(event).toMatchObject({ doorMs: 4, logMs: 6, deliverMs: 20, totalMs: 30 })
  })
  it('leaves out users of an earlier start', () => {
    expect(new Judge().landed(arrival(1, 'a'))).toEqual([])
  })
  it('takes quantiles as the value that this share does not exceed', () => {
    expect(quantile([3, 1, 2, 4], 0.5)).toBe(2)
    expect(quantile([1], 0.99)).toBe(1)
    expect(quantile([], 0.5)).toBeNull()
  })
})
