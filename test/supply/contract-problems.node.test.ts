import { describe, expect, test } from 'vitest'
import { compileContract, contractProblems } from '../../shared/supply/compile.ts'
import type { CompiledContract } from '../../shared/supply/compiled.ts'
import { documentOf, session, sleep } from './nights.ts'

describe('times that tell no offset', () => {
  const local = {
    id: 'n',
    person: 'p',
    start: '2031-07-01T22:00:00',
    end: '2031-07-02T06:00:00',
    zone: 'America/New_York',
  }
  const of = (time: object, start: object = { path: 'start' }) =>
    compileContract(
      documentOf({
        time,
        mapping: {
          rules: [
            {
              type: 'sleep',
              place: { session: { start, end: { path: 'end' } } },
              fields: { 'device_data.name': { constant: 'x' } },
            },
          ],
        },
      }),
    )
  const late = Date.parse('2031-08-01T00:00:00Z')
  const startOf = (contract: CompiledContract, record: object = local) => {
    const found = contract.inspect(JSON.stringify(record))
    const mapped = found.kind === 'item' ? contract.map(found.item, 'u', late) : found
    return mapped.kind === 'records'
      ? (mapped.records[0]!.data as { metadata: { start_time: string } }).metadata.start_time
      : mapped
  }
  test('are local as they are', () => {
    expect(startOf(of({}))).toBe('2031-07-01T22:00:00.000000')
  })
  test('are in the contract’s zone', () => {
    const contract = of({ offsets: 'assumed', zone: 'Europe/Berlin' })
    expect(startOf(contract)).toBe('2031-07-01T22:00:00.000000+02:00')
    expect(startOf(contract, { ...local, start: '2031-07-01T22:00:00-03:00' })).toBe('2031-07-01T22:00:00.000000-03:00')
  })
  test('are in the zone that the record tells, which goes before the contract’s', () => {
    const contract = of({ offsets: 'assumed', zone: 'Europe/Berlin' }, { path: 'start', zone: 'zone' })
    expect(startOf(contract)).toBe('2031-07-01T22:00:00.000000-04:00')
  })
  test('are refused', () => {
    const contract = of({ offsets: 'required' })
    expect(startOf(contract)).toMatchObject({
      kind: 'unmapped',
      problems: [{ pointer: '/start', message: expect.stringContaining('offset') }],
    })
    const full = { ...local, start: '2031-07-01T22:00:00Z', end: '2031-07-02T06:00:00Z' }
    expect(startOf(contract, full)).toBe('2031-07-01T22:00:00.000000+00:00')
  })
})

describe('a document that does not go together', () => {
  const wrongs = (more: object) =>
    contractProblems(documentOf(more)).map(({ pointer, message }) => `${pointer} ${message}`)
  const at = '/mapping/rules/0'
  test.each<[string, object, string]>([
    [
      'a field that is none of ours',
      sleep({ 'heart_rate_data.summary.avg_hr': { path: 'a' } }),
      `${at}/fields/heart_rate_data.summary.avg_hr is no field of our schema: did you mean heart_rate_data.summary.avg_hr_bpm?`,
    ],
    ['a section', sleep({ heart_rate_data: { path: 'a' } }), `${at}/fields/heart_rate_data is a section`],
    [
      'a field within a list',
      sleep({ 'heart_rate_data.detailed.hr_samples.bpm': { path: 'a' } }),
      `${at}/fields/heart_rate_data.detailed.hr_samples.bpm is within the list`,
    ],
    [
      'what its place fills in',
      sleep({ 'metadata.start_time': { path: 'a' } }),
      `${at}/fields/metadata.start_time is filled in`,
    ],
    [
      'a unit of something else',
      sleep({ 'heart_rate_data.summary.avg_hr_bpm': { path: 'a', unit: 'kg' } }),
      `${at}/fields/heart_rate_data.summary.avg_hr_bpm is in kg, which cannot be told in bpm`,
    ],
    [
      'a unit that is none',
      sleep({ 'heart_rate_data.summary.avg_hr_bpm': { path: 'a', unit: 'furlong' } }),
      `${at}/fields/heart_rate_data.summary.avg_hr_bpm names the unit furlong`,
    ],
    [
      'a unit where there is none',
      sleep({ 'device_data.name': { path: 'a', unit: 'kg' } }),
      `${at}/fields/device_data.name has a unit`,
    ],
    [
      'a constant of another kind',
      sleep({ 'metadata.is_nap': { constant: 'no' } }),
      `${at}/fields/metadata.is_nap is not true or false`,
    ],
    [
      'words that are no codes',
      sleep({ 'metadata.upload_type': { path: 'a', words: { hand: 77 } } }),
      `${at}/fields/metadata.upload_type gives 77, but metadata.upload_type takes one of`,
    ],
    [
      'a time for a number',
      sleep({ 'heart_rate_data.summary.avg_hr_bpm': { time: { path: 'a' } } }),
      `${at}/fields/heart_rate_data.summary.avg_hr_bpm is a time`,
    ],
    [
      'a list for a number',
      sleep({ 'heart_rate_data.summary.avg_hr_bpm': { list: 'a', each: {} } }),
      `${at}/fields/heart_rate_data.summary.avg_hr_bpm is a list`,
    ],
    [
      'a number for a list',
      sleep({ 'heart_rate_data.detailed.hr_samples': { path: 'a' } }),
      `${at}/fields/heart_rate_data.detailed.hr_samples needs "list" and "each"`,
    ],
    [
      'samples without a time',
      sleep({ 'heart_rate_data.detailed.hr_samples': { list: 'a', each: { bpm: { path: 'b' } } } }),
      `${at}/fields/heart_rate_data.detailed.hr_samples/each has no time`,
    ],
    [
      'a day for a night',
      { rules: [{ type: 'sleep', place: { day: { date: 'a' } }, fields: {} }] },
      `${at}/place should be "session"`,
    ],
    [
      'a session without an end',
      { rules: [{ type: 'sleep', place: { session: { start: { path: 'a' } } }, fields: {} }] },
      `${at}/place/session has no end`,
    ],
    [
      'a day that is none',
      { rules: [{ type: 'daily', place: { day: {} }, fields: {} }] },
      `${at}/place/day tells no day`,
    ],
    [
      'an activity without its type',
      { rules: [{ type: 'activity', place: session, fields: {} }] },
      `${at}/fields has no metadata.type`,
    ],
  ])('has %s', (_, mapping, says) => {
    expect(wrongs({ mapping })).toEqual([expect.stringContaining(says)])
  })
  test('has a schema, times or versions that cannot be used', () => {
    const mapping = sleep({})
    expect(wrongs({ mapping, schema: { type: 'record' } })).toEqual([
      expect.stringMatching(/^\/schema\/type should be one of/),
    ])
    expect(wrongs({ mapping, time: { offsets: 'assumed' } })[0]).toMatch(/needs time.zone/)
    expect(wrongs({ mapping, time: { offsets: 'assumed', zone: 'Mars/Olympus' } })[0]).toMatch(/no IANA zone/)
    expect(wrongs({ mapping, updates: { rule: 'newest' } })).toEqual([
      expect.stringMatching(/^\/updates needs "version"/),
    ])
    const inSeconds = {
      rules: [{ type: 'sleep', place: { session: { start: { path: 'a', style: 's' }, seconds: 'b' } }, fields: {} }],
    }
    expect(wrongs({ mapping: inSeconds, time: { offsets: 'required' } })).toEqual([
      expect.stringContaining('name its "zone"'),
    ])
  })
  test('has live types that no stream knows', () => {
    const live = { types: ['HEART_RATE', 'RUNNING_POWER', 'heart_rate', 'MAX_HEART_RATE', 'MOOD'] }
    const found = wrongs({ mapping: sleep({}), live })
    expect(found.map((one) => one.split(' ')[0])).toEqual(['/live/types/2', '/live/types/3', '/live/types/4'])
    expect(found[0]).toMatch(/is no type of live samples: take one of HEART_RATE, .*, as in RUNNING_HEART_RATE$/)
  })
  test('is not compiled, and all that is wrong is said', () => {
    expect(() =>
      compileContract(documentOf({ mapping: sleep({ nothing: { path: 'a' } }), schema: { type: 1 } })),
    ).toThrow(/\/schema\/type: .*\/mapping\/rules\/0\/fields\/nothing/)
  })
})
