import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SAMPLE_PATHS, withoutSamples } from '../../shared/schema/sample-paths.ts'
import { digest, ourShapes, publishedShapes } from './reference.ts'

const directory = join(process.env.REFERENCE_DIR ?? '', 'specs/schemas')
const published = process.env.REFERENCE_DIR && existsSync(directory) ? publishedShapes(directory) : undefined
const DIGEST = new URL('../fixtures/schema-digest.json', import.meta.url)

describe('the schema against the published one', () => {
  test('the published schemas are there in CI', () => {
    if (process.env.CI)
      expect(published, `REFERENCE_DIR=${process.env.REFERENCE_DIR ?? ''} holds specs/schemas`).toBeDefined()
    else if (!published) console.warn('REFERENCE_DIR is not set: the schema is held against its checked-in digest only')
  })

  test('every type has the published fields with their kinds, and every code, both ways', () => {
    const ours = ourShapes()
    if (published) expect(ours).toEqual(published)
    expect(digest(ours)).toEqual(JSON.parse(readFileSync(DIGEST, 'utf8')))
  })

  test('a field that is renamed, made optional or given another kind is noticed', () => {
    const ours = ourShapes()
    const changes = [
      { ...ours.SleepMetadata, start_time: 'string' },
      { ...ours.SleepMetadata, is_nap: 'string' },
      Object.fromEntries(Object.entries(ours.SleepMetadata!).filter(([field]) => field !== 'summary_id')),
    ]
    for (const SleepMetadata of changes) expect(digest({ ...ours, SleepMetadata })).not.toEqual(digest(ours))
  })
})

describe('samples', () => {
  test('are found in every type that has them', () => {
    expect(SAMPLE_PATHS.sleep).toContain('sleep_durations_data.hypnogram_samples')
    expect(SAMPLE_PATHS.daily).toContain('heart_rate_data.detailed.hr_samples')
    expect(SAMPLE_PATHS.activity).toContain('position_data.position_samples')
    expect(SAMPLE_PATHS.body).toContain('glucose_data.blood_glucose_samples')
  })
  test('can be left out, and nothing else goes', () => {
    const record = {
      metadata: { start_time: 'x' },
      heart_rate_data: { summary: { avg_hr_bpm: 60 }, detailed: { hr_samples: [{ timestamp: 't', bpm: 1 }] } },
    }
    expect(withoutSamples('daily', record)).toEqual({
      metadata: { start_time: 'x' },
      heart_rate_data: { summary: { avg_hr_bpm: 60 }, detailed: {} },
    })
  })
  test('laps, meals and tags are the record itself', () => {
    expect(Object.values(SAMPLE_PATHS).flat().join()).not.toMatch(/laps|meals|tags/)
  })
})
