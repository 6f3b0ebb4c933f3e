import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  isOver,
  SYNTHETIC_TYPES,
  type SyntheticCursor,
  type SyntheticPlan,
  SyntheticStream,
  type SyntheticType,
} from '../../shared/streaming/synthetic.ts'

/** A synthetic body can be asked anew for any moment, and is one that could be. */

const START = Date.UTC(2026, 10, 27, 9)
const FIRST: SyntheticCursor = { tick: 0, frames: 0 }
const planOf = (more: Partial<SyntheticPlan> = {}): SyntheticPlan => ({
  seed: 'somebody',
  startAt: START,
  endAt: START + 3_600_000,
  types: [...SYNTHETIC_TYPES],
  hz: 1,
  ...more,
})
interface Told {
  ts: string
  val: number
  d?: number[]
}
function allOf(plan: SyntheticPlan) {
  const { samples, next } = new SyntheticStream(plan).due(FIRST, plan.endAt, Number.POSITIVE_INFINITY)
  expect(isOver(plan, next)).toBe(true)
  return samples
}
const ofType = (plan: SyntheticPlan, type: SyntheticType): Told[] =>
  allOf(plan)
    .filter(({ t }) => t === type)
    .map(({ d }) => JSON.parse(d) as Told)

describe('a synthetic stream', () => {
  test('is the same however it is cut', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom(0.2, 1, 3, 10),
        fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 50 }),
        (seed, hz, steps, most) => {
          const plan = planOf({ seed, hz, endAt: START + 30_000 })
          const samples = []
          let cursor = FIRST
          let now = START
          for (const step of [...steps, 60_000]) {
            now += step
            for (;;) {
              // Made anew each time, as after a restart.
              const { samples: some, next } = new SyntheticStream(plan).due(cursor, now, most)
              if (next.tick === cursor.tick) break
              samples.push(...some)
              cursor = next
            }
          }
          expect(samples).toEqual(allOf(plan))
          expect(cursor.frames).toBe(samples.length)
        },
      ),
      { numRuns: 15 },
    )
  })
  test('has so many frames a second of each type, each with its time, and none at its end', () => {
    for (const hz of [0.2, 0.7, 1, 10]) {
      const beats = ofType(planOf({ hz, endAt: START + 10_000, types: ['HEART_RATE'] }), 'HEART_RATE')
      expect(beats).toHaveLength(Math.ceil(10 * hz))
      expect(beats[0]!.ts).toBe('2026-11-27T09:00:00.000+00:00')
      expect(Date.parse(beats.at(-1)!.ts)).toBeLessThan(START + 10_000)
    }
  })
  test('is another for another user', () => {
    const rates = ['one', 'other'].map((seed) => ofType(planOf({ seed }), 'HEART_RATE').map(({ val }) => val))
    expect(rates[0]).not.toEqual(rates[1])
  })
  test.each(['somebody', 'somebody else', 'a third'])('of %s is of a body that could be', (seed) => {
    const plan = planOf({ seed })
    const rates = ofType(plan, 'HEART_RATE').map(({ val }) => val)
    expect(Math.min(...rates)).toBeGreaterThan(45)
    expect(Math.max(...rates)).toBeLessThan(205)
    expect(Math.max(...rates) - Math.min(...rates)).toBeGreaterThan(30)
    // A heart does not jump.
    for (const [i, rate] of rates.entries()) expect(Math.abs(rate - (rates[i - 1] ?? rate))).toBeLessThan(6)
    const speeds = ofType(plan, 'SPEED').map(({ val }) => val)
    const cadences = ofType(plan, 'STEPS_CADENCE').map(({ val }) => val)
    expect(Math.max(...speeds)).toBeLessThan(5)
    for (const [i, speed] of speeds.entries()) if (cadences[i] === 0) expect(speed).toBeLessThan(0.2)
    for (const type of ['STEPS', 'DISTANCE', 'CALORIES'] as const) {
      const totals = ofType(plan, type).map(({ val }) => val)
      for (const [i, total] of totals.entries()) expect(total).toBeGreaterThanOrEqual(totals[i - 1] ?? 0)
    }
    // What is counted is what the rates come to.
    const sum = (values: number[]) => values.reduce((all, value) => all + value, 0)
    expect(ofType(plan, 'DISTANCE').at(-1)!.val / sum(speeds)).toBeCloseTo(1, 1)
    expect(ofType(plan, 'STEPS').at(-1)!.val / sum(cadences)).toBeCloseTo(1, 1)
    expect(correlation(rates, speeds)).toBeGreaterThan(0.5)
  })
  test('has the beats that its rate comes to, each as long as they are apart', () => {
    const plan = planOf({ endAt: START + 600_000 })
    const intervals = ofType(plan, 'RR_INTERVAL').flatMap(({ val, d }) => d ?? [val])
    const rates = ofType(plan, 'HEART_RATE').map(({ val }) => val)
    const beats = rates.reduce((all, rate) => all + rate / 60, 0)
    expect(intervals.length / beats).toBeCloseTo(1, 1)
    expect(intervals.reduce((all, one) => all + one, 0) / 600_000).toBeCloseTo(1, 1)
    for (const interval of intervals)
      expect(Number.isInteger(interval) && interval > 250 && interval < 1_500).toBe(true)
    expect(new Set(intervals).size).toBeGreaterThan(20)
  })
})

function correlation(a: number[], b: number[]): number {
  const mean = (values: number[]) => values.reduce((all, value) => all + value, 0) / values.length
  const [ma, mb] = [mean(a), mean(b)]
  const cov = mean(a.map((value, i) => (value - ma) * (b[i]! - mb)))
  const deviation = (values: number[], m: number) => Math.sqrt(mean(values.map((value) => (value - m) ** 2)))
  return cov / (deviation(a, ma) * deviation(b, mb))
}
