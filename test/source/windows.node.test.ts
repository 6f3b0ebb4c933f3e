import { describe, expect, test } from 'vitest'
import type { Window } from '../../shared/source/define.ts'
import { cutWindow, rangeOf } from '../../shared/source/window.ts'

/** How a span is told in a request. 2026-07-01 is day 20,635 since 1970 (1,782,864,000 s). */
const now = Date.UTC(2026, 6, 20)
const [from, to] = ['2026-07-01', '2026-07-03']
const cut = (window: Window, span = { from, to }, at = now) =>
  cutWindow(window, rangeOf({ from: 'from', to: 'to' }, span)!, at)
const between = (style: Exclude<Window['style'], undefined>, more = {}) =>
  ({ start: 'a', end: 'b', style, ...more }) as Window

test.each([
  ['date', { a: '2026-07-01', b: '2026-07-02' }],
  ['compact', { a: '20260701', b: '20260702' }],
  ['day-number', { a: '20635', b: '20636' }],
  ['unix', { a: '1782864000', b: '1783036800' }],
  ['unix-ms', { a: '1782864000000', b: '1783036800000' }],
  ['unix-ns', { a: '1782864000000000000', b: '1783036800000000000' }],
  ['iso-utc', { a: '2026-07-01T00:00:00.000Z', b: '2026-07-03T00:00:00.000Z' }],
  ['iso-local', { a: '2026-07-01T00:00:00', b: '2026-07-03T00:00:00' }],
] as const)('two days as %s', (style, told) => {
  expect(cut(between(style))).toEqual([told])
})
test('a last date that is left out is named one later', () => {
  expect(cut(between('date', { endExclusive: true }))).toEqual([{ a: '2026-07-01', b: '2026-07-03' }])
})
test('a span that has no end to name has only its start', () => {
  expect(cut({ start: 'since', style: 'iso-utc' })).toEqual([{ since: '2026-07-01T00:00:00.000Z' }])
})
describe('a long span', () => {
  test('is cut, and the cuts meet', () => {
    expect(cut(between('unix', { maxDays: 1 }))).toEqual([
      { a: '1782864000', b: '1782950400' },
      { a: '1782950400', b: '1783036800' },
    ])
    expect(cut(between('date', { maxDays: 1 }))).toEqual([
      { a: '2026-07-01', b: '2026-07-01' },
      { a: '2026-07-02', b: '2026-07-02' },
    ])
  })
  test('in dates is cut at midnights: no piece has a day more than it may', () => {
    const span = { from: '2026-07-01T10:00:00Z', to: '2026-07-03T10:00:00Z' }
    const pieces = cut(between('date', { maxDays: 3, endExclusive: true }), span)
    // Moments of a user whose zone is not known may be of the day before and the day after.
    expect(pieces).toEqual([
      { a: '2026-06-30', b: '2026-07-03' },
      { a: '2026-07-03', b: '2026-07-04' },
    ])
  })
  test('of sums begins at a midnight, and is cut at midnights', () => {
    const span = { from: '2026-07-01T10:00:00Z', to: '2026-07-02T10:00:00Z' }
    expect(cut(between('iso-utc', { maxDays: 1, wholeDays: true }), span)).toEqual([
      { a: '2026-07-01T00:00:00.000Z', b: '2026-07-02T00:00:00.000Z' },
      { a: '2026-07-02T00:00:00.000Z', b: '2026-07-02T10:00:00.000Z' },
    ])
  })
  test('is asked for day by day, or month by month', () => {
    expect(cut({ each: 'day', at: 'date', style: 'date' })).toEqual([{ date: '2026-07-01' }, { date: '2026-07-02' }])
    const span = { from: '2026-06-29', to: '2026-07-02' }
    expect(cut({ each: 'month', at: 'date', style: 'day-number' }, span)).toEqual([
      { date: '20605' },
      { date: '20635' },
    ])
  })
  test('is not asked for where it is too old to be had', () => {
    const span = { from: '2026-05-01', to: '2026-07-20' }
    expect(cut(between('date', { maxAgeDays: 30 }), span)).toEqual([{ a: '2026-06-20', b: '2026-07-19' }])
    expect(cut(between('date', { maxAgeDays: 30 }), { from: '2026-05-01', to: '2026-05-02' })).toEqual([])
  })
})
test('a date that fills a template has its parts too', () => {
  expect(cut({ start: 'start', style: 'date', in: 'values' })).toEqual([
    { start: '2026-07-01', start_year: '2026', start_month: '7', start_day: '1' },
  ])
})
test('seconds and milliseconds are told apart by their size', () => {
  const range = { fromAt: 1_782_864_000_000, toAt: 1_783_036_800_000 }
  const of = (from: unknown, to: unknown) => rangeOf({ from: 'from', to: 'to' }, { from, to })
  expect(of(1_782_864_000, 1_783_036_800)).toMatchObject(range)
  expect(of('1782864000000', 1_783_036_800_000)).toMatchObject(range)
})
