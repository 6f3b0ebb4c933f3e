import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../shared/base/time.ts'
import type { NormalizedRecord } from '../../shared/source/record.ts'
import { quantileSeconds } from '../../shared/supply/ages.ts'
import { Slas } from '../../shared/supply/document.ts'
import type { OutcomeCode } from '../../shared/supply/outcome.ts'
import { problem } from '../../shared/supply/problem.ts'
import {
  AGE_EDGES_MS,
  addCounters,
  addToTally,
  countersOf,
  newTally,
  noCounters,
  OTHERS,
  recordsOf,
} from '../../shared/supply/tally.ts'

const NOW = Date.parse('2051-03-04T10:00:00Z')
const DAY = Math.floor(NOW / 86_400_000)
const document = { name: 'nights', version: '1.2', slas: Slas.parse({ freshness_p95_seconds: 3_600 }) }
const tally = (origin: 'live' | 'backfill' = 'live') =>
  newTally({ contract_id: 'ctr_1', document }, { receivedAt: NOW, origin })
const record = (more: Partial<NormalizedRecord> = {}): NormalizedRecord => ({
  ...{ type: 'daily', summary_id: '2051-03-04', part: 'x', startAt: NOW - 10 * HOUR_MS, endAt: NOW - 30 * MINUTE_MS },
  data: { metadata: { start_time: '2051-03-04T00:00:00.000000+02:00', end_time: '2051-03-05T00:00:00.000000+02:00' } },
  ...more,
})

describe('a tally', () => {
  test('counts each record once by its outcome, and what it became by type', () => {
    const one = tally()
    addToTally(one, {
      outcome: 'a',
      subject: 7,
      became: [
        { record: record(), outcome: 'a' },
        { record: record({ type: 'sleep' }), outcome: 'd' },
      ],
    })
    addToTally(one, { outcome: 'r', problems: [problem('/a', 'required', 'a number', 'missing')] })
    addToTally(one, {
      outcome: 'q',
      reason: 'no_consent',
      problems: [problem('', 'no_consent', 'a consent', 'object')],
    })
    expect(one).toMatchObject({
      contract: 'nights@1.2',
      outcomes: { a: 1, r: 1, q: 1 },
      types: { daily: { a: 1 }, sleep: { d: 1 } },
      rules: { 'required /a': 1 },
      reasons: { no_consent: 1 },
    })
    expect(recordsOf(one)).toBe(3)
  })
  test('counts a rule once a record, and elements of a list as one place', () => {
    const one = tally()
    const problems = ['/beats/0/bpm', '/beats/17/bpm', '/beats/1'].map((at) => problem(at, 'maximum', 'less', 'number'))
    addToTally(one, { outcome: 'r', problems })
    expect(one.rules).toEqual({ 'maximum /beats/*/bpm': 1, 'maximum /beats/*': 1 })
  })
  test('keeps a bounded number of names, whatever they are, and loses no count', () => {
    const names = fc.array(fc.oneof(fc.constant('__proto__'), fc.constant('constructor'), fc.string()), {
      maxLength: 300,
    })
    fc.assert(
      fc.property(names, (unread) => {
        const one = tally()
        for (const path of unread) addToTally(one, { outcome: 'a', unread: [path] })
        expect(Object.keys(one.unread).length).toBeLessThanOrEqual(41)
        expect(Object.values(one.unread).reduce((sum, times) => sum + times, 0)).toBe(unread.length)
        expect(one.drifted).toBe(unread.length)
      }),
    )
    const many = tally()
    for (let i = 0; i < 100; i++) addToTally(many, { outcome: 'a', unread: [`p${i}`] })
    expect(many.unread[OTHERS]).toBe(60)
  })
  test('notes on which local days a subject has data: of a sleep, the one it ended on', () => {
    const one = tally()
    const became = (more: Partial<NormalizedRecord>) => [{ record: record(more), outcome: 'a' as const }]
    addToTally(one, { outcome: 'a', subject: 7, became: became({}) })
    addToTally(one, { outcome: 'd', subject: 7, became: became({}) })
    addToTally(one, { outcome: 'a', subject: 9, became: became({ type: 'sleep' }) })
    addToTally(one, { outcome: 'a', subject: 9, became: became({ data: undefined }) })
    addToTally(one, {
      outcome: 'a',
      subject: 9,
      became: became({ data: { metadata: { start_time: '2031-01-01T00:00:00.000000+00:00' } } }),
    })
    expect(one.days).toEqual({ daily: { [DAY]: [7] }, sleep: { [DAY + 1]: [9] } })
  })
  test('counts the age of new live data, and what is older than promised', () => {
    const one = tally()
    const aged = (minutes: number, outcome: OutcomeCode = 'a') =>
      addToTally(one, { outcome, became: [{ record: record({ endAt: NOW - minutes * MINUTE_MS }), outcome }] })
    aged(-60)
    aged(30)
    aged(60)
    aged(61)
    aged(500_000)
    aged(500_000, 'd')
    aged(500_000, 'u')
    expect(one.ages.reduce((sum, times) => sum + times, 0)).toBe(5)
    expect([one.ages[0], one.ages.at(-1), one.late]).toEqual([1, 1, 2])
    const past = tally('backfill')
    addToTally(past, { outcome: 'a', became: [{ record: record({ endAt: 0 }), outcome: 'a' }] })
    expect(past.late).toBe(0)
    expect(past.ages.every((times) => times === 0)).toBe(true)
  })
})

test('counters add up to the same in whatever parts they come', () => {
  const outcome = fc.constantFrom<OutcomeCode>('a', 'u', 'd', 'r', 'q')
  const counted = fc.record({ outcome, unread: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }) })
  fc.assert(
    fc.property(fc.array(fc.tuple(counted, fc.nat(4)), { maxLength: 60 }), (records) => {
      const whole = tally()
      const parts = [0, 1, 2, 3, 4].map(() => tally())
      for (const [one, part] of records) for (const to of [whole, parts[part]!]) addToTally(to, one)
      const sum = noCounters()
      for (const part of parts) addCounters(sum, countersOf(part))
      expect(sum).toEqual(countersOf(whole))
      expect(recordsOf(sum)).toBe(records.length)
    }),
  )
})

describe('a quantile of ages', () => {
  test('lies in the class that holds it', () => {
    const ages = (...minutes: number[]) => {
      const classes = noCounters().ages
      for (const one of minutes) classes[AGE_EDGES_MS.findIndex((edge) => one * MINUTE_MS < edge)]!++
      return classes
    }
    expect(quantileSeconds(noCounters().ages, 0.95)).toBeNull()
    expect(quantileSeconds(ages(0.5, 0.5, 0.5, 40), 0.5)).toBe(40)
    expect(quantileSeconds(ages(40, 40), 0.95)).toBe(1_800 + 1_800 * 0.95)
    expect(quantileSeconds(ages(...Array(95).fill(3), ...Array(5).fill(600)), 0.95)).toBe(300)
  })
  test('beyond the last edge is the last edge', () => {
    const ages = noCounters().ages
    ages[ages.length - 1] = 3
    expect(quantileSeconds(ages, 0.95)).toBe(30 * 86_400)
  })
})
