import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decide,
  fill,
  type Load,
  limitHeaders,
  limitsOf,
  MOST_WAITING_BLOCKED,
  MOST_WAITING_RECORDS,
  newBucket,
  pressedUntil,
  type SupplierLimits,
  spend,
} from '../../shared/supply/limits.ts'

const NOW = Date.parse('2051-03-04T10:00:00Z')
const limits: SupplierLimits = {
  records_per_second: 100,
  burst_records: 1_000,
  bytes_per_day: 1_000_000,
  concurrent_batches: 2,
}
const load = (more: Partial<Load> = {}): Load => ({
  bucket: newBucket(limits, NOW),
  bytesToday: 0,
  openBatches: 0,
  pressedUntil: undefined,
  ...more,
})
const withTokens = (tokens: number) => load({ bucket: { tokens, filledAt: NOW } })

describe('a request', () => {
  test('goes on where nothing is used up, and is told how many bytes are left', () => {
    expect(decide(limits, load({ bytesToday: 400 }), { kind: 'batch' }, NOW)).toEqual({
      kind: 'granted',
      bytesLeft: 999_600,
    })
  })
  test.each([
    ['records', withTokens(0), { kind: 'records', records: 250 } as const, NOW + 2_500],
    ['records', withTokens(-900), { kind: 'batch' } as const, NOW + 9_010],
    ['bytes', load({ bytesToday: 1_000_000 }), { kind: 'batch' } as const, Date.parse('2051-03-05T00:00:00Z')],
    [
      'bytes',
      load({ bytesToday: 999_000 }),
      { kind: 'batch', bytes: 1_001 } as const,
      Date.parse('2051-03-05T00:00:00Z'),
    ],
    ['batches', load({ openBatches: 2 }), { kind: 'batch' } as const, NOW + 5_000],
  ])('over its %s is refused with 429 and the time when it may come', (limit, load, want, untilAt) => {
    expect(decide(limits, load, want, NOW)).toMatchObject({ kind: 'refused', status: 429, limit, untilAt })
  })
  test('of single records does not need a place among the batches', () => {
    expect(decide(limits, load({ openBatches: 2 }), { kind: 'records', records: 1 }, NOW).kind).toBe('granted')
  })
  test('of more than a burst goes on with a full bucket', () => {
    expect(decide(limits, load(), { kind: 'records', records: 5_000 }, NOW).kind).toBe('granted')
  })
  test('is refused with 503 under pressure, whatever its limits, until it is over', () => {
    const pressed = load({ pressedUntil: NOW + 7_000 })
    expect(decide(limits, pressed, { kind: 'batch' }, NOW)).toMatchObject({ status: 503, untilAt: NOW + 7_000 })
    expect(decide(limits, pressed, { kind: 'batch' }, NOW + 7_000).kind).toBe('granted')
  })
  test('that waits as long as it is told is granted', () => {
    fc.assert(
      fc.property(fc.integer({ min: -30_000, max: 1_000 }), fc.integer({ min: 1, max: 3_000 }), (tokens, records) => {
        const one = withTokens(tokens)
        const decision = decide(limits, one, { kind: 'records', records }, NOW)
        if (decision.kind === 'refused')
          expect(decide(limits, one, { kind: 'records', records }, decision.untilAt).kind).toBe('granted')
      }),
    )
  })
})

describe('the bucket', () => {
  test('lets no more through in the long run than its rate and one burst, but for one request', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2_000), fc.integer({ min: 1, max: 900 })), { maxLength: 200 }), (asks) => {
        const one = load()
        let now = NOW
        let taken = 0
        for (const [afterMs, records] of asks) {
          now += afterMs
          if (decide(limits, one, { kind: 'records', records }, now).kind !== 'granted') continue
          spend(one.bucket, limits, records, now)
          taken += records
        }
        expect(taken).toBeLessThanOrEqual(1_000 + ((now - NOW) / 1_000) * 100 + 1e-6)
      }),
    )
  })
  test('never holds more than a burst, and never owes more than five minutes', () => {
    const bucket = newBucket(limits, NOW)
    spend(bucket, limits, 10_000_000, NOW)
    expect(bucket.tokens).toBe(-30_000)
    spend(bucket, limits, 10, NOW)
    expect(bucket.tokens).toBe(-30_000)
    fill(bucket, limits, NOW + 300_000)
    expect(bucket.tokens).toBe(0)
    fill(bucket, limits, NOW + 10_000_000)
    expect(bucket.tokens).toBe(1_000)
  })
  test('does not empty where the clock goes back', () => {
    const bucket = newBucket(limits, NOW)
    fill(bucket, limits, NOW - 60_000)
    expect(bucket.tokens).toBe(1_000)
  })
})

test('the headers name each limit with what is left of it and when it is whole again', () => {
  const some = load({ bucket: { tokens: 250.7, filledAt: NOW }, bytesToday: 400_000, openBatches: 1 })
  expect(limitHeaders(limits, some, NOW)).toEqual({
    'ratelimit-policy':
      '"records";q=1000;w=10, "bytes";q=1000000;qu="content-bytes";w=86400, "batches";q=2;qu="concurrent-requests"',
    ratelimit: '"records";r=250;t=8, "bytes";r=600000;t=50400, "batches";r=1',
  })
  expect(limitHeaders(limits, withTokens(-500), NOW).ratelimit).toContain('"records";r=0;t=15')
})

describe('pressure', () => {
  test('is none while what waits is bounded', () => {
    expect(pressedUntil({ records: MOST_WAITING_RECORDS, perSecond: 0 }, NOW)).toBeUndefined()
  })
  test('lasts as long as the work takes, between five seconds and five minutes', () => {
    const records = MOST_WAITING_RECORDS + 1
    expect(pressedUntil({ records, perSecond: 10_000 }, NOW)).toBe(NOW + 100_001)
    expect(pressedUntil({ records, perSecond: 10_000_000 }, NOW)).toBe(NOW + 5_000)
    expect(pressedUntil({ records, perSecond: 0 }, NOW)).toBe(NOW + 300_000)
  })
  test('is there while what we need takes nothing and much waits for it', () => {
    const records = MOST_WAITING_BLOCKED + 1
    expect(pressedUntil({ records, perSecond: 0, blockedUntil: NOW + 9_000 }, NOW)).toBe(NOW + 9_000)
    expect(pressedUntil({ records: 1, perSecond: 0, blockedUntil: NOW + 9_000 }, NOW)).toBeUndefined()
    expect(pressedUntil({ records, perSecond: 0, blockedUntil: NOW }, NOW)).toBeUndefined()
  })
})

test('limits are those of the environment, but for those that were given', () => {
  expect(limitsOf('sandbox').records_per_second).toBeLessThan(limitsOf('production').records_per_second)
  expect(limitsOf('sandbox', { concurrent_batches: 3 })).toEqual({ ...limitsOf('sandbox'), concurrent_batches: 3 })
})
