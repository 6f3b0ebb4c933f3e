import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ACTIVITY_TYPE, ActivityType, SleepUploadType, UploadType } from '../../shared/schema/enums.ts'
import { activityCode, activityPair, activityType, activityTypes } from '../../shared/source/activity-types.ts'
import { parseJson } from '../../shared/source/big-numbers.ts'
import { clock } from '../../shared/source/clocks.ts'
import { defineProvider, type ProviderTable } from '../../shared/source/define.ts'
import { gatherByDay } from '../../shared/source/gather.ts'
import { into, resource } from '../../shared/source/map.ts'
import { normalizePayload } from '../../shared/source/normalize.ts'
import { day, session } from '../../shared/source/places.ts'
import { device, sleepUploadType, uploadType } from '../../shared/source/provenance.ts'
import { goTo, pointer } from '../../shared/source/reader.ts'
import { constant, number, text } from '../../shared/source/readers.ts'
import { preferring } from '../../shared/source/sources.ts'
import { sumOver } from '../../shared/source/sums.ts'
import { contextOf, readBy } from './reading.ts'

describe('a path', () => {
  const panel = {
    component: [
      { code: { coding: [{ code: '8480-6' }] }, value: 120 },
      { code: { coding: [{ code: '8462-4' }] }, value: 80 },
    ],
  }
  test.each<[string, unknown, unknown]>([
    ['result.days|days', { days: [1] }, [1]],
    ['result.days|days', { result: { days: [2] }, days: [1] }, [2]],
    ['food_entries.food_entry[]', { food_entries: '' }, []],
    ['food_entries.food_entry[]', { food_entries: { food_entry: { id: 1 } } }, [{ id: 1 }]],
    ['food_entries.food_entry[]', { food_entries: { food_entry: [{ id: 1 }] } }, [{ id: 1 }]],
    [
      'series{}',
      { series: { 7: 'a', b: 'c' } },
      [
        { key: '7', value: 'a' },
        { key: 'b', value: 'c' },
      ],
    ],
    ['metrics[type=SLEEP].object.score', { metrics: [{ type: 'hr' }, { type: 'Sleep', object: { score: 0 } }] }, 0],
    ['samples[sample-type=1].data', { samples: [{ 'sample-type': 1, data: '0,1' }] }, '0,1'],
    ['component[code.coding.0.code=8462-4].value', panel, 80],
    ['component[code.coding.0.code=1-1].value', panel, undefined],
    [
      '[type=watts].data',
      [
        { type: 'time', data: [0] },
        { type: 'watts', data: [7] },
      ],
      [7],
    ],
    ['list.1.a', { list: [{ a: 1 }, { a: 2 }] }, 2],
    ['a.b.c', { a: null }, undefined],
  ])('%s', (path, item, expected) => expect(goTo(path)(item)).toEqual(expected))
  test('as a pointer is that of its first way', () => {
    expect(pointer('@a.list[].b|c')).toBe('a/list/b')
    expect(pointer('map{}')).toBe('map')
  })
})

describe('JSON', () => {
  test('keeps whole numbers beyond 2^53, as text, and leaves all else alone', () => {
    const body =
      '{"id":12345678987654321,"n":[-9007199254740993 ,1, 9007199254740991],"t":"at: 12345678987654321, \\"x","f":0.5719236087799072,"g":1234567890123456789.5}'
    expect(parseJson(body)).toEqual({
      id: '12345678987654321',
      n: ['-9007199254740993', 1, 9007199254740991],
      t: 'at: 12345678987654321, "x',
      f: 0.5719236087799072,
      g: Number('1234567890123456789.5'),
    })
  })
  test('is otherwise what JSON.parse makes of it', () =>
    fc.assert(
      fc.property(fc.json(), (body) => {
        const asText = (_: string, value: unknown) =>
          Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(String(value))
            ? String(value)
            : value
        expect(parseJson(body)).toEqual(JSON.parse(body, asText))
      }),
    ))
  test('of long whole numbers and long fractions side by side changes the whole ones alone', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n }), fc.double({ min: -1e9, max: 1e9, noNaN: true })),
        ),
        (rows) => {
          const body = `[${rows.map(([id, value]) => `{"id":${id},"value":${String(value)}}`).join(',')}]`
          expect(parseJson(body)).toEqual(rows.map(([id, value]) => ({ id: String(id), value: value + 0 })))
        },
      ),
    ))
  test('of any whole numbers loses no digit', () =>
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n })), (numbers) => {
        const body = `{"ids":[${numbers.join(', ')}]}`
        expect(parseJson(body).ids.map(String)).toEqual(numbers.map(String))
      }),
    ))
  test('of any text beside a long number leaves the text as it is, however long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const body = `{"id":12345678987654321,"text":${JSON.stringify(text)},"n":-12345678987654321}`
        expect(parseJson(body)).toEqual({ id: '12345678987654321', text, n: '-12345678987654321' })
      }),
    )
    const text = 'x\\" '.repeat(4_000_000)
    expect(parseJson(`[12345678987654321,${JSON.stringify(text)}]`)[1] === text).toBe(true)
  })
  test('that is none is refused all the same', () =>
    expect(() => parseJson('{"id":12345678987654321')).toThrow(SyntaxError))
})

const provider = (maps: ProviderTable['maps']) =>
  defineProvider({
    slug: 'x',
    resource: 'X',
    name: 'X',
    category: 'body',
    origins: [],
    auth: { kind: 'device' },
    connected: { historyDays: 0 },
    pulls: {},
    notices: {},
    maps,
  })
const normalize = (maps: ProviderTable['maps'], resource: string, payload: unknown) =>
  normalizePayload(provider(maps), {
    resource,
    kind: 'fetched',
    body: typeof payload === 'string' ? payload : JSON.stringify(payload),
    user_id: 'u',
  })
const RUNS = into(
  'activity',
  session({ id: 'id', start: clock('start'), end: clock('end') }),
  { metadata: { type: constant(8), upload_type: constant(1), name: text('id') } },
  { gone: ({ deleted }) => deleted === true, when: ({ state }) => state === 'FINAL' },
)
const RUN = { id: 7, start: '2026-07-01T10:00:00Z', end: '2026-07-01T11:00:00Z', state: 'FINAL' }

describe('items', () => {
  test('that say they are gone take back the record of their id, and need no more than it', () => {
    const made = normalize({ runs: [RUNS] }, 'runs', {
      runs: [RUN, { id: 7, deleted: true }, { ...RUN, state: 'PENDING' }],
    })
    expect(made.quarantined).toEqual([])
    expect(made.records).toEqual([
      expect.objectContaining({ type: 'activity', data: expect.anything() }),
      {
        type: 'activity',
        part: 'runs',
        summary_id: made.records[0]!.summary_id,
        data: undefined,
        startAt: 0,
        endAt: 0,
      },
    ])
  })
  test('that are gone, but do not say which, are quarantined', () =>
    expect(normalize({ runs: [RUNS] }, 'runs', { runs: [{ deleted: true }] }).quarantined).toEqual([
      { path: '/runs/0', reason: 'the item says that it is gone, but not which one it is' },
    ]))
  test('keep an id beyond 2^53', () => {
    const of = (id: string) =>
      normalize({ runs: [RUNS] }, 'runs', JSON.stringify({ runs: [RUN] }).replace(':7', `:${id}`)).records
    expect(of('12345678987654321')[0]!.data).toMatchObject({ metadata: { name: '12345678987654321' } })
    expect(of('12345678987654321')[0]!.summary_id).not.toBe(of('12345678987654320')[0]!.summary_id)
  })
  test('of several versions are read in the newest', () => {
    const map = resource('runs', [RUNS], { newest: { id: 'id', version: 'v' } })
    const runs = [
      { ...RUN, v: 1, id: 'a' },
      { ...RUN, v: 3, id: 'b' },
      { ...RUN, v: 2, id: 'b' },
      { ...RUN, v: 2, id: 'a' },
      RUN,
      { ...RUN, id: null },
    ]
    const names = normalize({ runs: map }, 'runs', { runs }).records.map(
      ({ data }) => (data as { metadata: { name?: string } }).metadata.name,
    )
    expect(names).toEqual(['b', 'a', '7', undefined])
  })
})

describe('sources of one thing', () => {
  const gather = preferring(
    { source: 'app', order: [/watch/i, 'phone'], start: clock('start', 's'), end: clock('end', 's') },
    gatherByDay({ start: clock('start', 's') }),
  )
  const map = resource(
    'steps',
    [
      into('daily', day({ moment: clock('slices.0.start', 's') }), {
        metadata: { upload_type: constant(1) },
        distance_data: { steps: sumOver('slices', number('n')) },
      }),
    ],
    { gather },
  )
  test('are never added up: the better one tells the time that it knows of', () => {
    const steps = [
      { app: 'phone', start: 0, end: 600, n: 100 },
      { app: 'My Watch', start: 300, end: 900, n: 80 },
      { app: 'other', start: 900, end: 1200, n: 7 },
      { app: 'phone', start: 900, end: 960, n: 5 },
      { app: 'zother', start: 1300, end: 1300, n: 1 },
      { app: 'phone', start: 'now', end: 2, n: 1 },
    ]
    const made = normalize({ steps: map }, 'steps', { steps })
    expect(made.records[0]!.data).toMatchObject({ distance_data: { steps: 86 } })
    expect(made.quarantined).toEqual([
      { path: '/steps/5/start', reason: 'start should be a number of seconds, found text' },
    ])
  })
  test('whatever they tell, nothing that is kept overlaps something of another source', () => {
    const one = fc
      .tuple(fc.nat(500), fc.nat(60), fc.constantFrom('watch', 'phone', 'a', 'b'))
      .map(([start, length, app]) => ({ app, start, end: start + length }))
    fc.assert(
      fc.property(fc.array(one, { maxLength: 40 }), (items) => {
        const kept = gather(items, () => expect.unreachable(), contextOf()).flatMap(
          ({ slices }) => slices,
        ) as typeof items
        for (const a of kept)
          for (const b of kept)
            if (a.app !== b.app) expect(Math.min(a.end, b.end) - Math.max(a.start, b.start)).toBeLessThanOrEqual(0)
        // The best source loses nothing.
        expect(kept.filter(({ app }) => app === 'watch')).toHaveLength(
          items.filter(({ app }) => app === 'watch').length,
        )
      }),
    )
  })
})

describe('tables', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.integer({ min: -5, max: 400 }),
    fc.constantFrom('manual', 'running', 'Auto Detected', undefined),
  )
  test('give members of the schema alone, whatever comes', () =>
    fc.assert(
      fc.property(anything, anything, (a, b) => {
        const own = activityTypes('8=0,RUN 10=2/46')
        for (const reader of [activityType('a', own), activityPair('a', 'b', own), activityCode('a')])
          expect(ActivityType.safeParse(readBy<ActivityType>(reader, { a, b })).success).toBe(true)
        expect(UploadType.safeParse(readBy(uploadType('a'), { a })).success).toBe(true)
        expect(SleepUploadType.safeParse(readBy(sleepUploadType('a'), { a })).success).toBe(true)
      }),
    ))
  test('of activities by two fields take the finer word, the coarser, the pair; else Other, or Unknown without any', () => {
    const own = activityTypes('132=WATERSPORTS_WATERSKI 150=2/46 1=2')
    const read = (sport: unknown, detail: unknown) => readBy(activityPair('sport', 'detail', own), { sport, detail })
    expect(read('OTHER', 'WATERSPORTS_WATERSKI')).toBe(132)
    expect(read('RUNNING', 'UNHEARD_OF')).toBe(8)
    expect(read(2, 46)).toBe(150)
    expect(read(2, 0)).toBe(1)
    expect(read('OTHER', 'NEW')).toBe(108)
    expect(read(null, undefined)).toBe(4)
  })
  test("of the contract's own codes are the codes", () => {
    for (const code of Object.values(ACTIVITY_TYPE)) expect(readBy(activityCode('a'), { a: code })).toBe(code)
    expect(readBy(activityCode('a'), { a: 9999 })).toBe(108)
    expect(readBy(activityCode('a'), {})).toBe(4)
  })
  test('of how something was recorded have other codes for sleeps', () => {
    expect(
      ['DERIVED', 'auto_detected', 'Manual', 3, undefined].map((a) => readBy(uploadType('a', { 3: 2 }), { a })),
    ).toEqual([1, 1, 2, 2, 0])
    expect(['DERIVED', 'manual'].map((a) => readBy(sleepUploadType('a'), { a }))).toEqual([2, 1])
  })
  test('of devices name only what is told', () => {
    const tree = device({ name: 'device.model', manufacturer: 'device.manufacturer' })
    expect(Object.keys(tree)).toEqual(['name', 'manufacturer'])
    expect(readBy(tree.name, { device: { model: 'X1', manufacturer: null } })).toBe('X1')
    expect(readBy(tree.manufacturer, { device: { model: 'X1', manufacturer: null } })).toBeUndefined()
  })
})
