import { describe, expect, test } from 'vitest'
import { SCHEMAS } from '../../../shared/schema/data-types.ts'
import { thinned } from '../../../shared/schema/person/leaves.ts'
import { mergePerson } from '../../../shared/schema/person/merge-person.ts'
import { DEFAULT_RULES } from '../../../shared/schema/person/rules.ts'
import { at, source } from './people.ts'

const ring = source(1, { provider: 'RING', connectedAt: 2 })
const watch = source(2, { provider: 'WATCH', connectedAt: 1 })
const phone = source(3, { provider: 'PHONE', category: 'phone', connectedAt: 9 })
const names = ({ user_id, provider }: typeof ring) => ({ user_id, provider })
const metadata = { start_time: at(0), end_time: at(1_440), upload_type: 1 }
const activity = (id: string, start: number, end: number, more: object = {}) => ({
  metadata: { summary_id: id, start_time: at(start), end_time: at(end), type: 8, upload_type: 1 },
  ...more,
})
const sleep = (id: string, start: number, end: number, is_nap?: boolean) => ({
  metadata: { summary_id: id, start_time: at(start), end_time: at(end), upload_type: 1, is_nap },
})

describe('a day', () => {
  const ofRing = { metadata, distance_data: { steps: 900 }, scores: { recovery: 71 } }
  const ofWatch = {
    metadata,
    distance_data: { steps: 1_000, distance_meters: 800, floors_climbed: 3 },
    heart_rate_data: { summary: { avg_hr_bpm: 61 } },
  }
  const records = [
    { source: watch, record: ofWatch },
    { source: ring, record: ofRing },
    { source: phone, record: { metadata, distance_data: { steps: 5_000 } } },
  ]
  test('is of the best source, sections it lacks are of the next, and it says whose each is', () => {
    const { data, sources } = mergePerson('daily', records, DEFAULT_RULES)
    // Steps and distance are one section: the ring's steps do not go with the watch's metres.
    expect(data).toEqual([
      {
        metadata,
        distance_data: { steps: 900, floors_climbed: 3 },
        scores: { recovery: 71 },
        heart_rate_data: { summary: { avg_hr_bpm: 61 } },
      },
    ])
    expect(sources).toEqual([
      {
        fields: {
          '/metadata': names(ring),
          '/distance_data/steps': names(ring),
          '/distance_data/floors_climbed': names(watch),
          '/scores': names(ring),
          '/heart_rate_data': names(watch),
        },
        left_out: [{ ...names(phone), start_time: at(0), reason: 'lower_priority' }],
      },
    ])
    expect(SCHEMAS.daily.safeParse(data[0]).success).toBe(true)
  })
  test('follows the list of a section before that of its type, and that before the one for all', () => {
    const stepsBy = (priorities: Record<string, string[]>) => {
      const [day] = mergePerson('daily', records, { ...DEFAULT_RULES, priorities }).data
      return (day!.distance_data as { steps: number }).steps
    }
    expect(stepsBy({ '*': ['PHONE'] })).toBe(5_000)
    expect(stepsBy({ '*': ['PHONE'], daily: ['WATCH'] })).toBe(1_000)
    expect(stepsBy({ '*': ['PHONE'], daily: ['WATCH'], 'daily.distance_data': ['RING'] })).toBe(900)
    expect(stepsBy({ '*': ['PHONE'], sleep: ['WATCH'] })).toBe(5_000)
  })
  test('is a local date of its own, whatever its offset', () => {
    const late = { ...metadata, start_time: at(0).replace('+02:00', '-08:00') }
    const both = [...records, { source: source(4), record: { metadata: late } }]
    expect(mergePerson('daily', both, DEFAULT_RULES).data).toHaveLength(1)
    const next = { metadata: { ...metadata, start_time: at(1_440), end_time: at(2_880) } }
    expect(mergePerson('daily', [...records, { source: ring, record: next }], DEFAULT_RULES).data).toHaveLength(2)
  })
  test('fills gaps of a series that are longer than the bound, if the rules say so, and counts by nobody else’s', () => {
    const bpm = (minutes: number[], value: number) => minutes.map((m) => ({ timestamp: at(m), bpm: value }))
    const day = (minutes: number[], value: number) => ({
      metadata,
      distance_data: { detailed: { step_samples: [{ timestamp: at(minutes[0]!), steps: value }] } },
      heart_rate_data: { detailed: { hr_samples: bpm(minutes, value) } },
    })
    const both = [
      { source: ring, record: day([0, 10, 20, 100, 1_439], 60) },
      { source: watch, record: day([15, 21, 99, 1_440], 70) },
    ]
    const series = (samples: 'best' | 'fill') => {
      const { data, sources } = mergePerson('daily', both, { ...DEFAULT_RULES, samples })
      const { distance_data, heart_rate_data } = data[0] as ReturnType<typeof day>
      return [distance_data.detailed.step_samples.length, heart_rate_data.detailed.hr_samples, sources[0]!.fields]
    }
    expect(series('best').slice(0, 2)).toEqual([1, bpm([0, 10, 20, 100, 1_439], 60)])
    const fills = [...bpm([0, 10, 20], 60), ...bpm([21, 99], 70), ...bpm([100, 1_439], 60)]
    expect(series('fill')).toEqual([
      1,
      fills,
      expect.objectContaining({
        '/heart_rate_data/detailed/hr_samples': { ...names(ring), also: [{ ...names(watch), items: 2 }] },
      }),
    ])
  })
  test('that was thinned is of the same sources, without samples', () => {
    const record = {
      metadata,
      distance_data: { detailed: { step_samples: [1, 2].map((n) => ({ timestamp: at(n), steps: n })) } },
    }
    const thin = thinned('daily', record)
    expect(thin).toEqual({ metadata, distance_data: { detailed: { step_samples: [{ timestamp: at(1), steps: 1 }] } } })
    expect(mergePerson('daily', [{ source: ring, record: thin }], DEFAULT_RULES, false).data).toEqual([{ metadata }])
  })
})

describe('sessions', () => {
  test('of one run are one, with what the best source lacks', () => {
    const { data, sources } = mergePerson(
      'activity',
      [
        {
          source: watch,
          record: activity('w', 65, 125, {
            calories_data: { total_burned_calories: 500 },
            power_data: { avg_watts: 200 },
          }),
        },
        { source: ring, record: activity('r', 60, 120, { calories_data: { total_burned_calories: 450 } }) },
        { source: phone, record: activity('p', 60, 80, { work_data: { work_kilojoules: 5 } }) },
        { source: watch, record: activity('evening', 300, 330) },
      ],
      DEFAULT_RULES,
    )
    expect(data).toEqual([
      activity('r', 60, 120, { calories_data: { total_burned_calories: 450 }, power_data: { avg_watts: 200 } }),
      activity('evening', 300, 330),
    ])
    expect(sources[0]).toEqual({
      fields: { '/metadata': names(ring), '/calories_data': names(ring), '/power_data': names(watch) },
      // Twenty minutes say nothing of an hour.
      left_out: [{ ...names(phone), summary_id: 'p', start_time: at(60), reason: 'overlap' }],
    })
  })
  test('that share half of the shorter or less stay apart, and so do those of one source', () => {
    const apart = [
      { source: ring, record: activity('a', 0, 60) },
      { source: watch, record: activity('b', 30, 90) },
      { source: ring, record: activity('c', 10, 20) },
    ]
    expect(mergePerson('activity', apart, DEFAULT_RULES).data).toHaveLength(3)
    expect(mergePerson('activity', apart, { ...DEFAULT_RULES, overlap: 0.4 }).data).toHaveLength(2)
  })
  test('that a source has in two parts are the one that the best source has', () => {
    const parts = [
      { source: ring, record: activity('whole', 0, 60) },
      { source: watch, record: activity('first', 0, 25, { power_data: { avg_watts: 1 } }) },
      { source: watch, record: activity('second', 25, 60, { power_data: { avg_watts: 2 } }) },
    ]
    const { data, sources } = mergePerson('activity', parts, DEFAULT_RULES)
    expect(data).toEqual([activity('whole', 0, 60, { power_data: { avg_watts: 2 } })])
    expect(sources[0]!.left_out).toMatchObject([{ summary_id: 'first', reason: 'overlap' }])
  })
  test('are compared by their clocks where one has no offset', () => {
    const local = activity('l', 5, 60)
    local.metadata.start_time = local.metadata.start_time.slice(0, 26)
    local.metadata.end_time = local.metadata.end_time.slice(0, 26)
    const both = [
      { source: ring, record: activity('a', 0, 60) },
      { source: watch, record: local },
    ]
    expect(mergePerson('activity', both, DEFAULT_RULES).data).toHaveLength(1)
  })
  test('of sleep are a nap or a night, and the two stay apart', () => {
    const count = (a?: boolean, b?: boolean) =>
      mergePerson(
        'sleep',
        [
          { source: ring, record: sleep('a', 0, 90, a) },
          { source: watch, record: sleep('b', 5, 95, b) },
        ],
        DEFAULT_RULES,
      ).data.length
    expect([count(true, false), count(false, true), count(true, true), count(true), count()]).toEqual([2, 2, 1, 1, 1])
  })
})

test('a profile is field by field of the best source, and a twin goes with its field', () => {
  const { data, sources } = mergePerson(
    'athlete',
    [
      { source: watch, record: { first_name: 'Ada', city: 'Ely', joined_provider: '2020-01-01' } },
      { source: ring, record: { first_name: 'A.', account_creation_date: '2024-01-01', city: null } },
    ],
    DEFAULT_RULES,
  )
  expect(data).toEqual([{ first_name: 'A.', account_creation_date: '2024-01-01', city: 'Ely' }])
  expect(sources[0]!.fields['/city']).toEqual(names(watch))
})
test('nobody’s records are no record', () => {
  expect(mergePerson('daily', [], DEFAULT_RULES)).toEqual({ data: [], sources: [] })
})
