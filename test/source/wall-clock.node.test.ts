import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { outside, rewrite } from '../../shared/base/http.ts'
import { mergeRecord } from '../../shared/schema/merge.ts'
import { isoText, parseDay, parseIso } from '../../shared/source/wall-clock.ts'
import { zoneMidnight, zoneOffset } from '../../shared/source/zone.ts'

describe('times', () => {
  test('are told with microseconds and offset', () => {
    expect(isoText(Date.UTC(2022, 10, 23, 7), 7200)).toBe('2022-11-23T09:00:00.000000+02:00')
    expect(isoText(Date.UTC(2022, 10, 23, 0, 30), -19_800)).toBe('2022-11-22T19:00:00.000000-05:30')
    expect(isoText(Date.UTC(2022, 10, 23) + 123.456, undefined)).toBe('2022-11-23T00:00:00.123456')
  })
  test('any moment agrees with the platform, and comes back as it was', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -2_000_000_000, max: 8_000_000_000 }),
        fc.integer({ min: -56, max: 56 }),
        (seconds, quarters) => {
          const offset = quarters * 900
          const text = isoText(seconds * 1000, offset)
          expect(text.slice(0, 19)).toBe(new Date((seconds + offset) * 1000).toISOString().slice(0, 19))
          expect(parseIso(text)).toEqual({ at: seconds * 1000, offset, utc: false })
        },
      ),
      { numRuns: 500 },
    )
  })
  test.each([
    ['2021-01-01T01:02:03Z', { offset: 0, utc: true }],
    ['2021-01-01T01:02:03+0100', { offset: 3600, utc: false }],
    ['2021-01-01T01:02:03', { offset: undefined, utc: false }],
  ])('%s is read', (text, expected) => expect(parseIso(text)).toMatchObject(expected))
  test.each([
    '2021-02-29T00:00:00Z',
    '2021-13-01T00:00:00Z',
    '2021-01-01T00:60:00Z',
    '2021-01-01',
    'today',
    '2021-01-01T00:00:00+1',
    '2021-01-01T00:00:00.Z',
  ])('%s is not a time', (text) => expect(parseIso(text)).toBeUndefined())
  test('the 29th of February is a day in leap years only', () => {
    expect(parseDay('2024-02-29')).toBe(Date.UTC(2024, 1, 29) / 86_400_000)
    expect(parseDay('1900-02-29')).toBeUndefined()
  })
})

describe('zones', () => {
  test('change their offset at the hour, not at the day', () => {
    expect(zoneOffset('Europe/Paris', Date.UTC(2026, 2, 29, 0, 59, 59))).toBe(3600)
    expect(zoneOffset('Europe/Paris', Date.UTC(2026, 2, 29, 1))).toBe(7200)
    expect(zoneOffset('Asia/Kathmandu', 0)).toBe(19_800)
  })
  test('have their midnight where the day has one', () => {
    const day = Date.UTC(2026, 6, 1) / 86_400_000
    expect(zoneMidnight('America/Los_Angeles', day)).toEqual({ at: Date.UTC(2026, 6, 1, 7), offset: -25_200 })
  })
  test('that are not known are told apart', () => expect(zoneOffset('Mars/Olympus', 0)).toBeUndefined())
})

describe('parts of one record', () => {
  const sleep = (upload_type: number, asleep: number) => ({
    metadata: { upload_type },
    sleep_durations_data: { asleep: { duration_asleep_state_seconds: asleep } },
  })
  test('a tentative sleep does not replace the final one, the final one replaces it', () => {
    expect(mergeRecord(sleep(2, 100), sleep(3, 90))).toEqual(sleep(2, 100))
    expect(mergeRecord(sleep(3, 90), sleep(2, 100))).toEqual(sleep(2, 100))
  })
  test('averages of a day are taken anew, and groups of one moment are united', () => {
    const weight = (measurement_time: string, fields: object) => ({
      measurements_data: { measurements: [{ measurement_time, ...fields }] },
    })
    const merged = mergeRecord(
      mergeRecord(weight('2026-07-01T08:00:00Z', { weight_kg: 80 }), weight('2026-07-01T20:00:00Z', { weight_kg: 81 })),
      weight('2026-07-01T08:00:00Z', { bodyfat_percentage: 20 }),
    )
    expect(merged).toMatchObject({
      measurements_data: {
        measurements: [{ weight_kg: 80, bodyfat_percentage: 20 }, { weight_kg: 81 }],
        day_avg_weight_kg: 80.5,
        day_avg_bodyfat_percentage: 20,
      },
    })
  })
  test('a part that knows no offset does not take it from one that does', () => {
    const at = (start_time: string) => ({ metadata: { start_time } })
    expect(mergeRecord(at('2026-07-01T00:00:00.000000+02:00'), at('2026-07-01T00:00:00.000000'))).toEqual(
      at('2026-07-01T00:00:00.000000+02:00'),
    )
  })
})

describe('the way out', () => {
  test('an origin is replaced with its path prefix, others stay', () => {
    const origins = { 'https://api.example.com': 'http://127.0.0.1:9000/example/' }
    expect(rewrite('https://api.example.com/v2/x?a=1', origins)).toBe('http://127.0.0.1:9000/example/v2/x?a=1')
    expect(rewrite('https://api.example.com.evil.org/x', origins)).toBe('https://api.example.com.evil.org/x')
  })
  test('a provider that does not answer is given up on', async () => {
    const hanging = ((_: string, { signal }: RequestInit) =>
      new Promise((_, reject) =>
        signal!.addEventListener('abort', () => reject(signal!.reason)),
      )) as unknown as typeof fetch
    await expect(outside({ fetch: hanging, timeoutMs: 10 })('https://x.example/')).rejects.toThrow()
  })
})
