import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SleepLevel } from '../../shared/schema/enums.ts'
import { clock, latestOf } from '../../shared/source/clocks.ts'
import { gatherByDay, gatherSessions } from '../../shared/source/gather.ts'
import { flatten, hypnogram } from '../../shared/source/hypnogram.ts'
import { session } from '../../shared/source/places.ts'
import { number } from '../../shared/source/readers.ts'
import { timeOfDay } from '../../shared/source/sample-arrays.ts'
// biome-ignore format: one line reads better.
import { type Span, sleepLevel, spanClock, spanList, spanMap, spansInOrder, unixSpan } from '../../shared/source/stages.ts'
import { contextOf, readBy } from './reading.ts'

const LEVELS = [0, 1, 2, 3, 4, 5, 6] as const
const SPAN = fc
  .tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 90 }), fc.constantFrom(...LEVELS))
  .map(([start, length, level]): Span => ({ startAt: start * 60_000, endAt: (start + length) * 60_000, level }))
const LAYERS = fc.array(fc.array(SPAN, { maxLength: 25 }), { minLength: 1, maxLength: 3 })
/** The level of each minute, by the rule alone: the later layer, and in one the later start (of two, the shorter), wins. */
function minutes(layers: Span[][]): (number | undefined)[] {
  return Array.from({ length: 700 }, (_, minute) => {
    const at = minute * 60_000
    for (const layer of [...layers].reverse()) {
      const open = layer.filter(({ startAt, endAt }) => startAt <= at && at < endAt)
      const top = open.sort((a, b) => b.startAt - a.startAt || a.endAt - b.endAt)[0]
      if (top) return top.level
    }
    return undefined
  })
}

describe('overlapping spans', () => {
  test('become a row in order, without overlap, that covers what they covered', () =>
    fc.assert(
      fc.property(LAYERS, (layers) => {
        const row = flatten(layers)
        row.forEach(({ startAt, endAt }, i) => {
          expect(startAt).toBeLessThan(endAt)
          if (i > 0) expect(startAt).toBeGreaterThanOrEqual(row[i - 1]!.endAt)
        })
        const covered = (spans: Span[]) => minutes([spans]).map((level) => level !== undefined)
        expect(covered(row)).toEqual(covered(layers.flat()))
      }),
    ))
  test('are told minute by minute as the rule says', () =>
    fc.assert(
      fc.property(LAYERS, (layers) => {
        const unique = layers.map((layer) => [
          ...new Map(layer.map((span) => [`${span.startAt}/${span.endAt}`, span])).values(),
        ])
        expect(minutes([flatten(unique)])).toEqual(minutes(unique))
      }),
    ))
  test('have totals that add up to all the time covered', () =>
    fc.assert(
      fc.property(LAYERS, (layers) => {
        const night = hypnogram(layers.map((spans) => ({ read: () => spans, from: [] })))
        const totals = LEVELS.map((level) => readBy(night.seconds(level), {}) ?? 0)
        const covered = minutes(layers).filter((level) => level !== undefined).length * 60
        expect(totals.reduce((a, b) => a + b, 0)).toBe(covered)
        const asleep = readBy(night.asleep, {}) ?? 0
        expect(asleep).toBe(totals[2]! + totals[4]! + totals[5]! + totals[6]!)
      }),
    ))
})

const CLASSIC = { asleep: 2, restless: 1, awake: 1 } as const
/** The night of the tests: 2026-06-30T23:50:07+02:00 to 07:00. */
const at = (time: string, day = '2026-07-01') => `${day}T${time}.000000+02:00`
describe('stages', () => {
  const local = (path: string) => clock(path, 'iso')
  test('in a list, with short wakes that are spliced in', () => {
    const of = { start: local('dateTime'), length: number('seconds'), level: sleepLevel('level') }
    const night = hypnogram([spanList('levels.data', of), spanList('levels.shortData', of)])
    const item = {
      levels: {
        data: [
          { dateTime: '2026-06-30T23:50:07.000', level: 'wake', seconds: 593 },
          { dateTime: '2026-07-01T00:00:00.000', level: 'light', seconds: 3600 },
          { dateTime: '2026-07-01T01:00:00.000', level: 'deep', seconds: 21_600 },
        ],
        shortData: [{ dateTime: '2026-07-01T00:10:30.000', level: 'wake', seconds: 30 }],
      },
    }
    const context = contextOf()
    expect(night.samples.read(item, context)).toEqual([
      { timestamp: at('23:50:07', '2026-06-30'), level: 1 },
      { timestamp: at('00:00:00'), level: 4 },
      { timestamp: at('00:10:30'), level: 1 },
      { timestamp: at('00:11:00'), level: 4 },
      { timestamp: at('01:00:00'), level: 5 },
    ])
    expect(night.light.read(item, context)).toBe(3570)
    expect(night.awake.read(item, context)).toBe(623)
    expect(night.rem.read(item, context)).toBe(0)
    expect(night.episodes(1).read(item, context)).toBe(2)
  })
  test('that nothing is known of are level 0, up to the next and to the end', () => {
    const spans = spanMap('map', unixSpan('s', 'e'), { deep: 5, rem: 6 })
    const start = Date.UTC(2026, 5, 30, 22) / 1000
    const item = { map: { deep: [{ s: start, e: start + 60 }], rem: [{ s: start + 120, e: start + 180 }] } }
    expect(readBy(hypnogram(spans).samples, item)).toEqual([
      { timestamp: at('00:00:00'), level: 5 },
      { timestamp: at('00:01:00'), level: 0 },
      { timestamp: at('00:02:00'), level: 6 },
      { timestamp: at('00:03:00'), level: 0 },
    ])
  })
  test('one after another', () => {
    const spans = spansInOrder('stages', { level: sleepLevel('stage'), length: number('duration') })
    const night = hypnogram(spans)
    const item = {
      stages: [
        { stage: 'awake', duration: 593 },
        { stage: 'light', duration: 1500 },
        { stage: 'out', duration: 60 },
      ],
    }
    expect(readBy(night.samples, item)?.slice(0, 3)).toEqual([
      { timestamp: at('23:50:07', '2026-06-30'), level: 1 },
      { timestamp: at('00:00:00'), level: 4 },
      { timestamp: at('00:25:00'), level: 3 },
    ])
    expect(readBy(night.light, item)).toBe(1500)
    expect(() => readBy(night.light, { stages: [{ stage: 'awake' }] })).toThrow('stages.0 has no length')
  })
  test('by the time of day, each until the next, the last to the end', () => {
    const night = hypnogram(spanClock('hypnogram', { 0: 1, 1: 6, 2: 4, 3: 4, 4: 5, 5: 0 }))
    const item = { hypnogram: { '00:00': 3, '23:50': 0, '06:30': 1 } }
    expect(readBy(night.samples, item)).toEqual([
      { timestamp: at('23:50:07', '2026-06-30'), level: 1 },
      { timestamp: at('00:00:00'), level: 4 },
      { timestamp: at('06:30:00'), level: 6 },
    ])
    expect(readBy(night.light, item)).toBe(6.5 * 3600)
    expect(readBy(night.rem, item)).toBe(1800)
  })
  test('per minute with a time of day are one span where they are the same', () => {
    const level = sleepLevel('value', { 1: 2, 2: 1, 3: 1 })
    const spans = spanList('minuteData', { start: timeOfDay('dateTime'), length: { read: () => 60, from: [] }, level })
    const minute = (dateTime: string, value: string) => ({ dateTime, value })
    const item = {
      minuteData: [minute('23:59:00', '1'), minute('00:00:00', '1'), minute('00:01:00', '3'), minute('00:02:00', '2')],
    }
    expect(readBy(hypnogram(spans, { same: 'joined' }).samples, item)?.slice(0, 2)).toEqual([
      { timestamp: at('23:59:00', '2026-06-30'), level: 2 },
      { timestamp: at('00:01:00'), level: 1 },
    ])
  })
  test('broken ones are reported alone', () => {
    const spans = spanList('levels', {
      start: local('at'),
      length: number('seconds'),
      level: sleepLevel('level', CLASSIC),
    })
    const context = contextOf()
    const item = {
      levels: [
        { at: 'noon', level: 'asleep', seconds: 1 },
        { at: '2026-07-01T00:00:00', level: 'asleep', seconds: 60 },
      ],
    }
    expect(hypnogram(spans).asleep.read(item, context)).toBe(60)
    expect(context.reported).toEqual(['levels/0/at: at is not an ISO 8601 time'])
  })
  test('of every word are levels of the schema, whatever the case; of what is not known, unknown', () => {
    const read = (stage: unknown) => readBy(sleepLevel('stage', { 7: 1 }), { stage })
    fc.assert(fc.property(fc.oneof(fc.string(), fc.integer()), (stage) => SleepLevel.safeParse(read(stage)).success))
    expect(['AsleepCore', 'LIGHT', 'light', 'Asleep Deep', 'rem', 'out-of-bed', 7, 'dozing'].map(read)).toEqual([
      4, 4, 4, 5, 6, 3, 1, 0,
    ])
  })
})

describe('samples that come one by one', () => {
  const start = clock('start', 's')
  const end = clock('end', 's')
  const items = fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 120 }), fc.constantFrom('watch', 'phone'))
      .map(([from, length, app]) => ({ start: from * 60, end: (from + length) * 60, app })),
    { maxLength: 40 },
  )
  const GAP = 1800
  test('make sessions that are in order, are apart by more than the gap, and hold each sample once', () =>
    fc.assert(
      fc.property(items, (list) => {
        const sessions = gatherSessions({ start, end, gapSeconds: GAP })(list, () => expect.unreachable(), contextOf())
        expect(sessions.flatMap(({ indexes }) => indexes).sort((a, b) => a - b)).toEqual(list.map((_, i) => i))
        sessions.forEach(({ slices, indexes }, i) => {
          expect(indexes.map((index) => list[index])).toEqual(slices)
          const before = sessions[i - 1]
          const lastEnd = (of: { end: number }[]) => Math.max(...of.map((one) => one.end))
          if (before) expect(slices[0].start).toBeGreaterThan(lastEnd(before.slices) + GAP)
          slices.forEach((slice, k) => {
            if (k > 0) expect(slice.start).toBeLessThanOrEqual(lastEnd(slices.slice(0, k)) + GAP)
          })
        })
      }),
    ))
  test('of different sources make sessions apart', () =>
    fc.assert(
      fc.property(items, (list) => {
        const sessions = gatherSessions({ start, end, gapSeconds: GAP, by: 'app' })(list, () => {}, contextOf())
        for (const { slices } of sessions) expect(new Set(slices.map(({ app }) => app)).size).toBe(1)
        for (const app of ['watch', 'phone']) {
          const own = list.filter((one) => one.app === app)
          const alone = gatherSessions({ start, end, gapSeconds: GAP })(own, () => {}, contextOf())
          expect(sessions.filter(({ slices }) => slices[0].app === app).map(({ slices }) => slices)).toEqual(
            alone.map(({ slices }) => slices),
          )
        }
      }),
    ))
  test('of one night are a sleep from the first to the latest end', () => {
    const place = session({ start: clock('slices.0.start', 's'), end: latestOf('slices', end) })
    const frame = readBy(place, {
      slices: [
        { start: 60, end: 600 },
        { start: 90, end: 120 },
      ],
    })
    expect(frame).toMatchObject({ startAt: 60_000, endAt: 600_000, key: 'start:60' })
  })
  test('are gathered by local day, broken ones reported, others left out', () => {
    const reported: [number, string][] = []
    const gather = gatherByDay({ start: clock('at'), where: ({ kind }) => kind !== 'goal' })
    const list = [
      { at: '2026-07-02T00:10:00+02:00' },
      { at: '2026-07-01T23:50:00+02:00' },
      { at: 'noon' },
      { at: '2026-07-01T01:00:00+02:00' },
      { kind: 'goal' },
    ]
    const days = gather(list, (index, { message }) => reported.push([index, message]), contextOf())
    expect(days.map(({ indexes }) => indexes)).toEqual([[3, 1], [0]])
    expect(reported).toEqual([[2, 'at is not an ISO 8601 time']])
  })
})
