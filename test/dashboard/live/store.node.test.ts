import { describe, expect, test } from 'vitest'
import { medianOf, offsetOf, shiftOf } from '../../../workers/dashboard/scripts/live/clock.ts'
import { chosen } from '../../../workers/dashboard/scripts/live/people.ts'
import { forgetOld, newStream, takeFrame } from '../../../workers/dashboard/scripts/live/store.ts'
import { SPAN_MS } from '../../../workers/pages/scripts/chart/series.ts'

const NOW = Date.parse('2026-11-27T07:00:00Z')
const frame = (hub: number, d: object | null, more: object = {}) => ({
  uid: 'u',
  seq: hub * 1_000,
  t: 'HEART_RATE',
  d,
  ...more,
})
const at = (time: number) => new Date(time).toISOString()

describe('a stream that is taken in', () => {
  test('has its samples at their own times, and how long the way to the screen was', () => {
    const stream = newStream()
    takeFrame(stream, frame(NOW, { ts: at(NOW - 80), val: 61 }), NOW + 20, NOW - 1_000)
    expect(stream.series.get('HEART_RATE')!.latest).toEqual({ at: NOW - 80, value: 61 })
    expect(stream.delays).toEqual([100])
    expect(shiftOf(stream.lags)).toBe(0)
  })
  test('learns nothing of the way from history, and nothing of a time from words', () => {
    const stream = newStream()
    takeFrame(stream, frame(NOW - 60_000, { ts: at(NOW - 60_100), val: 61 }), NOW, NOW - 1_000)
    expect(stream.delays).toEqual([])
    takeFrame(stream, frame(NOW, { ts: 'yesterday', val: 62 }), NOW, NOW - 1_000)
    expect(stream.series.get('HEART_RATE')!.latest).toEqual({ at: NOW, value: 62 })
  })
  test('draws numbers alone, and names what else is sent', () => {
    const stream = newStream()
    takeFrame(stream, frame(NOW, { d: [1, 2, 3] }, { t: 'ACCELERATION' }), NOW, NOW)
    for (const val of ['61', null, Number.NaN, undefined]) takeFrame(stream, frame(NOW, { val }), NOW, NOW)
    takeFrame(stream, frame(NOW, null, { t: 'NOTHING' }), NOW, NOW)
    expect([...stream.others]).toEqual(['ACCELERATION', 'HEART_RATE', 'NOTHING'])
    expect(stream.series.size).toBe(0)
  })
  test('is synthetic once one frame of it was', () => {
    const stream = newStream()
    takeFrame(stream, frame(NOW, { val: 1 }), NOW, NOW)
    expect(stream.synthetic).toBe(false)
    takeFrame(stream, frame(NOW, { val: 1 }, { synthetic: true }), NOW, NOW)
    expect(stream.synthetic).toBe(true)
  })
  test('is bounded: the type that was silent the longest makes room, and what is old goes', () => {
    const stream = newStream()
    for (let i = 0; i < 40; i++) takeFrame(stream, frame(NOW + i, { val: i }, { t: `TYPE_${i}` }), NOW, NOW)
    expect(stream.series.size).toBe(24)
    expect(stream.series.has('TYPE_39')).toBe(true)
    expect(stream.series.has('TYPE_0')).toBe(false)
    forgetOld(stream, NOW + SPAN_MS + 100)
    expect([...stream.series.values()].every(({ slots }) => slots.length === 0)).toBe(true)
  })
})

describe('clocks', () => {
  test('of a producer are corrected where they are clearly others, and not where samples come late', () => {
    expect(shiftOf([])).toBe(0)
    expect(shiftOf([90, 120, 100])).toBe(0)
    // Kept while there was no way, and sent at once, and then live again.
    expect(shiftOf([180_000, 120_000, 60_000, 90])).toBe(0)
    expect(shiftOf([180_100, 180_090])).toBe(180_090)
    expect(shiftOf([-3_600_000, -3_599_900])).toBe(-3_600_000)
  })
  test('of the browser are set by ours, unless the answer took too long to tell', () => {
    expect(offsetOf(1_000, 1_100, 5_050)).toBe(4_000)
    expect(offsetOf(1_000, 9_000, 5_050)).toBeUndefined()
  })
  test('are judged by the sample in the middle', () => {
    expect(medianOf([])).toBeUndefined()
    expect(medianOf([900, 80, 90])).toBe(90)
  })
})

describe('the users whose charts are shown', () => {
  const user = (id: number, live = true) => ({
    user_id: `u${id}`,
    live,
    since: at(NOW + id * 1_000),
    last_sample_at: null,
  })
  test('are all that are live, the newest first, where there are few', () => {
    expect(chosen([user(1), user(2), user(3, false)], [])).toEqual(['u2', 'u1'])
  })
  test('are the newest where there are many; who is shown already stays until they are gone', () => {
    const many = Array.from({ length: 80 }, (_, i) => user(i))
    const first = chosen(many, [])
    expect(first).toHaveLength(50)
    expect(first[0]).toBe('u79')
    expect(first).not.toContain('u29')
    expect(chosen([...many, user(99)], first)).toEqual(first)
    const gone = many.map((one) => (one.user_id === 'u50' ? { ...one, live: false } : one))
    const next = chosen([...gone, user(99)], first)
    expect(next).toContain('u99')
    expect(next).not.toContain('u50')
    expect(next).toHaveLength(50)
  })
})
