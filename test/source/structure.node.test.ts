import { describe, expect, test } from 'vitest'
import { hypnogram } from '../../shared/source/hypnogram.ts'
import { into, resource } from '../../shared/source/map.ts'
import { day, session, unix } from '../../shared/source/places.ts'
import { reading } from '../../shared/source/reader.ts'
import { constant, first, number, sum, table, text, when } from '../../shared/source/readers.ts'
import { type Accountable, account } from '../../shared/source/reckoning.ts'
import { offsetMap, secondRows } from '../../shared/source/sample-maps.ts'
import { list } from '../../shared/source/samples.ts'
import { spanMap, unixSpan } from '../../shared/source/stages.ts'
import { structureOf } from '../../shared/source/structure.ts'
import { countOf } from '../../shared/source/sums.ts'

const paths = (page: unknown) =>
  Object.fromEntries([...structureOf(page)].map(([path, seen]) => [path, [...seen.kinds].join()]))

describe('the structure of a payload', () => {
  test('is its paths and the kinds at each, elements of a list being one', () => {
    expect(
      paths({
        data: [
          { id: 'a', n: 1 },
          { id: null, on: true },
        ],
        next: null,
      }),
    ).toEqual({
      '': 'object',
      data: 'list',
      'data.*': 'object',
      'data.*.id': 'text,null',
      'data.*.n': 'number',
      'data.*.on': 'flag',
      next: 'null',
    })
  })
  test('folds keys that are data: seconds, dates, clock times, ids, addresses', () => {
    for (const key of ['1434758640', '-15', '2026-07-01', '2026-07-01T10:00:00Z', '23:51', '07:05:30'])
      expect(paths({ map: { [key]: { steps: 1 } } })).toHaveProperty(['map.*.steps'])
    for (const key of [
      '8f9a5221-639e-4a85-81cb-4065ef23f979',
      '507f1f77bcf86cd799439011',
      'ada@example.org',
      'x'.repeat(65),
    ])
      expect(Object.keys(paths({ [key]: 1 }))).toEqual(['', '*'])
  })
  test('keeps keys that are names, with digits too', () => {
    for (const key of ['hr_zone_0', 'userId', 'min5', 'class_5_min', 'VO2', '@id', 'sdnn_1', 'a-b'])
      expect(Object.keys(paths({ [key]: 1 }))).toEqual(['', key])
    expect(Object.keys(paths({ 'com.example.steps': 1 }))).toEqual(['', 'com%2Eexample%2Esteps'])
  })
  test('folds a large map whatever its keys look like, and no large object of fields', () => {
    const many = (value: unknown) =>
      Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`name_${'ab'[i % 2]}${i}`, value]))
    expect(Object.keys(paths(many({ steps: 1 })))).toEqual(['', '*', '*.steps'])
    expect(Object.keys(paths(many(1)))).toHaveLength(81)
  })
  test('keeps words of lists and no other text', () => {
    const words = (page: object) =>
      Object.fromEntries([...structureOf(page)].flatMap(([path, { words }]) => (words ? [[path, [...words]]] : [])))
    expect(words([{ kind: 'SEDENTARY' }, { kind: 'HIGHLY_ACTIVE' }, { kind: 'long_sleep' }])).toEqual({
      '*.kind': ['SEDENTARY', 'HIGHLY_ACTIVE', 'long_sleep'],
    })
    for (const value of [
      'Ada',
      'Need coffee',
      'a1b2c3',
      '2026-07-01',
      '12',
      'anna.b',
      'grüße',
      'https://a.example',
      'x',
    ])
      expect(words({ kind: value }), value).toEqual({})
    for (const name of ['first_name', 'userId', 'comment', 'title', 'deviceName', 'city', 'tag_type_code', 'notes'])
      expect(words({ [name]: 'anna' }), name).toEqual({})
  })
  test('holds no value, whatever a payload holds', () => {
    const text = JSON.stringify(
      [...structureOf({ heart: 61, at: '2026-07-01T10:00:00Z', who: 'Ada Lovelace', note: 'tired' })].map(
        ([path, seen]) => [path, [...seen.kinds], [...(seen.words ?? [])]],
      ),
    )
    for (const value of ['61', '2026', 'Ada', 'tired']) expect(text).not.toContain(value)
  })
  test('gives up a list of words that has too many, or text that is none', () => {
    const of = (words: string[]) => structureOf(words.map((kind) => ({ kind }))).get('*.kind')
    expect(of(['one', 'two', 'one'])).toEqual({ kinds: new Set(['text']), words: new Set(['one', 'two']) })
    expect(of(['one', 'two', 'Three of them'])).toEqual({ kinds: new Set(['text']), free: true })
    expect(of(Array.from({ length: 30 }, (_, i) => `word_${i}`))).toEqual({ kinds: new Set(['text']), free: true })
  })
})

describe('what of a payload is read', () => {
  const START = unix('start')
  const DAY = day({ date: 'day' })
  const of = (maps: Accountable['maps'], page: unknown, more: Partial<Accountable> = {}) => {
    const { read, omitted, unread } = account({ maps, ...more }, 'r', page)
    return { read, omitted, unread }
  }
  const daily = (tree: Parameters<typeof into<'daily'>>[2], options = {}) =>
    ({ r: resource('data', [into('daily', DAY, tree, options)]) }) as Accountable['maps']
  const META = { metadata: { upload_type: constant(1) } } as const

  test('are the paths of its readers and its place, and nothing beside', () => {
    const maps = daily({ ...META, distance_data: { steps: number('a.steps') } })
    expect(of(maps, { data: [{ day: '2026-07-01', a: { steps: 1, goal: 2 }, id: 'x' }] })).toEqual({
      read: ['data.*.day', 'data.*.a.steps'],
      omitted: {},
      unread: ['data.*.a.goal', 'data.*.id'],
    })
  })
  test('is all that is below what a reader takes whole, and of rows one field', () => {
    const maps = daily({
      ...META,
      heart_rate_data: { detailed: { hr_samples: offsetMap('hr', 'bpm') } },
      distance_data: { detailed: { step_samples: secondRows('rows', 'steps', 'n') } },
    })
    expect(of(maps, { data: [{ day: 'd', hr: { 15: 60 }, rows: { 1434758640: { n: 1, m: 2 } } }] }).unread).toEqual([
      'data.*.rows.*.m',
    ])
  })
  test('is of a list chosen by a word that element alone', () => {
    const maps = daily({ ...META, distance_data: { steps: number('parts[type=steps].value') } })
    const page = {
      data: [
        {
          day: 'd',
          parts: [
            { type: 'steps', value: 1 },
            { type: 'floors', value: 2 },
          ],
        },
      ],
    }
    expect(of(maps, page).unread).toEqual(['data.*.parts[type=floors].value'])
    expect(of(maps, page, { omits: { r: { 'parts[type=floors].value': 'no place' } } })).toMatchObject({
      unread: [],
      omitted: { 'data.*.parts[type=floors].value': 'no place' },
    })
  })
  test('is of a counted list nothing that is in it', () => {
    const maps = daily({ ...META, distance_data: { steps: countOf('laps') } })
    expect(of(maps, { data: [{ day: 'd', laps: [{ at: 1 }] }] }).unread).toEqual(['data.*.laps.*.at'])
    expect(of(maps, { data: [{ day: 'd', laps: [] }] }).unread).toEqual([])
  })
  test('is of stages their start and end, and nothing of a stage that has no level', () => {
    const tree = { hypnogram_samples: hypnogram(spanMap('levels', unixSpan('from', 'to'), { deep: 5 })).samples }
    const maps = {
      r: resource('', [
        into('sleep', session({ start: START, seconds: 's' }), {
          metadata: { upload_type: constant(2) },
          sleep_durations_data: tree,
        }),
      ]),
    }
    const levels = { deep: [{ from: 1, to: 2, sure: true }], odd: [{ from: 1 }] }
    expect(of(maps, { start: 1, s: 2, levels }).unread).toEqual(['levels.deep.*.sure', 'levels.odd.*.from'])
  })
  test('is what a condition says that it reads, and null where a map would go on', () => {
    const holds = reading(['kind'], ({ kind }) => kind === 'real')
    const maps = daily(
      {
        ...META,
        distance_data: {
          steps: when(
            reading(['by'], () => true),
            number('a.steps'),
          ),
        },
      },
      { when: holds },
    )
    expect(of(maps, { data: [{ day: 'd', kind: 'real', by: 1, a: null }] }).unread).toEqual([])
  })
  test('reaches the payload, the item around, either of two, and single things', () => {
    const maps = {
      r: resource('result.days|days', [
        into(
          'daily',
          day({ date: '^day', zone: '/zone' }),
          { ...META, distance_data: { steps: first(number('n'), number('m')) } },
          { each: 'parts' },
        ),
      ]),
    }
    expect(of(maps, { zone: 'UTC', days: [{ day: 'd', parts: [{ n: 1, o: 2 }], p: 1 }] })).toEqual({
      read: ['zone', 'days.*.day', 'days.*.parts.*.n'],
      omitted: {},
      unread: ['days.*.parts.*.o', 'days.*.p'],
    })
    const one = {
      r: resource(
        'data',
        [
          into('daily', DAY, {
            ...META,
            tag_data: { tags: list('t[]', { timestamp: text('at'), tag_name: text('n'), notes: text('o') }) },
          }),
        ],
        { single: true },
      ),
    }
    expect(of(one, { day: 'd', t: { at: 'a', n: 'b', z: 1 } }).unread).toEqual(['t.z'])
    expect(of(one, [{ day: 'd', t: [{ at: 'a', z: 1 }] }]).unread).toEqual(['*.t.*.z'])
  })
  test('is left out by name, by a part of it, or with all below, for its reason', () => {
    const page = {
      more: 1,
      data: [{ day: 'd', stepsGoal: 1, floorsGoal: 2, inner: { a: [1], b: { c: 2 } }, flat: [1, 2] }],
    }
    const omits = { '*': { '/more': 'paging' }, r: { '*Goal': 'goals', 'inner.**': 'no place', flat: 'bare values' } }
    expect(of(daily(META), page, { omits })).toEqual({
      read: ['data.*.day'],
      omitted: {
        more: 'paging',
        'data.*.stepsGoal': 'goals',
        'data.*.floorsGoal': 'goals',
        'data.*.inner.a.*': 'no place',
        'data.*.inner.b.c': 'no place',
        'data.*.flat.*': 'bare values',
      },
      unread: [],
    })
    expect(of(daily(META), page, { omits: { r: { inner: 'itself alone' } } }).unread).toContain('data.*.inner.b.c')
  })
  test('counts what leads to other pulls, and what they carry', () => {
    const pulls = {
      r: {
        request: { method: 'GET', url: 'https://a.example', as: 'user' },
        items: 'data',
        paging: { kind: 'cursor', from: 'next', to: 'c' },
        follow: [{ pull: 'inner', params: { id: 'id' }, carry: 'of' }],
      },
      inner: { request: { method: 'GET', url: 'https://a.example', as: 'user' } },
    } as const
    const maps = { ...daily(META), inner: resource('', [into('daily', day({ date: '@of.date' }), META)]) }
    const page = { next: 'x', data: [{ day: 'd', id: 1, date: '2026-07-01', rest: 1 }] }
    expect(of(maps, page, { pulls: pulls as never }).unread).toEqual(['data.*.rest'])
  })
  test('sums and tables tell all of theirs', () => {
    const maps = daily({
      metadata: { upload_type: table('by', { manual: 2 }, 1) },
      distance_data: { steps: sum('a', 'b') },
    } as never)
    expect(of(maps, { data: [{ day: 'd', by: 'x', a: 1, b: 2, c: 3 }] }).unread).toEqual(['data.*.c'])
  })
})
