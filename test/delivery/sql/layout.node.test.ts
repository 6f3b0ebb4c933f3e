import { describe, expect, test } from 'vitest'
import { RECORD_TABLES, SAMPLES, TYPED } from '../../../shared/delivery/sql/layout.ts'
import { dateOf, instantOf, utcOffsetOf } from '../../../shared/delivery/sql/moment.ts'
import { queriedColumn } from '../../../shared/delivery/sql/queried.ts'
import { SAMPLE_LISTS, samplesOf } from '../../../shared/delivery/sql/samples.ts'

describe('the tables', () => {
  test('are one per type of data, keyed by user and summary', () => {
    expect(Object.keys(RECORD_TABLES).sort()).toEqual(
      ['activity', 'athlete', 'body', 'daily', 'menstruation', 'nutrition', 'sleep'].sort(),
    )
    for (const table of Object.values(RECORD_TABLES)) expect(table.key).toEqual(['user_id', 'summary_id'])
  })
  test('have each column once, under a name that needs no quotes', () => {
    for (const { name, columns, key } of TYPED.tables) {
      const names = columns.map((column) => column.name)
      expect(new Set(names).size, name).toBe(names.length)
      for (const one of [name, ...names]) expect(one).toMatch(/^[a-z][a-z0-9_]{0,40}$/)
      expect(names).toEqual(expect.arrayContaining(key))
    }
  })
  test('take the kind of a column from the schema', () => {
    const types = Object.fromEntries(RECORD_TABLES.daily.columns.map(({ name, type }) => [name, type]))
    expect(types).toMatchObject({
      steps: 'bigint',
      distance_meters: 'double',
      upload_type: 'int',
      device_name: 'text',
      record: 'json',
      local_date: 'date',
      start_time: 'instant',
    })
    expect(RECORD_TABLES.sleep.columns.find(({ name }) => name === 'is_nap')!.type).toBe('boolean')
  })
  test('cannot have a column of a field that the schema does not have', () => {
    expect(() => queriedColumn('daily', 'steps', 'distance_data.summary.steps')).toThrow(
      'daily has no distance_data.summary.steps',
    )
    expect(() => queriedColumn('daily', 'hr', 'heart_rate_data.summary')).toThrow('no single value')
    expect(() => queriedColumn('daily', 'hr', 'heart_rate_data.detailed.hr_samples')).toThrow('no single value')
  })
  test('know scores from what a provider measured', () => {
    const scores = (type: 'daily' | 'sleep' | 'activity') =>
      RECORD_TABLES[type].columns.filter(({ score }) => score).map(({ name }) => name)
    expect(scores('daily')).toContain('recovery_score')
    expect(scores('daily')).toContain('immune_index')
    expect(scores('sleep')).toContain('readiness_score')
    expect(scores('activity')).toContain('trimp_score')
    expect(scores('daily')).not.toContain('avg_stress_level')
  })
})

describe('readings', () => {
  test('of one number are a value, others are kept whole', () => {
    const lists = samplesOf('body', {
      heart_data: {
        heart_rate_data: {
          detailed: {
            hr_samples: [
              { timestamp: '2026-07-01T08:00:00.000000+02:00', bpm: 61 },
              { timestamp: '2026-07-01T08:01:00.000000+02:00', bpm: 62, context: 1, timer_duration_seconds: 60 },
            ],
          },
        },
      },
      blood_pressure_data: {
        blood_pressure_samples: [{ timestamp: '2026-07-01T08:00:00.123456+05:30', systolic_bp: 120, diastolic_bp: 80 }],
      },
    })
    expect(lists).toEqual({
      'heart_data.heart_rate_data.detailed.hr_samples': [
        ['2026-07-01T06:00:00.000000Z', 61, null],
        ['2026-07-01T06:01:00.000000Z', 62, { context: 1, timer_duration_seconds: 60 }],
      ],
      'blood_pressure_data.blood_pressure_samples': [
        ['2026-07-01T02:30:00.123456Z', null, { systolic_bp: 120, diastolic_bp: 80 }],
      ],
    })
  })
  test('that are codes are values: stages of sleep', () => {
    const sleep = {
      sleep_durations_data: { hypnogram_samples: [{ timestamp: '2026-07-01T01:00:00.000000', level: 5 }] },
    }
    expect(samplesOf('sleep', sleep)).toEqual({
      'sleep_durations_data.hypnogram_samples': [['2026-07-01T01:00:00.000000Z', 5, null]],
    })
  })
  test('have a time in every list', () => {
    for (const list of Object.values(SAMPLE_LISTS).flat()) expect(list.time, list.path).toBeTypeOf('string')
    expect(SAMPLES.key).toEqual(['user_id', 'type', 'summary_id', 'path', 'position'])
  })
  test('whose time cannot be read keep its text', () => {
    const sleep = { sleep_durations_data: { hypnogram_samples: [{ timestamp: 'noon', level: 5 }] } }
    expect(Object.values(samplesOf('sleep', sleep))).toEqual([[[null, 5, { timestamp: 'noon' }]]])
  })
})

describe('a time', () => {
  test('keeps its moment, its day on the wall and its offset', () => {
    const text = '2026-07-01T00:30:00.123456+02:00'
    expect(instantOf(text)).toBe('2026-06-30T22:30:00.123456Z')
    expect(dateOf(text)).toBe('2026-07-01')
    expect(utcOffsetOf(text)).toBe(120)
    expect(utcOffsetOf('2026-07-01T00:30:00.000000-09:30')).toBe(-570)
  })
  test('without an offset is read as UTC and has none', () => {
    expect(instantOf('2026-07-01T00:30:00.000000')).toBe('2026-07-01T00:30:00.000000Z')
    expect(utcOffsetOf('2026-07-01T00:30:00.000000')).toBeNull()
  })
  test.each([
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-07-01T24:00:00Z',
    '10000-01-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
    'yesterday',
    '',
    5,
    null,
  ])('that is none is null: %s', (text) => {
    expect(instantOf(text)).toBeNull()
    expect(dateOf(text)).toBeNull()
  })
})
