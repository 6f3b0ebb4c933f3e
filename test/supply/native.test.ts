import { describe, expect, test } from 'vitest'
import { DATA_TYPES, SCHEMAS } from '../../shared/schema/data-types.ts'
import { EXAMPLE_RECORDS } from '../../shared/schema/examples/records.ts'
import { compileContract } from '../../shared/supply/compile.ts'
import { dataOf, documentOf, problemsOf, read } from './nights.ts'

// In the runtime of the edge, where nothing can be made of text.

const native = (more: object = {}) =>
  compileContract(documentOf({ identity: { subject: 'subject' }, mapping: { native: true }, ...more }))
const metadata = {
  start_time: '2031-01-01T22:00:00+01:00',
  end_time: '2031-01-02T06:00:00+01:00',
  upload_type: 2,
  summary_id: 'mine-1',
}
const night = (data: object = {}, more: object = {}) => ({
  subject: 'p',
  type: 'sleep',
  data: { metadata, ...data },
  ...more,
})

describe('a record in our own schema', () => {
  test('is taken as it is: what our schema does not have, and nulls, are left out', () => {
    const heart = { summary: { avg_hr_bpm: 51.5, max_hr_bpm: null, mood: 'fine' } }
    const found = read(native(), night({ heart_rate_data: heart, extra: 1 }))
    expect(found).toMatchObject({
      kind: 'records',
      subject: 'p',
      // What is left out is told.
      unread: ['data.heart_rate_data.summary.mood', 'data.extra'],
    })
    const [data] = dataOf(native(), night({ heart_rate_data: heart, extra: 1 }))
    expect(data).toEqual({
      heart_rate_data: { summary: { avg_hr_bpm: 51.5 } },
      metadata: {
        start_time: '2031-01-01T22:00:00.000000+01:00',
        end_time: '2031-01-02T06:00:00.000000+01:00',
        timestamp_localization: 1,
        upload_type: 2,
        summary_id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-8/),
      },
    })
    expect(SCHEMAS.sleep.strict().safeParse(data).success).toBe(true)
  })
  test.each(DATA_TYPES.map((type) => [type]))('can be of each type: %s', (type) => {
    const data = EXAMPLE_RECORDS[type]
    expect(read(native(), { subject: 'p', type, data })).toMatchObject({ kind: 'records', records: [{ type }] })
    const [made] = dataOf(native(), { subject: 'p', type, data })
    expect(Object.keys(made as object).sort()).toEqual(Object.keys(data).sort())
  })
  test('that our schema does not take is told by pointer and rule', () => {
    const wrong = { heart_rate_data: { summary: { avg_hr_bpm: 'fast' } } }
    expect(problemsOf(native(), night(wrong))).toEqual([['/data/heart_rate_data/summary/avg_hr_bpm', 'type']])
    expect(problemsOf(native(), night({ metadata: { ...metadata, upload_type: 99 } }))).toEqual([
      ['/data/metadata/upload_type', 'enum'],
    ])
    expect(problemsOf(native(), { subject: 'p', type: 'mood', data: {} })).toEqual([['/type', 'type']])
    expect(problemsOf(native(), { subject: 'p', type: 'sleep' })).toEqual([['/data', 'type']])
    const untimed = { metadata: { ...metadata, start_time: 'yesterday' } }
    expect(problemsOf(native(), night(untimed))).toEqual([['/data/metadata/start_time', 'mapping']])
  })
  test('is known by its id, its day or its person', () => {
    const keyOf = (record: object) => {
      const found = read(native(), record)
      return found.kind === 'records' ? found.records[0]!.summary_id : found
    }
    const { summary_id, ...unnamed } = metadata
    expect(summary_id).toBe('mine-1')
    expect(keyOf(night())).toBe(keyOf(night({ heart_rate_data: {} })))
    expect(keyOf(night({ metadata: unnamed }))).not.toBe(keyOf(night()))
    expect(keyOf({ subject: 'p', type: 'daily', data: { metadata } })).toBe('2031-01-01')
    expect(keyOf({ subject: 'p', type: 'athlete', data: { first_name: 'Ann' } })).toBe('athlete')
  })
  test('that is gone takes its record back', () => {
    const gone = read(native(), night({ metadata: { summary_id: 'mine-1' } }, { deleted: true }))
    const kept = read(native(), night())
    if (gone.kind !== 'records' || kept.kind !== 'records') throw new Error('not read')
    expect(gone.records).toMatchObject([{ type: 'sleep', data: undefined, summary_id: kept.records[0]!.summary_id }])
    expect(problemsOf(native(), night({ metadata: {} }, { deleted: true }))).toEqual([['/data/metadata', 'mapping']])
  })
  test('keeps to the contract’s rules for times and for what is plausible', () => {
    const local = { metadata: { ...metadata, start_time: '2031-01-01T22:00:00', end_time: '2031-01-02T06:00:00' } }
    const required = native({ time: { offsets: 'required' } })
    expect(problemsOf(required, night(local))).toEqual([['/data/metadata/start_time', 'mapping']])
    const assumed = native({ time: { offsets: 'assumed', zone: 'Europe/Berlin' } })
    expect(dataOf(assumed, night(local))).toMatchObject([
      { metadata: { start_time: '2031-01-01T22:00:00.000000+01:00', end_time: '2031-01-02T06:00:00.000000+01:00' } },
    ])
    expect(read(native(), night({ heart_rate_data: { summary: { avg_hr_bpm: 900 } } }))).toMatchObject({
      outliers: [{ type: 'sleep', field: 'heart_rate_data.summary.avg_hr_bpm' }],
    })
  })
})
