import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clock } from '../../shared/source/clocks.ts'
import { type OffsetUnit, offset } from '../../shared/source/offsets.ts'
import { clockMap } from '../../shared/source/sample-maps.ts'
import type { TimeStyle } from '../../shared/source/time-styles.ts'
import { isoText } from '../../shared/source/wall-clock.ts'
import { zoneMoment, zoneOffset } from '../../shared/source/zone.ts'
import { readBy } from './reading.ts'

/** Whole seconds from 1971 to 2099, and quarter hours from −14 to +14. */
const SECONDS = fc.integer({ min: 31_536_000, max: 4_102_444_800 })
const QUARTERS = fc.integer({ min: -56, max: 56 })
/** The platform's own account of a moment, as if the offset were UTC. */
const local = (seconds: number, quarters = 0) => new Date((seconds + quarters * 900) * 1000)
const wallText = (date: Date) => date.toISOString().slice(0, 19)
const two = (n: number) => String(n).padStart(2, '0')
const american = (date: Date) => {
  const hour = date.getUTCHours()
  const time = `${hour % 12 || 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${hour < 12 ? 'AM' : 'PM'}`
  return `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()} ${time}`
}
const parts = (names: [string, number][]) => Object.fromEntries(names.filter(([, value]) => value !== 0))
const civil = (date: Date) => ({
  date: { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() },
  time: parts([
    ['hours', date.getUTCHours()],
    ['minutes', date.getUTCMinutes()],
    ['seconds', date.getUTCSeconds()],
  ]),
})
const offsetText = (quarters: number, colon: string) => {
  const minutes = Math.abs(quarters) * 15
  return `${quarters < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${colon}${two(minutes % 60)}`
}

/** Each way to tell an instant and its offset, told by the platform. */
const STYLES: [
  TimeStyle,
  OffsetUnit | undefined,
  (seconds: number, quarters: number) => { at: unknown; o?: unknown },
][] = [
  ['s', 's', (s, q) => ({ at: s, o: q * 900 })],
  ['s', 'min', (s, q) => ({ at: String(s), o: q * 15 })],
  ['ms', 'quarters', (s, q) => ({ at: s * 1000, o: q })],
  ['ns', undefined, (s, q) => ({ at: `${s}000000000`, o: `${q * 900}s` })],
  ['fit', undefined, (s, q) => ({ at: s - Date.UTC(1989, 11, 31) / 1000, o: offsetText(q, '') })],
  ['iso', undefined, (s, q) => ({ at: local(s).toISOString(), o: offsetText(q, ':') })],
  ['iso', undefined, (s, q) => ({ at: `${wallText(local(s, q))}${offsetText(q, ':')}` })],
  ['iso', undefined, (s, q) => ({ at: `${wallText(local(s, q)).replace('T', ' ')} ${offsetText(q, '')}` })],
  ['iso', undefined, (s, q) => ({ at: wallText(local(s, q)), o: { totalSeconds: q * 900 } })],
  ['local-iso', undefined, (s, q) => ({ at: `${wallText(local(s, q))}Z`, o: `UTC${offsetText(q, '')}` })],
  ['local-s', undefined, (s, q) => ({ at: s + q * 900, o: offsetText(q, '') })],
  ['us', undefined, (s, q) => ({ at: american(local(s, q)), o: offsetText(q, ':') })],
  ['utc-us', 's', (s, q) => ({ at: american(local(s)), o: q * 900 })],
  ['civil', undefined, (s, q) => ({ at: civil(local(s, q)), o: `${q * 900}s` })],
]
describe('any instant and offset', () => {
  test.each(STYLES.map((row, i) => [`${i}: ${row[0]}`, row] as const))(
    'comes back as it was, style %s',
    (_, [style, unit, told]) => {
      const at = clock('at', style, offset('o', unit))
      fc.assert(
        fc.property(SECONDS, QUARTERS, (seconds, quarters) => {
          const item = told(seconds, quarters)
          expect(readBy(at, item)).toEqual({ at: seconds * 1000, offset: quarters * 900, utc: false })
        }),
        { numRuns: 300 },
      )
    },
  )
  test('is a local clock where no offset is told, whatever day it is', () =>
    fc.assert(
      fc.property(SECONDS, (seconds) => {
        for (const [style, at] of [
          ['iso', wallText(local(seconds))],
          ['us', american(local(seconds))],
          ['civil', civil(local(seconds))],
        ] as const) {
          const moment = readBy(clock('at', style, 'o'), { at })!
          expect(isoText(moment.at, moment.offset)).toBe(`${wallText(local(seconds))}.000000`)
        }
      }),
      { numRuns: 200 },
    ))
})

/** Half-hour changes, both hemispheres, one that skips midnight, one without changes. */
const ZONES = [
  'Europe/Paris',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'Asia/Kathmandu',
  'Pacific/Apia',
]
/** Within a day and a half of a change of clocks, found by looking at each day. */
const changes = (zone: string): number[] => {
  const found: number[] = []
  for (let day = Date.UTC(2010, 0, 1); day < Date.UTC(2027, 0, 1); day += 86_400_000)
    if (zoneOffset(zone, day) !== zoneOffset(zone, day + 86_400_000)) found.push(day / 1000)
  return found
}
const NEAR = new Map(ZONES.map((zone) => [zone, changes(zone)]))
const moments = (zone: string) => {
  const near = NEAR.get(zone)!
  if (near.length === 0) return SECONDS
  return fc.tuple(fc.constantFrom(...near), fc.integer({ min: -130_000, max: 216_000 })).map(([day, by]) => day + by)
}
describe.each(ZONES)('in %s, near changes of clocks', (zone) => {
  const atLocal = clock('at', 'local-iso', 'zone')
  test('a local clock is placed at a moment that the zone tells so', () =>
    fc.assert(
      fc.property(moments(zone), (seconds) => {
        const offset = zoneOffset(zone, seconds * 1000)!
        const wall = (seconds + offset) * 1000
        const placed = zoneMoment(zone, wall)!
        expect(placed.at + placed.offset * 1000).toBe(wall)
        expect(zoneOffset(zone, placed.at)).toBe(placed.offset)
        // The hour that comes twice is its first time; any other time has one moment only.
        expect(placed.at).toBeLessThanOrEqual(seconds * 1000)
        if (placed.at < seconds * 1000) expect(placed.offset).toBeGreaterThan(offset)
        const item = { at: `${wallText(new Date(wall))}Z`, zone: `(GMT+00:00) ${zone}` }
        expect(readBy(atLocal, item)).toEqual({ ...placed, utc: false })
      }),
      { numRuns: 200 },
    ))
  test('an instant keeps its moment and has the offset of it', () =>
    fc.assert(
      fc.property(moments(zone), (seconds) => {
        expect(readBy(clock('at', 's', 'zone'), { at: seconds, zone })).toEqual({
          at: seconds * 1000,
          offset: zoneOffset(zone, seconds * 1000),
          utc: false,
        })
      }),
      { numRuns: 200 },
    ))
})

describe('times of day of a night', () => {
  test('go on past midnight in any order, and come back as the moments they were', () =>
    fc.assert(
      fc.property(
        SECONDS,
        QUARTERS,
        fc.uniqueArray(fc.integer({ min: 0, max: 1439 }), { minLength: 1, maxLength: 40 }),
        (seconds, quarters, minutes) => {
          const from = Math.floor(seconds / 60) * 60
          const keys = minutes.map(
            (minute) => [wallText(local(from + minute * 60, quarters)).slice(11, 16), minute] as const,
          )
          const samples = readBy(
            clockMap('map', 'bpm'),
            { map: Object.fromEntries(keys) },
            {
              startAt: seconds * 1000,
              baseAt: seconds * 1000,
              offset: quarters * 900,
            },
          )
          const sorted = [...minutes].sort((a, b) => a - b)
          expect(samples).toEqual(
            sorted.map((minute) => ({ timestamp: isoText((from + minute * 60) * 1000, quarters * 900), bpm: minute })),
          )
        },
      ),
      { numRuns: 200 },
    ))
})
