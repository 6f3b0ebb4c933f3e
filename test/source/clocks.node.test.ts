import { describe, expect, test } from 'vitest'
import { after, before, type Clock, clock, dateAndTime, either, told } from '../../shared/source/clocks.ts'
import { anyOffset, type OffsetOf, type OffsetUnit, offset, offsetBetween } from '../../shared/source/offsets.ts'
import { day, session } from '../../shared/source/places.ts'
import { dateAs, number } from '../../shared/source/readers.ts'
import { clockTime, timeOfDay } from '../../shared/source/sample-arrays.ts'
import type { TimeStyle } from '../../shared/source/time-styles.ts'
import { isoText } from '../../shared/source/wall-clock.ts'
import { readBy } from './reading.ts'

const text = (clock: Clock, item: object) => {
  const moment = readBy(clock, item)
  return moment && isoText(moment.at, moment.offset)
}

describe('a time', () => {
  test.each<[TimeStyle, unknown, string, boolean]>([
    ['s', 1640622758, '2021-12-27T16:32:38.000000+00:00', true],
    ['s', '1640622758', '2021-12-27T16:32:38.000000+00:00', true],
    ['ms', 1779025042670, '2026-05-17T13:37:22.670000+00:00', true],
    ['ns', '1422917379811000000', '2015-02-02T22:49:39.811000+00:00', true],
    ['ns', '1436566038006058105', '2015-07-10T22:07:18.006058+00:00', true],
    ['fit', 1000000000, '2021-09-08T01:46:40.000000+00:00', true],
    ['iso', '2026-05-17T02:13:00.000+02:00', '2026-05-17T02:13:00.000000+02:00', false],
    ['iso', '2019-07-19 10:36:11 -0700', '2019-07-19T10:36:11.000000-07:00', false],
    ['iso', '2025-08-14T00:02', '2025-08-14T00:02:00.000000', false],
    ['iso', '2024-09-05 23:17:55 UTC', '2024-09-05T23:17:55.000000+00:00', true],
    ['iso', '2026-08-11T21:41:05.600Z', '2026-08-11T21:41:05.600000+00:00', true],
    ['local-iso', '2018-02-16T06:52:54Z', '2018-02-16T06:52:54.000000', false],
    ['utc-iso', '2025-01-30T23:49:55', '2025-01-30T23:49:55.000000+00:00', true],
    ['local-s', 1442491463, '2015-09-17T12:04:23.000000', false],
    ['us', '5/21/2022 1:38:50 PM', '2022-05-21T13:38:50.000000', false],
    ['us', '12/31/2021 12:05:00 AM', '2021-12-31T00:05:00.000000', false],
    ['us', '09/27/26 05:22:23', '2026-09-27T05:22:23.000000', false],
    ['utc-us', '5/21/2022 12:38:50 PM', '2022-05-21T12:38:50.000000+00:00', true],
    [
      'civil',
      { date: { year: 2026, month: 8, day: 14 }, time: { hours: 22, minutes: 3 } },
      '2026-08-14T22:03:00.000000',
      false,
    ],
    ['civil', { date: { year: 2026, month: 8, day: 14 } }, '2026-08-14T00:00:00.000000', false],
    ['civil', { year: 2026, month: 8, day: 4, seconds: 5 }, '2026-08-04T00:00:05.000000', false],
    ['date', '2023-10-20', '2023-10-20T00:00:00.000000', false],
    ['days', '20437', '2025-12-15T00:00:00.000000', false],
    ['compact', 20260701, '2026-07-01T00:00:00.000000', false],
  ])('as %s is read: %j', (style, value, expected, utc) => {
    expect(text(clock('at', style), { at: value })).toBe(expected)
    expect(readBy(clock('at', style), { at: value })?.utc).toBe(utc)
  })
  test.each<[TimeStyle, unknown]>([
    ['s', 'noon'],
    ['s', {}],
    ['iso', '2026-07-01'],
    ['iso', 1640622758],
    ['iso', '2026-07-01T10:00:00+1'],
    ['us', '13/31/2021 1:00:00 PM'],
    ['us', '1/31/2021 13:00:00 PM'],
    ['us', '1/31/2021 0:00:00 AM'],
    ['civil', '2026-07-01'],
    ['civil', { year: 2026, month: 13, day: 1 }],
    ['days', '12.5'],
    ['compact', 2026071],
    ['ms', 9e15],
    ['s', '-99999999999999'],
  ])('as %s is refused, without its value: %j', (style, value) => {
    const read = () => readBy(clock('a.b', style), { a: { b: value } })
    expect(read).toThrow(/a\.b/)
    expect(read).not.toThrow(typeof value === 'string' ? value : 'x'.repeat(9))
  })
  test('that is empty, or a word for none, is absent', () => {
    for (const value of ['', null, undefined, 'None'])
      expect(readBy(clock('at', 'iso', undefined, { none: ['None'] }), { at: value })).toBeUndefined()
  })
  test('of a date and a time of day that stand apart', () =>
    expect(
      text(dateAndTime('date', 'time', 'zone'), { date: '2023-01-01', time: '23:59:59', zone: 'Europe/Paris' }),
    ).toBe('2023-01-01T23:59:59.000000+01:00'))
  test('moved by a length, and the first that is there', () => {
    const start = clock('start')
    expect(text(after(start, number('seconds')), { start: '2026-07-01T10:00:00+02:00', seconds: 90 })).toBe(
      '2026-07-01T10:01:30.000000+02:00',
    )
    expect(text(before(start, number('seconds')), { start: '2026-07-01T10:00:00+02:00', seconds: 90 })).toBe(
      '2026-07-01T09:58:30.000000+02:00',
    )
    expect(text(either(clock('no'), clock('none'), start), { start: '2026-07-01T10:00:00Z' })).toBe(
      '2026-07-01T10:00:00.000000+00:00',
    )
  })
  test('as a field is told in the offset of the record where it has none', () => {
    expect(readBy(told(clock('at')), { at: '2026-07-01T00:00:00Z' })).toBe('2026-07-01T02:00:00.000000+02:00')
    expect(readBy(told(clock('at')), { at: '2026-07-01T00:00:00' })).toBe('2026-07-01T00:00:00.000000+02:00')
    expect(readBy(told(clock('at')), { at: '2026-07-01T00:00:00-05:00' })).toBe('2026-07-01T00:00:00.000000-05:00')
    expect(readBy(told(clock('at')), { at: '2026-07-01T00:00:00' }, { offset: undefined })).toBe(
      '2026-07-01T00:00:00.000000',
    )
  })
  test('of day is of the night that it is in', () => {
    // The night began at 23:50:07 local time.
    expect(readBy(clockTime('at'), { at: '23:50' })).toBe('2026-06-30T23:50:00.000000+02:00')
    expect(readBy(clockTime('at'), { at: '00:06:30' })).toBe('2026-07-01T00:06:30.000000+02:00')
    expect(readBy(clockTime('at'), { at: '23:49' })).toBe('2026-07-01T23:49:00.000000+02:00')
    const wakingDay = { startAt: Date.UTC(2026, 6, 1), baseAt: Date.UTC(2026, 6, 1), offset: undefined }
    expect(readBy(clockTime('at', { beforeSeconds: 43_200 }), { at: '23:50' }, wakingDay)).toBe(
      '2026-06-30T23:50:00.000000',
    )
    expect(readBy(clockTime('at'), { at: '23:50' }, wakingDay)).toBe('2026-07-01T23:50:00.000000')
    expect(() => readBy(timeOfDay('at'), { at: '24:00' })).toThrow('at is not a time of day')
  })
})

describe('an offset', () => {
  const SUMMER = Date.UTC(2026, 6, 1)
  const seconds = (of: OffsetOf, item: object, at = SUMMER, wall = false) =>
    readBy({ read: (i, c) => of.read(i, c, at, wall) }, item)
  test.each<[OffsetUnit | undefined, unknown, number]>([
    ['s', 7200, 7200],
    ['s', '-25200', -25_200],
    ['min', 180, 10_800],
    ['min', -210, -12_600],
    ['quarters', 34, 30_600],
    ['h', -8, -28_800],
    ['ms', 28_800_000, 28_800],
    [undefined, '+0100', 3600],
    [undefined, '-05:00', -18_000],
    [undefined, 'Z', 0],
    [undefined, 'UTC+0100', 3600],
    [undefined, 'GMT+1', 3600],
    [undefined, '-25200s', -25_200],
    ['s', '-07:00', -25_200],
    [undefined, { totalSeconds: 28_800, id: '+08:00' }, 28_800],
    [undefined, 'Etc/GMT+8', -28_800],
    [undefined, 'America/Los_Angeles', -25_200],
    [undefined, '(GMT-08:00) America/Los_Angeles', -25_200],
  ])('of unit %s is read: %j', (unit, value, expected) =>
    expect(seconds(offset('o', unit), { o: value })).toBe(expected),
  )
  test.each<[OffsetUnit | undefined, unknown]>([
    [undefined, 3600],
    [undefined, 'Mars/Olympus'],
    ['s', 60_000],
    ['min', true],
    [undefined, '+25:99'],
    [undefined, { id: '+08:00' }],
  ])('of unit %s is refused: %j', (unit, value) =>
    expect(() => seconds(offset('o', unit), { o: value })).toThrow(/^o\b/),
  )
  test('of two clocks is their difference, to the quarter hour', () => {
    const american = offsetBetween(clock('local', 'us'), clock('utc', 'utc-us'))
    expect(seconds(american, { local: '5/21/2022 3:38:50 PM', utc: '5/21/2022 1:38:50 PM' })).toBe(7200)
    const cgm = offsetBetween(clock('display', 'iso'), clock('system', 'utc-iso'))
    expect(seconds(cgm, { display: '2025-01-30T15:51:20', system: '2025-01-30T23:49:55' })).toBe(-28_800)
    expect(seconds(cgm, { display: '2025-01-30T15:49:55-08:00', system: '2025-01-30T23:49:55Z' })).toBe(-28_800)
    expect(() => seconds(cgm, { display: '2025-01-31T15:49:55', system: '2025-01-30T23:49:55Z' })).toThrow(
      'of one instant',
    )
  })
  test('is the first that is told', () => {
    const any = anyOffset(offset('startZoneOffset'), offset('profile'))
    expect(seconds(any, { startZoneOffset: null, profile: 'Asia/Kathmandu' })).toBe(20_700)
    expect(seconds(any, {})).toBeUndefined()
  })
  test('places a local time by the zone of its own day, and an instant by its own', () => {
    const local = clock('at', 'local-iso', 'zone')
    expect(text(local, { at: '2026-12-01T10:00:00Z', zone: '(GMT-08:00) America/Los_Angeles' })).toBe(
      '2026-12-01T10:00:00.000000-08:00',
    )
    expect(text(local, { at: '2026-07-01T10:00:00Z', zone: '(GMT-08:00) America/Los_Angeles' })).toBe(
      '2026-07-01T10:00:00.000000-07:00',
    )
    expect(text(clock('at', 's', offset('o', 'min')), { at: 1697787256, o: 180 })).toBe(
      '2023-10-20T10:34:16.000000+03:00',
    )
    // A local clock's seconds, as if they were UTC: the true instant is 8 hours later.
    expect(text(clock('at', 'local-s', offset('o')), { at: 1442491463, o: '-0800' })).toBe(
      '2015-09-17T12:04:23.000000-08:00',
    )
  })
})

describe('a day', () => {
  const place = (of: Parameters<typeof day>[0], item: object) => readBy(day(of), item)
  test.each([
    ['of a date', { date: 'd' }, { d: '2026-07-01' }, '2026-07-01'],
    ['month first', { date: 'd', style: 'us' as const }, { d: '7/1/2026' }, '2026-07-01'],
    ['in days since 1970', { date: 'd', style: 'days' as const }, { d: '20437' }, '2025-12-15'],
    ['in parts', { date: 'd', style: 'civil' as const }, { d: { year: 2026, month: 6, day: 4 } }, '2026-06-04'],
    ['of waking up', { moment: clock('end') }, { end: '2026-07-01T00:30:00+02:00' }, '2026-07-01'],
    ['that starts at four', { moment: clock('at'), startsAt: 4 }, { at: '2026-07-01T03:59:59+02:00' }, '2026-06-30'],
  ])('%s', (_, of, item, key) => expect(place(of, item)).toMatchObject({ key }))
  test('in a zone starts at its midnight', () =>
    expect(place({ date: 'd', zone: 'z' }, { d: '2026-07-01', z: 'America/Los_Angeles' })).toMatchObject({
      startAt: Date.UTC(2026, 6, 1, 7),
      offset: -25_200,
      key: '2026-07-01',
    }))
  test('as a field', () => expect(readBy(dateAs('d', 'days'), { d: 20437 })).toBe('2025-12-15'))
})

describe('a session', () => {
  const item = {
    type: 'weight',
    start: '2026-06-29T00:00:00Z',
    end: '2026-06-29T01:00:00Z',
    source: { platform: 'SCALE' },
  }
  test('without an id is named by fields that only together make one', () => {
    const of = { keys: ['type', 'source.platform', 'start'], start: clock('start'), end: clock('end') }
    expect(readBy(session(of), item)?.key).toBe('weight/SCALE/2026-06-29T00:00:00Z')
    expect(readBy(session(of), { ...item, type: null })?.key).toBe('start:1782691200')
  })
  test('ends after its length, in any unit', () =>
    expect(
      readBy(session({ id: 'id', start: clock('start'), length: number('ms', { times: 0.001 }) }), {
        ...item,
        id: 7,
        ms: 1500,
      }),
    ).toMatchObject({ key: '7', endAt: Date.UTC(2026, 5, 29, 0, 0, 1, 500) }))
})
