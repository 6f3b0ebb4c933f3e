import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { admit, newBreaker, record } from '../../shared/delivery/breaker.ts'
import { newBucket, take } from '../../shared/delivery/rate.ts'

const report = (more: object = {}) => ({ cell: 'a', epoch: 0, ok: 0, failed: 0, gone: 0, version: 1, ...more })

describe('the breaker', () => {
  test('opens when many fail and few succeed', () => {
    const breaker = newBreaker(0)
    record(breaker, report({ failed: 5 }), 0)
    expect(breaker.state).toBe('open')
  })
  test('one poisoned user among healthy ones never opens it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 2, max: 20 }), { minLength: 1, maxLength: 200 }), (healthy) => {
        const breaker = newBreaker(0)
        for (const [i, ok] of healthy.entries()) record(breaker, report({ ok, failed: 1, epoch: 1 }), i * 1_000)
        expect(breaker.state).toBe('closed')
      }),
    )
  })
  test('half-open lets one probe out, and its answer decides', () => {
    const breaker = newBreaker(0)
    record(breaker, report({ failed: 9 }), 0)
    expect(admit(breaker, 'a', 8_000, 500)).toEqual({ kind: 'wait', until: 1_000 })
    expect(admit(breaker, 'a', 8_000, 1_000)).toMatchObject({ kind: 'probe' })
    expect(admit(breaker, 'b', 8_000, 1_001)).toMatchObject({ kind: 'wait', until: 13_000 })
    record(breaker, report({ failed: 1, epoch: breaker.epoch }), 1_100)
    expect(admit(breaker, 'b', 8_000, 1_200)).toEqual({ kind: 'wait', until: 3_100 })
    admit(breaker, 'b', 8_000, 3_100)
    record(breaker, report({ cell: 'b', ok: 1, epoch: breaker.epoch }), 3_200)
    expect(breaker.state).toBe('closed')
  })
  test('a probe that brings no answer is given to another', () => {
    const breaker = newBreaker(0)
    record(breaker, report({ failed: 9 }), 0)
    admit(breaker, 'a', 8_000, 1_000)
    expect(admit(breaker, 'b', 8_000, 13_000)).toMatchObject({ kind: 'probe' })
  })
  test('answers of an older epoch do not count', () => {
    const breaker = newBreaker(0)
    record(breaker, report({ failed: 9 }), 0)
    const { epoch } = breaker
    record(breaker, report({ ok: 5, epoch: epoch - 1 }), 10)
    expect(breaker).toMatchObject({ state: 'open', epoch })
  })
  test('three answers of 410 in a row disable it, a success in between does not; new settings start afresh', () => {
    const breaker = newBreaker(0)
    record(breaker, report({ failed: 2, gone: 2 }), 0)
    record(breaker, report({ ok: 1 }), 1)
    record(breaker, report({ failed: 2, gone: 2 }), 2)
    expect(breaker.state).toBe('closed')
    record(breaker, report({ failed: 1, gone: 1 }), 3)
    expect(breaker).toMatchObject({ state: 'disabled', reason: expect.stringContaining('410') })
    record(breaker, report({ version: 2 }), 4)
    expect(breaker.state).toBe('closed')
  })
  test('five days of failure disable it', () => {
    const breaker = newBreaker(0)
    record(breaker, report({ failed: 9 }), 0)
    let now = 0
    for (let i = 0; i < 5_000 && breaker.state === 'open'; i++) {
      now = breaker.probeAt
      admit(breaker, 'a', 8_000, now)
      record(breaker, report({ failed: 1, epoch: breaker.epoch }), now)
    }
    expect(breaker.state).toBe('disabled')
    expect(now).toBeGreaterThan(5 * 86_400_000)
    expect(now).toBeLessThan(5.1 * 86_400_000)
  })
})

describe('the rate', () => {
  test('over any time, no more is given than fills it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.nat(500), { minLength: 1, maxLength: 100 }),
        (rate, waits) => {
          const bucket = newBucket(rate, 0)
          let [now, given] = [0, 0]
          for (const wait of waits) {
            now += wait
            const taken = take(bucket, rate, 3, now)
            if ('budget' in taken) given += taken.budget
            else expect(taken.waitUntil).toBeGreaterThan(now)
          }
          expect(given).toBeLessThanOrEqual(rate + (now / 1_000) * rate + 1)
        },
      ),
    )
  })
})
