import { describe, expect, test } from 'vitest'
import { shaped } from '../../shared/delivery/shape.ts'
import { delivery } from './leases.ts'

const DAY = {
  metadata: { start_time: '2026-07-01T00:00:00.000000+02:00', end_time: '2026-07-02T00:00:00.000000+02:00' },
  distance_data: { steps: 8_000, distance_meters: 6_100 },
  heart_rate_data: {
    summary: { avg_hr_bpm: 61, resting_hr_bpm: 52 },
    detailed: { hr_samples: [{ timestamp: '2026-07-01T08:00:00.000000+02:00', bpm: 60, context: 0 }] },
  },
}
const text = JSON.stringify(DAY)
const of = (settings: Parameters<typeof delivery>[0]) => JSON.parse(shaped('daily', text, delivery(settings)))

describe('a record as a destination wants it', () => {
  test('that takes all gets the very text that is kept', () => {
    expect(shaped('daily', text, delivery())).toBe(text)
  })
  test('keeps only the sections that are named, and what identifies it', () => {
    expect(of({ fields: { only: { daily: ['distance_data.steps', 'heart_rate_data.summary'] } } })).toEqual({
      metadata: DAY.metadata,
      distance_data: { steps: 8_000 },
      heart_rate_data: { summary: DAY.heart_rate_data.summary },
    })
  })
  test('goes without what is named, inside lists too', () => {
    const { bpm: _, ...sample } = DAY.heart_rate_data.detailed.hr_samples[0]!
    expect(of({ fields: { without: { '*': ['heart_rate_data.detailed.hr_samples.bpm', 'distance_data'] } } })).toEqual({
      metadata: DAY.metadata,
      heart_rate_data: { ...DAY.heart_rate_data, detailed: { hr_samples: [sample] } },
    })
  })
  test('never goes without what identifies it', () => {
    expect(of({ fields: { without: { daily: ['metadata', 'metadata.start_time'] } } })).toEqual(DAY)
  })
  test('of a type that is not named stays whole', () => {
    expect(of({ fields: { only: { sleep: [] } } })).toEqual(DAY)
  })
  test('is shorter by its samples and by its fields at once', () => {
    expect(of({ with_samples: false, fields: { without: { daily: ['distance_data'] } } })).toEqual({
      metadata: DAY.metadata,
      heart_rate_data: { summary: DAY.heart_rate_data.summary, detailed: {} },
    })
  })
})
