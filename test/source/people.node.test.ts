import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import provider from '../../shared/providers/sandbox.ts'
import { type DataType, SCHEMAS } from '../../shared/schema/data-types.ts'
import { normalizePayload } from '../../shared/source/normalize.ts'
import { ANOMALIES } from '../../shared/source/people/anomalies.ts'
import { Life } from '../../shared/source/people/life.ts'
import { balance, outline, weightOf } from '../../shared/source/people/outline.ts'
import { planOf, tokenOf } from '../../shared/source/people/plan.ts'
import { PRESETS } from '../../shared/source/people/presets.ts'
import { bodyOf, RESOURCES, sendings, truth } from '../../shared/source/people/sendings.ts'
import { slots } from '../../shared/source/people/slots.ts'
import { vitals } from '../../shared/source/people/vitals.ts'
import { strict } from '../providers/strict.ts'
import { fortnight } from './draw-fortnight.ts'

/** Anybody, on any day of ten years, with anything going wrong. */
const BEGINS = 20_454
const somebody = fc.record({
  person: fc.oneof(fc.string({ minLength: 1, maxLength: 20 }), fc.constantFrom(...Object.keys(PRESETS))),
  begins: fc.constant(BEGINS),
  anomalies: fc.subarray([...ANOMALIES]),
})
const anyDay = fc.integer({ min: BEGINS - 1_000, max: BEGINS + 2_000 })
const always = (holds: (life: Life, day: number) => void, numRuns = 300) =>
  fc.assert(
    fc.property(somebody, anyDay, (plan, day) => holds(new Life(plan), day)),
    { numRuns },
  )
const items = <T>(life: Life, day: number, resource: (typeof RESOURCES)[number]) => truth(life, day, resource) as T[]
const sum = (list: number[]) => list.reduce((total, one) => total + one, 0)

interface Sleep {
  nap: boolean
  start: string
  end: string
  stages: { stage: string; seconds: number }[]
  in_bed_seconds: number
  asleep_seconds: number
  heart_rate: { values: number[]; average: number; least: number }
}
interface Day {
  steps: number
  meters: number
  active_kcal: number
  basal_kcal: number
  total_kcal: number
  heart_rate: { values: (number | null)[]; average: number; least: number; most: number; resting: number }
  step_counts: { values: number[] }
}
interface Workout {
  start: string
  end: string
  seconds: number
  sport: string
  active_kcal: number
  steps?: number
  meters?: number
  heart_rate: { most: number; average: number }
  zones: number[]
  laps: { meters: number; seconds: number }[]
  samples: { seconds: number[]; heart_rate: number[]; meters?: number[]; position?: [number, number][] }
}
interface Food {
  kcal: number
  meals: { time: string; kcal: number; carbs_grams: number; protein_grams: number; fat_grams: number }[]
}

describe('a night', () => {
  test('is its stages, without a gap, and lies before its day begins and after the one before', () => {
    always((life, day) => {
      for (const sleep of items<Sleep>(life, day, 'sleeps')) {
        const [start, end] = [Date.parse(sleep.start), Date.parse(sleep.end)]
        expect(sum(sleep.stages.map(({ seconds }) => seconds))).toBe((end - start) / 1000)
        expect(sleep.in_bed_seconds).toBe((end - start) / 1000)
        expect(sleep.asleep_seconds).toBe(
          sum(sleep.stages.flatMap(({ stage, seconds }) => (stage === 'awake' ? [] : seconds))),
        )
        for (const [i, { stage, seconds }] of sleep.stages.entries()) {
          expect(seconds).toBeGreaterThan(0)
          expect(stage).not.toBe(sleep.stages[i + 1]?.stage)
        }
        if (sleep.nap) continue
        expect(end - start).toBeGreaterThanOrEqual(2 * 3_600_000)
        expect(end - start).toBeLessThanOrEqual(11 * 3_600_000)
        expect(start - outline(life, day - 1).wakeAt).toBeGreaterThan(5.9 * 3_600_000)
        expect(outline(life, day + 1).bedAt).toBeGreaterThan(end)
        expect(sleep.heart_rate.values).toHaveLength((end - start) / 300_000)
      }
    })
  })
  test('is quieter than the day', () => {
    always((life, day) => {
      const [night] = items<Sleep>(life, day, 'sleeps') as [Sleep]
      const [whole] = items<Day>(life, day, 'days') as [Day]
      expect(night.heart_rate.average).toBeLessThan(whole.heart_rate.average)
      expect(whole.heart_rate.least).toBeLessThanOrEqual(whole.heart_rate.resting + 8)
      expect(night.heart_rate.least).toBeGreaterThanOrEqual(whole.heart_rate.resting - 2)
    })
  })
})

describe('a day', () => {
  test('is the sum of its pieces, and as long as its clocks make it', () => {
    always((life, day) => {
      const [whole] = items<Day>(life, day, 'days') as [Day]
      expect(sum(whole.step_counts.values)).toBe(whole.steps)
      const { steps, sessions } = outline(life, day)
      expect(whole.steps).toBe(steps + sum(sessions.map((session) => session.steps)))
      expect(whole.active_kcal + whole.basal_kcal).toBe(whole.total_kcal)
      const pieces = (life.ends(day) - life.midnight(day)) / 300_000
      expect(whole.heart_rate.values).toHaveLength(pieces)
      if (!life.isTravelling(day)) expect([276, 288, 300]).toContain(pieces)
      expect(slots(life, day).filter(({ asleep, steps }) => asleep && steps > 0)).toEqual([])
      for (const beat of whole.heart_rate.values)
        if (beat !== null)
          expect(Math.abs(beat - (30 + life.person.maxHr) / 2)).toBeLessThanOrEqual((life.person.maxHr - 30) / 2)
      // No hour is told twice.
      expect(life.midnight(day + 1)).toBeGreaterThanOrEqual(life.ends(day))
    })
  })
  test('has 23 and 25 hours where clocks change', () => {
    const life = new Life({ person: 'marathon-runner', begins: BEGINS, anomalies: [] })
    const hours = (date: string) => {
      const day = Date.parse(date) / 86_400_000
      return (life.ends(day) - life.midnight(day)) / 3_600_000
    }
    expect([hours('2026-03-29'), hours('2026-10-25'), hours('2026-07-01')]).toEqual([23, 25, 24])
  })
  test('holds its workouts: their steps, energy, way and highest beat', () => {
    always((life, day) => {
      const [whole] = items<Day>(life, day, 'days') as [Day]
      const workouts = items<Workout>(life, day, 'workouts')
      expect(sum(workouts.map(({ steps = 0 }) => steps))).toBeLessThanOrEqual(whole.steps)
      expect(sum(workouts.map(({ active_kcal }) => active_kcal))).toBeLessThanOrEqual(whole.active_kcal)
      const onFoot = workouts.flatMap(({ steps, meters = 0 }) => (steps ? meters : []))
      expect(sum(onFoot)).toBeLessThanOrEqual(whole.meters)
      for (const workout of workouts) {
        const [start, end] = [Date.parse(workout.start), Date.parse(workout.end)]
        expect(workout.heart_rate.most).toBeLessThanOrEqual(whole.heart_rate.most)
        expect(start).toBeGreaterThan(outline(life, day).wakeAt)
        expect(end).toBeLessThanOrEqual(Math.min(outline(life, day + 1).bedAt, life.ends(day)))
        expect(sum(workout.zones)).toBe(workout.seconds)
        const { seconds, meters, position, heart_rate } = workout.samples
        expect(heart_rate).toHaveLength(seconds.length)
        expect(seconds.at(-1)).toBeLessThanOrEqual(workout.seconds)
        if (!meters) continue
        expect(meters.at(-1)).toBeCloseTo(workout.meters!, 0)
        expect(meters).toEqual(meters.toSorted((a, b) => a - b))
        expect(
          sum(workout.laps.map((lap) => lap.meters)) - (workout.laps.length > 0 ? workout.meters! : 0),
        ).toBeCloseTo(0, -0.5)
        if (position) expect(walked(position) / workout.meters!).toBeCloseTo(1, 1)
      }
    })
  })
  test('has meals that add up to what was eaten, while awake', () => {
    always((life, day) => {
      for (const food of items<Food>(life, day, 'food')) {
        expect(food.kcal).toBe(outline(life, day).intakeKcal)
        expect(sum(food.meals.map(({ kcal }) => kcal))).toBe(food.kcal)
        for (const { time, kcal, carbs_grams, protein_grams, fat_grams } of food.meals) {
          expect(Math.abs(4 * carbs_grams + 4 * protein_grams + 9 * fat_grams - kcal)).toBeLessThan(1)
          expect(Date.parse(time)).toBeGreaterThan(outline(life, day).wakeAt)
          expect(Date.parse(time)).toBeLessThan(outline(life, day + 1).bedAt)
        }
      }
    })
  })
})

describe('a body', () => {
  test('stays within what people are', () => {
    always((life, day) => {
      const { restingHr, hrvMs, bodyCelsius, oxygen, breaths } = vitals(life, day)
      for (const [value, least, most] of [
        [restingHr, 34, 110],
        [hrvMs, 8, 180],
        [bodyCelsius, 35.5, 39.5],
        [oxygen, 88, 100],
        [breaths, 10, 22],
        [weightOf(life, day), 38, 140],
        [outline(life, day).steps, 300, 30_000],
        [outline(life, day).intakeKcal, 500, 7_000],
      ] as const) {
        expect(value).toBeGreaterThanOrEqual(least)
        expect(value).toBeLessThanOrEqual(most)
      }
    })
  })
  test('weighs more in the morning after it ate more than it burned, as the memory of older days fades', () => {
    always((life, day) => {
      const { weightKg } = life.person
      const gained = weightOf(life, day + 1) - weightKg - (weightOf(life, day) - weightKg) * 0.976
      expect(Math.abs(gained - (balance(life, day) / 7700) * 0.976)).toBeLessThan(0.02)
    }, 100)
  })
  test('that is ill has a faster heart, less variability, a temperature, and rests', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.integer({ min: 0, max: 20 }), (person, fortnight) => {
        const [ill, well] = [['illness' as const], []].map(
          (anomalies) => new Life({ person, begins: BEGINS, anomalies }),
        )
        const day = BEGINS + 14 * fortnight + 9
        const [sick, fine] = [vitals(ill!, day), vitals(well!, day)]
        expect(sick.restingHr).toBeGreaterThan(fine.restingHr + 5)
        expect(sick.hrvMs).toBeLessThan(fine.hrvMs)
        expect(sick.bodyCelsius).toBeGreaterThan(fine.bodyCelsius + 1)
        expect(outline(ill!, day).steps).toBeLessThan(outline(well!, day).steps / 2)
        expect(outline(ill!, day).sessions).toEqual([])
        // Before and after they are the same.
        expect(outline(ill!, day - 7)).toEqual(outline(well!, day - 7))
      }),
      { numRuns: 100 },
    )
  })
  test('that has trained much more than usual rests less well', () => {
    const life = new Life({ person: 'marathon-runner', begins: BEGINS, anomalies: [] })
    const days = Array.from({ length: 400 }, (_, i) => BEGINS + i)
    const mean = (some: number[], of: (day: number) => number) => sum(some.map(of)) / some.length
    const hard = (day: number) => outline(life, day - 1).sessions.some(({ kcal }) => kcal > 900)
    const [after, else_] = [days.filter(hard), days.filter((day) => !hard(day))]
    expect(after.length).toBeGreaterThan(30)
    expect(mean(after, (day) => vitals(life, day).hrvMs)).toBeLessThan(mean(else_, (day) => vitals(life, day).hrvMs))
    expect(mean(after, (day) => vitals(life, day).restingHr)).toBeGreaterThan(
      mean(else_, (day) => vitals(life, day).restingHr),
    )
  })
})

describe('what is sent', () => {
  test('is the same whenever it is made, in order, and becomes valid records without a rest', () => {
    always((life, day) => {
      const sent = sendings(life, day)
      expect(sent).toEqual(sent.toSorted((a, b) => a.at - b.at))
      for (const one of sent) {
        const payload = { resource: one.resource, kind: 'push' as const, body: bodyOf(one), user_id: 'u' }
        const { records, quarantined } = normalizePayload(provider, payload)
        expect(quarantined).toEqual([])
        expect(records).toHaveLength(one.items.length)
        for (const { type, data } of records)
          expect(strict(SCHEMAS[type as DataType]).safeParse(data).error).toBeUndefined()
      }
    }, 60)
    fc.assert(
      fc.property(somebody, anyDay, (plan, day) => {
        // Asked for in another order, by another who knows nothing of it.
        const other = new Life(plan)
        sendings(other, day + 3)
        expect(sendings(other, day)).toEqual(sendings(new Life(plan), day))
      }),
      { numRuns: 60 },
    )
  })
  test('is all types of data, over all people', () => {
    const types = new Set<string>()
    for (const person of Object.keys(PRESETS)) {
      const life = new Life({ person, begins: BEGINS, anomalies: [] })
      for (const resource of RESOURCES) {
        const body = bodyOf({ at: 0, day: 0, resource, items: truth(life, BEGINS + 6, resource) })
        for (const { type } of normalizePayload(provider, { resource, kind: 'push', body, user_id: 'u' }).records)
          types.add(type)
      }
    }
    expect([...types].sort()).toEqual(Object.keys(SCHEMAS).sort())
  })
  test('is in the end the truth, but for days that are missing', () => {
    fc.assert(
      fc.property(somebody, (plan) => {
        const life = new Life(plan)
        const known = new Map<string, object>()
        for (let day = BEGINS; day < BEGINS + 14; day++)
          for (const { resource, items } of sendings(life, day))
            for (const item of items)
              known.set(
                `${resource}/${(item as { id?: string; date: string }).id ?? (item as { date: string }).date}`,
                item,
              )
        for (let day = BEGINS; day < BEGINS + 14; day++)
          for (const resource of RESOURCES.filter((name) => name !== 'profile'))
            for (const item of truth(life, day, resource)) {
              const key = `${resource}/${(item as { id?: string; date: string }).id ?? (item as { date: string }).date}`
              expect(known.get(key)).toEqual(plan.anomalies.includes('gaps') && day === BEGINS + 6 ? undefined : item)
            }
      }),
      { numRuns: 25 },
    )
  })
})

test('a plan is what its token says, and a token of others is none', () => {
  const plan = { person: 'Zoë', account: 'a', begins: BEGINS, history_days: 3, live: 60, anomalies: ['late' as const] }
  expect(planOf(tokenOf(plan))).toEqual(plan)
  for (const token of ['', 'x', 'synthetic.', 'synthetic.e30=', `${tokenOf(plan)}x%`.slice(3)])
    expect(planOf(token)).toBeUndefined()
})

test('the picture of a fortnight is of these people', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/sandbox-fortnight.svg'), 'utf8')).toBe(fortnight())
})

test('people are made faster than anybody reads of them', () => {
  const life = new Life({ person: 'marathon-runner', begins: BEGINS, anomalies: [] })
  for (let day = 0; day < 30; day++) sendings(life, BEGINS + day)
  const began = performance.now()
  for (let day = 0; day < 100; day++) sendings(life, BEGINS + 100 + day).map(bodyOf)
  const perSecond = 100_000 / (performance.now() - began)
  if (process.env.SHOW) console.log(`${Math.round(perSecond)} person-days a second`)
  expect(perSecond).toBeGreaterThan(20)
})

/** Metres along a line of degrees. */
function walked(line: [number, number][]): number {
  const rad = Math.PI / 180
  return sum(
    line.slice(1).map(([lat, lng], i) => {
      const [before, east] = line[i]!
      return 6_371_000 * Math.hypot((lat - before) * rad, (lng - east) * rad * Math.cos(lat * rad))
    }),
  )
}
