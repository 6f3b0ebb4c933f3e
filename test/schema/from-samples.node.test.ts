import fc from 'fast-check'
import { expect, test } from 'vitest'
import phone from '../../shared/providers/apple-health.ts'
import { mergeRecord } from '../../shared/schema/merge.ts'
import { normalizePayload } from '../../shared/source/normalize.ts'

/** What a phone sends in one batch or in several is one day. */
interface Walk {
  minute: number
  steps: number
}
const reading = ({ minute, steps }: Walk) => ({
  id: `walk-${minute}`,
  type: 'HKQuantityTypeIdentifierStepCount',
  unit: 'count',
  value: steps,
  startDate: `2024-03-05T${clock(minute)}:00Z`,
  endDate: `2024-03-05T${clock(minute + 1)}:00Z`,
})
const clock = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
const day = (walks: Walk[]): object => {
  const body = JSON.stringify({ data: { records: walks.map(reading) } })
  const { records } = normalizePayload(phone, { resource: 'records', kind: 'push', body, user_id: 'u' })
  return records[0]!.data!
}
const WALKS = fc.uniqueArray(fc.record({ minute: fc.nat(1400), steps: fc.integer({ min: 1, max: 200 }) }), {
  minLength: 2,
  maxLength: 30,
  selector: ({ minute }) => minute,
})

test('a day in two batches is the day in one, whichever comes first', () => {
  fc.assert(
    fc.property(WALKS, fc.nat(28), (walks, cut) => {
      const [some, others] = [
        walks.slice(0, 1 + (cut % (walks.length - 1))),
        walks.slice(1 + (cut % (walks.length - 1))),
      ]
      const whole = day(walks) as { distance_data: object }
      const merged = mergeRecord(day(some), day(others)) as { distance_data: object }
      expect(merged.distance_data).toEqual(whole.distance_data)
      expect(mergeRecord(day(others), day(some))).toHaveProperty('distance_data', whole.distance_data)
    }),
  )
})
test('a batch that comes again changes nothing', () => {
  fc.assert(
    fc.property(WALKS, (walks) => {
      const whole = day(walks)
      expect(mergeRecord(whole, day(walks))).toEqual(whole)
      expect(mergeRecord(whole, day(walks.slice(1)))).toEqual(whole)
    }),
  )
})
test('a figure of the source itself is not counted anew', () => {
  const older = { metadata: {}, calories_data: { net_activity_calories: 500, calorie_samples: [sample('10', 100)] } }
  const newer = { metadata: {}, calories_data: { net_activity_calories: 520, calorie_samples: [sample('11', 20)] } }
  expect(mergeRecord(older, newer)).toHaveProperty('calories_data.net_activity_calories', 520)
})
test('heart rates of the afternoon change the average of the day', () => {
  const part = (hour: string, bpm: number) => ({
    metadata: {},
    heart_rate_data: {
      summary: { avg_hr_bpm: bpm, min_hr_bpm: bpm, max_hr_bpm: bpm },
      detailed: { hr_samples: [{ timestamp: `2024-03-05T${hour}:00:00.000000+00:00`, bpm }] },
    },
  })
  expect(mergeRecord(part('09', 60), part('15', 90))).toHaveProperty('heart_rate_data.summary', {
    avg_hr_bpm: 75,
    min_hr_bpm: 60,
    max_hr_bpm: 90,
  })
})
test('of a time that two parts tell of, the later part counts, and not both', () => {
  const totals = (from: string, to: string, steps: number) => ({
    metadata: {},
    distance_data: { steps, detailed: { step_samples: [total(from, 0), total(to, steps)] } },
  })
  expect(mergeRecord(totals('10', '12', 300), totals('11', '13', 250))).toHaveProperty('distance_data.steps', 250)
})
const sample = (hour: string, calories: number) => ({ timestamp: `2024-03-05T${hour}:00:00.000000+00:00`, calories })
const total = (hour: string, steps: number) => ({ timestamp: `2024-03-05T${hour}:00:00.000000+00:00`, steps })
