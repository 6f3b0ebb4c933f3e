import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clock, told } from '../../shared/source/clocks.ts'
import { numeric } from '../../shared/source/readers.ts'
import {
  csv,
  evenly,
  joined,
  pairs,
  parallel,
  positions,
  sampledData,
  sinceBase,
} from '../../shared/source/sample-arrays.ts'
import { clockMap, offsetMap, secondMap, secondRows, spanMaps } from '../../shared/source/sample-maps.ts'
import { list } from '../../shared/source/samples.ts'
import { isoText } from '../../shared/source/wall-clock.ts'
import { NIGHT, readBy } from './reading.ts'

const stamp = (seconds: number) => isoText(NIGHT.baseAt + seconds * 1000, NIGHT.offset)
const VALUES = fc.array(fc.option(fc.integer({ min: 1, max: 220 })), { maxLength: 50 })
/** What any style must give of values that are `step` seconds apart: gaps left out. */
const expected = (values: (number | null)[], step: number) => {
  const samples = values.flatMap((bpm, i) => (bpm === null ? [] : [{ timestamp: stamp(i * step), bpm }]))
  return samples.length > 0 ? samples : undefined
}

describe('a series', () => {
  const second = (i: number, step: number) => NIGHT.baseAt / 1000 + i * step
  const iso = (i: number, step: number) => new Date(NIGHT.baseAt + i * step * 1000).toISOString()
  test.each<[string, (values: (number | null)[], step: number) => unknown]>([
    ['of values and a rate', (data, rate) => readBy(evenly('data', 'bpm', { every: 'rate' }), { data, rate })],
    [
      'as text and a rate',
      (data, rate) =>
        readBy(csv('data', 'bpm', { every: 'rate', least: 1 }), {
          data: data.map((v) => v ?? '').join(','),
          rate: String(rate),
        }),
    ],
    [
      'beside offsets',
      (data, step) =>
        readBy(parallel('hr.data', 'bpm', { timeAt: 'time.data' }), {
          hr: { data },
          time: { data: data.map((_, i) => i * step) },
        }),
    ],
    [
      'beside Unix seconds',
      (v, step) =>
        readBy(parallel('v', 'bpm', { timeAt: 't', style: 's' }), {
          v,
          t: v.map((_, i) => second(i, step)),
        }),
    ],
    ['in pairs of offsets', (v, step) => readBy(pairs('v', 'bpm'), { v: v.map((bpm, i) => [i * step, bpm]) })],
    [
      'in pairs of times',
      (v, step) => readBy(pairs('v', 'bpm', { style: 'iso' }), { v: v.map((bpm, i) => [iso(i, step), bpm]) }),
    ],
    [
      'in a map of offsets',
      (v, step) => readBy(offsetMap('v', 'bpm'), { v: Object.fromEntries(v.map((bpm, i) => [i * step, bpm])) }),
    ],
    [
      'in a map of Unix seconds',
      (v, step) => readBy(secondMap('v', 'bpm'), { v: Object.fromEntries(v.map((bpm, i) => [second(i, step), bpm])) }),
    ],
    [
      'in rows of Unix seconds',
      (v, step) =>
        readBy(secondRows('v', 'bpm', 'hr'), { v: Object.fromEntries(v.map((hr, i) => [second(i, step), { hr }])) }),
    ],
    [
      'in a map for each span, which overlap',
      (v, step) => {
        const span = (from: number, to: number) => ({
          hr: Object.fromEntries(v.map((bpm, i) => [second(i, step), bpm]).slice(from, to)),
        })
        return readBy(spanMaps('spans', 'hr', 'bpm'), { spans: [span(7, 50), span(0, 12)] })
      },
    ],
    [
      'of objects',
      (v, step) =>
        readBy(list('v', { timestamp: sinceBase('ms', 'ms'), bpm: numeric('bpm') }), {
          v: v.map((bpm, i) => ({ ms: i * step * 1000, bpm })),
        }),
    ],
    [
      'of objects with times',
      (v, step) =>
        readBy(list('v', { timestamp: told(clock('t')), bpm: numeric('bpm') }), {
          v: v.map((bpm, i) => ({ t: iso(i, step), bpm: bpm && String(bpm) })),
        }),
    ],
    [
      'in FHIR',
      (v, step) =>
        readBy(sampledData('valueSampledData', 'bpm'), {
          valueSampledData: {
            origin: { value: 0 },
            period: step * 1000,
            dimensions: 1,
            data: v.map((bpm) => bpm ?? 'E').join(' '),
          },
        }),
    ],
  ])('%s is the same samples, without the gaps', (_, read) =>
    fc.assert(
      fc.property(VALUES, fc.integer({ min: 1, max: 900 }), (values, step) => {
        expect(read(values, step)).toEqual(expected(values, step))
      }),
      { numRuns: 60 },
    ),
  )
  test('starts at a time of its own', () =>
    expect(
      readBy(evenly('v', 'bpm', { every: 5, start: clock('at') }), { v: [60, 61], at: '2026-07-01T00:00:00Z' }),
    ).toEqual([
      { timestamp: '2026-07-01T02:00:00.000000+02:00', bpm: 60 },
      { timestamp: '2026-07-01T02:00:05.000000+02:00', bpm: 61 },
    ]))
  test('is turned into the unit, bounded, looked up, and added up', () => {
    const of = { v: [1, 2, 255] }
    const values = (samples: { level: number }[] | undefined) => samples?.map(({ level }) => level)
    expect(values(readBy(evenly('v', 'level', { every: 1, everyUnit: 's', none: [255], times: 0.1 }), of))).toEqual([
      0.1, 0.2,
    ])
    expect(values(readBy(evenly('v', 'level', { every: 1, entries: { 1: 5, 2: 4 } }), of))).toEqual([5, 4])
    expect(values(readBy(evenly('v', 'level', { every: 1, running: true, most: 9 }), of))).toEqual([1, 3])
    expect(values(readBy(clockMap('v', 'level', { running: true }), { v: { '01:00': 2, '00:00': 1 } }))).toEqual([1, 3])
    expect(
      readBy(
        list<{ timestamp: string; steps: number }>(
          'v',
          { timestamp: told(clock('t')), steps: numeric('n') },
          { running: 'steps' },
        ),
        {
          v: [
            { t: '2026-07-01T00:00:00Z', n: '6' },
            { t: '2026-07-01T00:01:00Z', n: '4' },
          ],
        },
      )?.map(({ steps }) => steps),
    ).toEqual([6, 10])
  })
  test('in FHIR has a factor and an origin, and one dimension', () => {
    const data = { origin: { value: 2048 }, period: 10, factor: 1.612, data: '0 E -3', dimensions: 1 }
    expect(readBy(sampledData('d', 'bpm'), { d: data })).toEqual([
      { timestamp: stamp(0), bpm: 2048 },
      { timestamp: stamp(0.02), bpm: 2043.164 },
    ])
    expect(() => readBy(sampledData('d', 'bpm'), { d: { ...data, dimensions: 2 } })).toThrow('one dimension')
  })
  test('of positions are pairs on earth', () =>
    expect(
      readBy(positions('latlng', { timeAt: 'time' }), { latlng: [[51.5, -0.6], null, [91, 0]], time: [0, 1, 2] }),
    ).toEqual([{ timestamp: stamp(0), coords_lat_lng_deg: [51.5, -0.6] }]))
  test.each<[string, () => unknown]>([
    ['v and t should be equally long', () => readBy(parallel('v', 'bpm', { timeAt: 't' }), { v: [1, 2], t: [0] })],
    ['v.1 should be a number', () => readBy(evenly('v', 'bpm', { every: 1 }), { v: [1, 'high'] })],
    ['v should be a list', () => readBy(evenly('v', 'bpm', { every: 1 }), { v: 'high' })],
    ['v should be text', () => readBy(csv('v', 'bpm', { every: 1 }), { v: [1] })],
    ['rate should be a positive number', () => readBy(csv('v', 'bpm', { every: 'rate' }), { v: '1', rate: 0 })],
    ['v.0 should be a pair', () => readBy(pairs('v', 'bpm'), { v: [7] })],
    ['v has a key that is not a time of day', () => readBy(clockMap('v', 'bpm'), { v: { '24:10': 1 } })],
    ['v has a key that is not a number of seconds', () => readBy(offsetMap('v', 'bpm'), { v: { '1:00': 60 } })],
    [
      'v has a key that is not a number of seconds',
      () => readBy(secondRows('v', 'bpm', 'hr'), { v: { x: { hr: 60 } } }),
    ],
    ['v.7.hr should be a number', () => readBy(secondRows('v', 'bpm', 'hr'), { v: { 7: { hr: [] } } })],
    ['v should be an object', () => readBy(secondMap('v', 'bpm'), { v: [60] })],
    ['t should be a list', () => readBy(parallel('v', 'bpm', { timeAt: 't' }), { v: [1] })],
  ])('is refused with a reason: %s', (reason, read) => expect(read).toThrow(reason))
  test('of several is joined in order, the first reader has the say', () => {
    const both = joined(pairs('a', 'bpm'), pairs('b', 'bpm'))
    expect(
      readBy(both, {
        a: [[10, 60]],
        b: [
          [0, 59],
          [10, 99],
        ],
      })?.map(({ bpm }) => bpm),
    ).toEqual([59, 60])
    expect(readBy(both, {})).toBeUndefined()
  })
})
