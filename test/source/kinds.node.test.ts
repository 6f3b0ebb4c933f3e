import fc from 'fast-check'
import { expect, test } from 'vitest'
import phone from '../../shared/providers/apple-health.ts'
import { normalizePayload } from '../../shared/source/normalize.ts'

/** Readings of a store come in any order, from several devices, across midnights: what they become does not depend on it. */
const BASE = Date.UTC(2024, 2, 30, 20)
const at = (minute: number) => new Date(BASE + minute * 60_000).toISOString()
const of = (resource: string, data: object) =>
  normalizePayload(phone, { resource, kind: 'push', body: JSON.stringify({ data }), user_id: 'u' })

interface Span {
  from: number
  minutes: number
  value: number
  device: 'watch' | 'phone' | 'app'
}
const SOURCES = {
  watch: { name: 'Watch', productType: 'Watch7,5' },
  phone: { name: 'iPhone', productType: 'iPhone15,2' },
  app: { name: 'Stepper', bundleIdentifier: 'org.example.stepper' },
}
const SPANS = fc.array(
  fc.record<Span>({
    from: fc.nat(900),
    minutes: fc.integer({ min: 1, max: 30 }),
    value: fc.integer({ min: 1, max: 300 }),
    device: fc.constantFrom('watch', 'phone', 'app'),
  }),
  { minLength: 1, maxLength: 25 },
)
const steps = (spans: Span[]) =>
  spans.map(({ from, minutes, value, device }) => ({
    type: 'HKQuantityTypeIdentifierStepCount',
    unit: 'count',
    value,
    startDate: at(from),
    endDate: at(from + minutes),
    source: SOURCES[device],
  }))
interface Day {
  summary_id: string
  data: { distance_data: { steps: number; detailed: { step_samples: { timestamp: string; steps: number }[] } } }
}
const daysOf = (spans: Span[]) => of('records', { records: steps(spans) }).records as unknown as Day[]
const sum = (spans: Span[]) => spans.reduce((all, { value }) => all + value, 0)

test('steps are never more than all devices told, nor less than the watch did', () => {
  fc.assert(
    fc.property(SPANS, (spans) => {
      const total = daysOf(spans).reduce((all, { data }) => all + data.distance_data.steps, 0)
      expect(total).toBeLessThanOrEqual(sum(spans))
      expect(total).toBeGreaterThanOrEqual(sum(spans.filter(({ device }) => device === 'watch')))
    }),
  )
})
test('running totals rise in time and end with the total', () => {
  fc.assert(
    fc.property(SPANS, (spans) => {
      for (const { data } of daysOf(spans)) {
        const samples = data.distance_data.detailed.step_samples
        for (const [i, sample] of samples.slice(1).entries()) {
          expect(Date.parse(sample.timestamp)).toBeGreaterThan(Date.parse(samples[i]!.timestamp))
          expect(sample.steps).toBeGreaterThanOrEqual(samples[i]!.steps)
        }
        expect(samples[0]!.steps).toBe(0)
        expect(samples.at(-1)!.steps).toBe(data.distance_data.steps)
      }
    }),
  )
})
test('a sleep is the same in whatever order its stages come', () => {
  const stages = fc.array(
    fc.record({
      from: fc.nat(400),
      minutes: fc.integer({ min: 1, max: 60 }),
      stage: fc.constantFrom('inBed', 'awake', 'core', 'deep', 'rem'),
      device: fc.constantFrom('watch' as const, 'phone' as const),
    }),
    { minLength: 1, maxLength: 15 },
  )
  const sleepsOf = (all: { from: number; minutes: number; stage: string; device: 'watch' | 'phone' }[]) =>
    of('sleep', {
      sleep: all.map(({ from, minutes, stage, device }) => ({
        stage,
        startDate: at(from),
        endDate: at(from + minutes),
        source: SOURCES[device],
      })),
    }).records.map(({ startAt, endAt, data }) => {
      const { asleep, awake, other } = (data as { sleep_durations_data: Record<string, Record<string, number>> })
        .sleep_durations_data
      return { startAt, endAt, asleep, awake, other }
    })
  fc.assert(
    fc.property(stages, (all) => {
      // Of one device the stage that begins later is on top; of two that begin together it is not said which.
      const apart = all.filter(
        (one, i) => all.findIndex(({ from, device }) => from === one.from && device === one.device) === i,
      )
      const sleeps = sleepsOf(apart)
      expect(sleepsOf(apart.toReversed())).toEqual(sleeps)
      for (const [i, { startAt, endAt, asleep, awake }] of sleeps.entries()) {
        const { duration_asleep_state_seconds: slept = 0 } = asleep ?? {}
        const { duration_awake_state_seconds: woke = 0 } = awake ?? {}
        expect(slept + woke).toBeLessThanOrEqual((endAt - startAt) / 1000)
        // An hour in which nothing is told lies between two.
        if (i > 0) expect(startAt - sleeps[i - 1]!.endAt).toBeGreaterThan(3_600_000)
      }
    }),
  )
})
