import { describe, expect, test } from 'vitest'
import { SAMPLE_PATHS, withoutSamples } from '../../shared/schema/sample-paths.ts'

describe('samples', () => {
  test('are found in every type that has them', () => {
    expect(SAMPLE_PATHS.sleep).toContain('sleep_durations_data.hypnogram_samples')
    expect(SAMPLE_PATHS.daily).toContain('heart_rate_data.detailed.hr_samples')
    expect(SAMPLE_PATHS.daily).toContain('stress_data.samples')
    expect(SAMPLE_PATHS.activity).toContain('position_data.position_samples')
    expect(SAMPLE_PATHS.body).toContain('glucose_data.blood_glucose_samples')
    expect(SAMPLE_PATHS.body).toContain('heart_data.ecg_signal')
    expect(SAMPLE_PATHS.menstruation).toEqual(['menstruation_data.menstruation_flow'])
    expect(SAMPLE_PATHS.nutrition).toEqual(['drink_samples'])
    expect(SAMPLE_PATHS.athlete).toEqual([])
  })
  test('are not laps, meals, tags, phases, measurements or lists without a time', () => {
    const names = Object.values(SAMPLE_PATHS)
      .flat()
      .map((path) => path.split('.').at(-1))
    for (const name of ['laps', 'meals', 'tags', 'intervals', 'measurements', 'hr_zone_data', 'other_devices'])
      expect(names).not.toContain(name)
    expect(names).not.toContain('daily_patterns')
    expect(names).not.toContain('TSS_samples')
  })
  test('can be left out, nothing else goes, and what was given stays', () => {
    const record = {
      metadata: { start_time: 'x' },
      stress_data: null,
      heart_rate_data: { summary: { avg_hr_bpm: 60 }, detailed: { hr_samples: [{ timestamp: 't', bpm: 1 }] } },
    }
    const before = structuredClone(record)
    expect(withoutSamples('daily', record)).toEqual({
      metadata: { start_time: 'x' },
      stress_data: null,
      heart_rate_data: { summary: { avg_hr_bpm: 60 }, detailed: {} },
    })
    expect(record).toEqual(before)
  })
})
