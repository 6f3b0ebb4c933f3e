import fc from 'fast-check'
import type { Explanation } from '../../../shared/schema/person/explain.ts'
import { DEFAULT_RULES, type MergeRules, type Source } from '../../../shared/schema/person/rules.ts'

/** Arbitrary people with several connections, for properties of the merged view. */

export const source = (n: number, more: Partial<Source> = {}): Source => ({
  user_id: `user-${n}`,
  provider: `PROVIDER${n}`,
  category: 'wearable',
  connectedAt: n,
  ...more,
})

/** Whose a dotted path is: the nearest place above it that is named. */
export function ownerOf({ fields }: Explanation, path: string) {
  const names = path.split('.')
  return names.map((_, i) => fields[`/${names.slice(0, names.length - i).join('/')}`]).find(Boolean)
}

export const DAY = '2026-07-01'
/** `minute` of the day. */
export const at = (minute: number, day = DAY): string =>
  `${new Date(Date.parse(`${day}T00:00:00Z`) + minute * 60_000).toISOString().slice(0, 19)}.000000+02:00`

const value = fc.integer({ min: 1, max: 1_000_000 })
const series = (name: string) =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: 1_439 }), { maxLength: 6 })
    .chain((minutes) =>
      fc.tuple(...minutes.map((minute) => value.map((one) => ({ timestamp: at(minute), [name]: one })))),
    )
const some = <T>(shape: Record<string, fc.Arbitrary<T>>) => fc.record(shape, { requiredKeys: [] })

const dayBody = fc.record(
  {
    distance_data: fc.record(
      {
        steps: value,
        distance_meters: value,
        floors_climbed: value,
        elevation: some({ gain_actual_meters: value }),
        detailed: fc.record({ step_samples: series('steps') }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    ),
    calories_data: some({
      total_burned_calories: value,
      net_activity_calories: value,
      BMR_calories: fc.constant(null),
    }),
    heart_rate_data: fc.record(
      {
        summary: some({ avg_hr_bpm: value, max_hr_bpm: value, resting_hr_bpm: value, avg_hrv_rmssd: value }),
        detailed: fc.record({ hr_samples: series('bpm') }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    ),
    scores: some({ recovery: value, sleep: value }),
  },
  { requiredKeys: [] },
)
const metadata = { start_time: at(0), end_time: at(1_440), upload_type: 1 }

/** A day as up to five connections tell of it. */
export const days = fc
  .array(dayBody, { minLength: 1, maxLength: 5 })
  .map((bodies) => bodies.map((body, n) => ({ source: source(n), record: { metadata, ...body } })))

/** Sessions of up to four connections within a day. */
export const sessions = fc
  .array(
    fc.record({
      who: fc.integer({ min: 0, max: 3 }),
      start: fc.integer({ min: 0, max: 300 }),
      minutes: fc.integer({ min: 1, max: 120 }),
      body: some({ calories_data: fc.record({ total_burned_calories: value }) }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((all) =>
    all.map(({ who, start, minutes, body }, n) => ({
      source: source(who),
      record: {
        metadata: { summary_id: `s${n}`, start_time: at(start), end_time: at(start + minutes), type: 8 },
        ...body,
      },
    })),
  )

const priorities = fc.dictionary(
  fc.constantFrom('*', 'daily', 'daily.heart_rate_data', 'daily.distance_data', 'activity'),
  fc.shuffledSubarray(['PROVIDER0', 'PROVIDER1', 'PROVIDER2', 'PROVIDER3', 'PROVIDER4']),
)
export const rules: fc.Arbitrary<MergeRules> = fc.record({
  priorities,
  samples: fc.constantFrom('best' as const, 'fill' as const),
  gap_seconds: fc.integer({ min: 60, max: 7_200 }),
  overlap: fc.constant(DEFAULT_RULES.overlap),
})
