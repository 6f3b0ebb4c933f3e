import { describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS } from '../../shared/base/time.ts'
import { Slas } from '../../shared/supply/document.ts'
import { lastDue, measures, type Observed, seriesOf } from '../../shared/supply/measures.ts'
import { scoreOf, scoreTogether } from '../../shared/supply/score.ts'
import type { Objective } from '../../shared/supply/sla.ts'
import { AGE_EDGES_MS, type Counters, noCounters } from '../../shared/supply/tally.ts'

const NOW = Date.parse('2051-03-10T10:30:00Z')
const HOUR = Math.floor(NOW / HOUR_MS)
const DAY = Math.floor(NOW / DAY_MS)
const slas = (given: object) => Slas.parse(given)
const hour = (ago: number, outcomes: Counters['outcomes'], more: Partial<Counters> = {}) => ({
  hour: HOUR - ago,
  counters: { ...noCounters(), outcomes, ...more },
})
const observed = (more: Partial<Observed> = {}): Observed => ({
  hours: [],
  firstHour: HOUR - 24 * 20,
  days: [],
  ...more,
})
const one = (objective: Objective, given: object, seen: Observed, now = NOW) =>
  measures(slas(given), seen, now).find((found) => found.objective === objective)

test('only what the contract promises is measured', () => {
  expect(measures(slas({}), observed(), NOW)).toEqual([])
  const all = { validity_share: 0.9, freshness_p95_seconds: 9, duplicate_share: 0.1, volume: { least: 1 } }
  expect(measures(slas({ ...all, completeness: { share: 1, types: ['daily'] } }), observed(), NOW)).toHaveLength(5)
})

describe('a share', () => {
  const seen = observed({
    hours: [
      hour(24 * 7, { r: 500 }),
      hour(24 * 7 - 1, { a: 80, r: 10 }),
      hour(3, { a: 5, d: 3, q: 2 }),
      hour(-1, { r: 9 }),
    ],
  })
  test('is of the window alone, with the last hours apart', () => {
    expect(one('validity', { validity_share: 0.95 }, seen)).toMatchObject({
      ...{ target: 0.95, measured: 0.9, total: 100, bad: 10, recent: { total: 10, bad: 0 } },
    })
  })
  test('of repetitions is of what was good to take', () => {
    expect(one('duplicates', { duplicate_share: 0.1 }, seen)).toMatchObject({ total: 88, bad: 3, allowed: 0.1 })
  })
  test('of nothing is none', () => {
    expect(one('validity', { validity_share: 0.95 }, observed())).toMatchObject({ total: 0, measured: null })
  })
})

test('freshness is measured by the 95th percentile and judged by how many were late', () => {
  const ages = noCounters().ages
  ages[AGE_EDGES_MS.indexOf(HOUR_MS)] = 100
  const seen = observed({ hours: [hour(1, { a: 100 }, { ages, late: 7 })] })
  expect(one('freshness', { freshness_p95_seconds: 3_000 }, seen)).toMatchObject({
    ...{ total: 100, bad: 7, measured: 1_800 + 1_800 * 0.95, target: 3_000 },
  })
})

describe('completeness', () => {
  const given = { window_days: 2, completeness: { share: 0.8, types: ['daily'] } }
  test('looks at days whose data are due: a day and a half after they ended', () => {
    expect([lastDue(NOW), lastDue(NOW + 2 * HOUR_MS)]).toEqual([DAY - 3, DAY - 2])
  })
  test('is the share of subject-days that are there', () => {
    const days = [-5, -4, -3, -2].map((ago) => ({ day: DAY + ago, present: 6 - ago, expected: 10 }))
    expect(one('completeness', given, observed({ days }))).toMatchObject({
      total: 20,
      bad: 1,
      recent: { total: 10, bad: 1 },
    })
  })
  test('of nobody is none', () => {
    expect(one('completeness', given, observed())).toMatchObject({ total: 0, measured: null })
  })
})

describe('volume', () => {
  const given = { volume: { least: 10, most: 50 } }
  const days = (...records: number[]) =>
    observed({ hours: records.map((a, i) => hour(24 * (records.length - 1 - i), { a })) })
  test('is judged by the day that is over', () => {
    expect(one('volume', given, days(20, 5, 0))).toMatchObject({ broken: true, measured: 5, target: 10 })
    expect(one('volume', given, days(5, 20, 0))).toMatchObject({ broken: false, measured: 20 })
    expect(one('volume', given, days(60, 0))).toMatchObject({ broken: true, measured: 60, target: 50 })
  })
  test('is judged by today where it has too much already', () => {
    expect(one('volume', given, days(20, 51))).toMatchObject({ broken: true, measured: 51, target: 50 })
  })
  test('a supplier that has fallen silent is found', () => {
    expect(one('volume', given, observed({ hours: [hour(24 * 9, { a: 20 })] }))).toMatchObject({
      broken: true,
      measured: 0,
    })
  })
  test('asks nothing of the day on which it began, nor of the time before', () => {
    const begun = { ...days(5, 0), firstHour: HOUR - 24 }
    expect(one('volume', given, begun)).toMatchObject({ measured: null, total: 0, broken: false })
  })
})

test('a picture has a point for each day of the window, and none where nothing is known', () => {
  const given = slas({ window_days: 3, validity_share: 0.9, volume: { least: 1 } })
  const seen = observed({ hours: [hour(24, { a: 3, r: 1 })], firstHour: HOUR - 24 })
  expect(seriesOf('validity', given, seen, NOW)).toEqual([
    { day: DAY - 2, value: null },
    { day: DAY - 1, value: 0.75 },
    { day: DAY, value: null },
  ])
  expect(seriesOf('volume', given, seen, NOW).map(({ value }) => value)).toEqual([null, 4, 0])
  const days = [{ day: DAY - 3, present: 1, expected: 4 }]
  expect(seriesOf('completeness', given, observed({ days }), NOW)).toEqual([
    { day: DAY - 5, value: null },
    { day: DAY - 4, value: null },
    { day: DAY - 3, value: 0.25 },
  ])
})

describe('a score', () => {
  const score = (given: object, seen: Observed) => scoreOf(slas(given), measures(slas(given), seen, NOW), seen, NOW)
  test('is 100 where everything is as promised', () => {
    const { score: points, parts } = score({ validity_share: 0.9 }, observed({ hours: [hour(1, { a: 95, r: 5 })] }))
    expect(points).toBe(100)
    expect(parts.map(({ part }) => part)).toEqual(['validity', 'duplicates', 'plausibility'])
    expect(parts[0]!.why).toBe('95 % of records were valid; 90 % are promised')
  })
  test('has no points of a part that is four times worse than is allowed', () => {
    const bad = score({ validity_share: 0.9 }, observed({ hours: [hour(1, { a: 60, r: 40 })] }))
    expect(bad.parts[0]).toMatchObject({ part: 'validity', points: 0, weight: 30 })
    expect(bad.score).toBe(40)
    const half = score({ validity_share: 0.9 }, observed({ hours: [hour(1, { a: 75, r: 25 })] }))
    expect(half.parts[0]!.points).toBe(15)
  })
  test('is its parts together, by their weights', () => {
    const { score: points, parts } = score({}, observed({ hours: [hour(1, { a: 900, d: 40, r: 60 }, { odd: 20 })] }))
    const judged = parts.filter((part) => part.points !== null)
    const sum = (key: 'points' | 'weight') => judged.reduce((sum, part) => sum + part[key]!, 0)
    expect(points).toBe(Math.round((sum('points') / sum('weight')) * 100))
    expect(points).toBeLessThan(80)
  })
  test('is none where there is too little to judge', () => {
    expect(score({ validity_share: 0.9 }, observed({ hours: [hour(1, { a: 3 })] }))).toMatchObject({
      score: null,
      records: 3,
    })
  })
  test('of several contracts has each with the weight of its records', () => {
    expect(
      scoreTogether([
        { score: 100, records: 300 },
        { score: 60, records: 100 },
        { score: null, records: 5 },
      ]),
    ).toBe(90)
    expect(scoreTogether([{ score: null, records: 0 }])).toBeNull()
    expect(scoreTogether([{ score: 70, records: 0 }])).toBe(70)
  })
})
