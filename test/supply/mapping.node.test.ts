import { describe, expect, test } from 'vitest'
import { SCHEMAS } from '../../shared/schema/data-types.ts'
import { compileContract } from '../../shared/supply/compile.ts'
import { dataOf, documentOf, NIGHT, problemsOf, RECEIVED_AT, read, sleep } from './nights.ts'

describe('a record by a contract’s mapping', () => {
  const contract = compileContract(
    documentOf({
      schema: { type: 'object', required: ['id', 'start'], properties: { id: {}, person: {}, start: {}, end: {} } },
      identity: { subject: 'person', reference_id: 'ref', consent: 'consent.id' },
      mapping: sleep({
        'heart_rate_data.summary.avg_hr_bpm': { path: 'hr.avg' },
        'heart_rate_data.summary.min_hr_bpm': { path: 'hr.low', unit: 'Hz' },
        'heart_rate_data.detailed.hr_samples': {
          list: 'hr.all',
          each: { timestamp: { time: { path: 'at', style: 's' } }, bpm: { path: 'v' } },
        },
        'sleep_durations_data.asleep.duration_asleep_state_seconds': { path: 'minutes', unit: 'min' },
        'sleep_durations_data.asleep.num_REM_events': { path: 'rems' },
        'sleep_durations_data.hypnogram_samples': {
          list: 'stages',
          each: {
            timestamp: { time: { path: 'at' } },
            level: { path: 'stage', words: { N1: 4, N3: 5, 'fully awake': 1 } },
          },
        },
        'temperature_data.delta': { path: 'skin', unit: 'delta degF' },
        'metadata.is_nap': { path: 'nap' },
        'metadata.upload_type': { path: 'how' },
        'device_data.name': { constant: 'Ring 4' },
      }),
    }),
  )
  test('is an ordinary record of our schema, in its units', () => {
    const record = {
      ...NIGHT,
      hr: { avg: 51.5, low: 0.75, all: [{ at: Date.parse(NIGHT.start) / 1000 + 60, v: '52' }] },
      minutes: 421,
      rems: 4,
      stages: [
        { at: '2031-01-01T22:00:00+01:00', stage: 'N1' },
        { at: '2031-01-01T22:30:00', stage: 'FULLY_AWAKE' },
      ],
      skin: 0.9,
      nap: false,
      how: 'MANUAL',
    }
    const found = read(contract, record)
    expect(found).toMatchObject({ kind: 'records', subject: 'p1', outliers: [] })
    const [data] = dataOf(contract, record)
    expect(SCHEMAS.sleep.strict().safeParse(data).success).toBe(true)
    expect(data).toMatchObject({
      metadata: {
        start_time: '2031-01-01T22:00:00.000000+01:00',
        end_time: '2031-01-02T06:00:00.000000+01:00',
        timestamp_localization: 1,
        is_nap: false,
        upload_type: 1,
      },
      heart_rate_data: {
        summary: { avg_hr_bpm: 51.5, min_hr_bpm: 45 },
        detailed: { hr_samples: [{ timestamp: '2031-01-01T22:01:00.000000+01:00', bpm: 52 }] },
      },
      sleep_durations_data: {
        asleep: { duration_asleep_state_seconds: 25_260, num_REM_events: 4 },
        hypnogram_samples: [{ level: 4 }, { timestamp: '2031-01-01T22:30:00.000000+01:00', level: 1 }],
      },
      temperature_data: { delta: 0.5 },
      device_data: { name: 'Ring 4' },
    })
  })
  test('has one id for one night of one connection, whatever else it tells', () => {
    const idOf = (record: object, user: string) => {
      const found = contract.inspect(JSON.stringify(record))
      const mapped = found.kind === 'item' ? contract.map(found.item, user, RECEIVED_AT) : undefined
      return mapped?.kind === 'records' ? mapped.records[0]!.summary_id : undefined
    }
    expect(idOf(NIGHT, 'user-1')).toBe(idOf({ ...NIGHT, minutes: 5 }, 'user-1'))
    expect(idOf(NIGHT, 'user-1')).not.toBe(idOf(NIGHT, 'user-2'))
    expect(idOf(NIGHT, 'user-1')).not.toBe(idOf({ ...NIGHT, id: 'n2' }, 'user-1'))
    const found = contract.inspect(JSON.stringify(NIGHT))
    if (found.kind !== 'item') throw new Error('not read')
    const [one, other] = ['user-1', 'user-2'].map((user) => contract.map(found.item, user, RECEIVED_AT))
    expect(one).not.toEqual(other)
    expect(contract.map(found.item, 'user-1', RECEIVED_AT)).toEqual(one)
  })
  test('is refused by the schema, before anything else is asked of it', () => {
    expect(problemsOf(contract, { person: 'p1', id: 'x' })).toEqual([['/start', 'required']])
    expect(problemsOf(contract, [NIGHT])).toEqual([['', 'type']])
  })
  test.each([
    ['a person', { person: undefined }, '/person', 'subject'],
    ['a person with a name', { person: '' }, '/person', 'subject'],
    ['a person in one line', { person: 'a\nb' }, '/person', 'subject'],
    ['a name and not a list', { person: ['p1'] }, '/person', 'subject'],
    ['a reference_id of at most 200 characters', { ref: 'x'.repeat(201) }, '/ref', 'reference_id'],
    ['a consent that is a name', { consent: { id: {} } }, '/consent/id', 'consent'],
  ])('needs %s', (_, wrong, pointer, rule) => {
    expect(problemsOf(contract, { ...NIGHT, ...wrong })).toEqual([[pointer, rule]])
  })
  test('tells whose it is', () => {
    expect(read(contract, { ...NIGHT, person: 17, ref: 'r', consent: { id: 'c9' } })).toMatchObject({
      subject: '17',
      reference_id: 'r',
      consent: 'c9',
    })
  })
  test('that the mapping cannot read is no record: every place of it is told', () => {
    const wrong = {
      ...NIGHT,
      hr: { all: [{ at: 1_924_000_000, v: 1 }, { at: 'soon', v: 2 }, { v: 'x' }] },
      stages: [{ at: NIGHT.start, stage: 'N9' }],
    }
    expect(problemsOf(contract, wrong)).toEqual([
      ['/hr/all/1/at', 'mapping'],
      ['/hr/all/2/v', 'mapping'],
      ['/stages/0/stage', 'mapping'],
    ])
    expect(problemsOf(contract, { ...NIGHT, rems: 1.5 })).toEqual([['/rems', 'mapping']])
    expect(problemsOf(contract, { ...NIGHT, start: 'yesterday' })).toEqual([['/start', 'mapping']])
    expect(problemsOf(contract, { ...NIGHT, end: undefined })).toEqual([['/end', 'mapping']])
    expect(JSON.stringify(read(contract, { ...NIGHT, hr: { avg: 'secret' } }))).not.toContain('secret')
  })
  test('with a value that no living person has is told as an outlier, by the field of our schema', () => {
    const found = read(contract, { ...NIGHT, hr: { avg: 700, low: 0.9, all: [{ at: 1_924_984_900, v: 2 }] } })
    expect(found).toMatchObject({
      kind: 'records',
      outliers: [
        { type: 'sleep', field: 'heart_rate_data.summary.avg_hr_bpm' },
        { type: 'sleep', field: 'heart_rate_data.detailed.hr_samples.bpm' },
      ],
    })
    expect(JSON.stringify((found as { outliers: object }).outliers)).not.toContain('700')
    // They are of one record, not of the next one.
    expect(read(contract, NIGHT)).toMatchObject({ outliers: [] })
  })
  test('that begins long after it came, or before anybody wore anything, has a wrong clock', () => {
    const of = (start: string) => problemsOf(contract, { ...NIGHT, start, end: start })
    expect(of('2031-01-08T00:00:00Z')).toEqual([['', 'time_range']])
    expect(of('1920-01-08T00:00:00Z')).toEqual([['', 'time_range']])
    expect(of('2031-01-06T00:00:00Z')).not.toEqual([['', 'time_range']])
  })
  test('that has more than the schema names tells what', () => {
    expect(read(contract, { ...NIGHT, hr: { avg: 50 }, mood: 1 })).toMatchObject({ unread: ['hr', 'mood'] })
  })
})

describe('rules of a mapping', () => {
  const body = { type: 'body', place: { day: { moment: { path: 'at' } } } }
  test('make several records of one, and only those that a condition is for', () => {
    const contract = compileContract(
      documentOf({
        mapping: {
          rules: [
            {
              type: 'daily',
              when: { path: 'kind', is: ['day'] },
              place: { day: { date: 'date', zone: 'zone' } },
              fields: { 'distance_data.steps': { path: 'steps' } },
            },
            {
              type: 'activity',
              when: { path: 'sport', exists: true },
              each: 'workouts',
              place: { session: { id: 'no', start: { path: 'from', zone: '^zone' }, seconds: 'length' } },
              fields: { 'metadata.type': { path: 'sport' }, 'distance_data.summary.steps': { path: '^steps' } },
            },
          ],
        },
      }),
    )
    const record = {
      person: 'p',
      kind: 'day',
      date: '2031-01-02',
      zone: 'Europe/Berlin',
      steps: 9000,
      workouts: [
        { no: 1, from: '2031-01-02T08:00:00', length: 1800, sport: 'running' },
        { no: 3, from: '2031-01-02T12:00:00', length: 60 },
        { no: 2, from: '2031-01-02T18:00:00', length: 60, sport: 1 },
      ],
    }
    const found = read(contract, record)
    expect(found).toMatchObject({
      kind: 'records',
      records: [
        { type: 'daily', summary_id: '2031-01-02', part: 'night', data: { distance_data: { steps: 9000 } } },
        {
          type: 'activity',
          data: { metadata: { type: 8, start_time: '2031-01-02T08:00:00.000000+01:00', upload_type: 0 } },
        },
        { type: 'activity', data: { metadata: { type: 1 }, distance_data: { summary: { steps: 9000 } } } },
      ],
    })
    expect(problemsOf(contract, { ...record, workouts: [{ no: 1, length: 5, sport: 1 }] })).toEqual([
      ['/workouts/0/from', 'mapping'],
    ])
    expect(problemsOf(contract, { person: 'p', kind: 'week' })).toEqual([['', 'no_rule']])
  })
  test('take back what a record says is gone', () => {
    const contract = compileContract(documentOf({ mapping: sleep({}, { gone: { path: 'deleted', is: [true] } }) }))
    const [kept] = [read(contract, { ...NIGHT, deleted: false })]
    const gone = read(contract, { id: 'n1', person: 'p1', deleted: true })
    expect(gone).toMatchObject({ kind: 'records', records: [{ type: 'sleep', data: undefined }] })
    if (kept?.kind === 'records' && gone.kind === 'records')
      expect(gone.records[0]!.summary_id).toBe(kept.records[0]!.summary_id)
    expect(problemsOf(contract, { person: 'p1', deleted: true })).toEqual([['', 'mapping']])
  })
  test('put readings of one day that come one by one side by side', () => {
    const fields = {
      'measurements_data.measurements': {
        list: 'all',
        each: { measurement_time: { time: { path: 'at' } }, weight_kg: { path: 'w', unit: 'lb' } },
      },
    }
    const contract = compileContract(documentOf({ mapping: { rules: [{ ...body, fields }] } }))
    const [one, other] = ['07', '19'].map((hour) => {
      const at = `2031-01-02T${hour}:00:00+01:00`
      return read(contract, { person: 'p', at, all: [{ at, w: 200 }] })
    })
    if (one?.kind !== 'records' || other?.kind !== 'records') throw new Error('not read')
    expect(one.records[0]!.summary_id).toBe('2031-01-02')
    expect(other.records[0]!.summary_id).toBe('2031-01-02')
    expect(one.records[0]!.part).not.toBe(other.records[0]!.part)
    expect(one.records[0]!.data).toMatchObject({
      measurements_data: { measurements: [{ weight_kg: 90.718474 }], day_avg_weight_kg: 90.718474 },
    })
  })
  test('are judged by the version that a record tells', () => {
    const contract = compileContract(
      documentOf({ mapping: sleep({}), updates: { rule: 'newest', version: { path: 'seen', style: 'ms' } } }),
    )
    expect(read(contract, { ...NIGHT, seen: 1_924_900_000_000 })).toMatchObject({ versionAt: 1_924_900_000_000 })
    expect(problemsOf(contract, NIGHT)).toEqual([['/seen', 'version']])
  })
})
