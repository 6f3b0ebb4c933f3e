import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  blockOf,
  decide,
  grant,
  type Hand,
  newWindow,
  put,
  rateHeaders,
  WINDOW_MS,
} from '../../shared/access/rate-window.ts'

const AT = 20 * WINDOW_MS
const hand = (tokens: number, left = 0, endsAt = AT + WINDOW_MS): Hand => ({ tokens, left, endsAt })

describe('a window', () => {
  test('ends with the minute', () => {
    expect(newWindow(AT).endsAt).toBe(AT + WINDOW_MS)
    expect(newWindow(AT + WINDOW_MS - 1).endsAt).toBe(AT + WINDOW_MS)
  })
  test('grants what is wanted, then what is there, then nothing', () => {
    const window = newWindow(AT)
    const ask = { name: 'key', limit: 10, wants: 4 }
    expect([1, 2, 3, 4].map(() => grant(window, ask)).map(({ granted, left }) => [granted, left])).toEqual([
      [4, 6],
      [4, 2],
      [2, 0],
      [0, 0],
    ])
    expect(grant(window, { ...ask, name: 'other' })).toMatchObject({ granted: 4, left: 6 })
  })
  test('grants nothing more where the limit was lowered below what is granted', () => {
    const window = newWindow(AT)
    grant(window, { name: 'key', limit: 10, wants: 8 })
    expect(grant(window, { name: 'key', limit: 5, wants: 1 })).toMatchObject({ granted: 0, left: 0 })
  })
})

describe('a block', () => {
  test('is a twentieth of the limit, and at least one', () => {
    expect([1, 19, 20, 59, 6_000].map(blockOf)).toEqual([1, 1, 1, 2, 300])
  })
})

describe('a request', () => {
  test.each([
    ['goes on where every hand holds a token', [hand(1), hand(2)], { kind: 'spend' }],
    ['asks where a hand is empty and more may be granted', [hand(0, 1), hand(2)], { kind: 'ask' }],
    ['asks where nothing is known', [undefined, hand(2)], { kind: 'ask' }],
    ['asks anew when the window is over', [hand(5, 5, AT), hand(2)], { kind: 'ask' }],
    ['is not refused by a window that is over', [hand(0, 0, AT)], { kind: 'ask' }],
    ['is refused where all is spent', [hand(3), hand(0)], { kind: 'refuse', which: 1, untilAt: AT + WINDOW_MS }],
  ])('%s', (_, hands, decision) => {
    expect(decide(hands, AT)).toEqual(decision)
  })
})

test('a grant adds to what is in hand in the same window, and replaces it in the next', () => {
  const granted = { granted: 3, left: 7, endsAt: AT + WINDOW_MS }
  expect(put(hand(2), granted)).toEqual(hand(5, 7))
  expect(put(hand(2, 1, AT), granted)).toEqual(hand(3, 7))
  expect(put(undefined, granted)).toEqual(hand(3, 7))
})

test('several servers never spend more than the limit in a window, and all of it where one asks to the end', () => {
  const policy = fc.record({ limit: fc.integer({ min: 1, max: 200 }), servers: fc.integer({ min: 1, max: 5 }) })
  const requests = fc.array(fc.nat(4), { maxLength: 600 })
  fc.assert(
    fc.property(policy, requests, ({ limit, servers }, arrivals) => {
      const window = newWindow(AT)
      const hands = new Map<number, Hand>()
      let spent = 0
      const serve = (server: number): boolean => {
        for (;;) {
          const decision = decide([hands.get(server)], AT)
          if (decision.kind === 'refuse') return false
          if (decision.kind === 'spend') {
            hands.get(server)!.tokens--
            spent++
            return true
          }
          hands.set(server, put(hands.get(server), grant(window, { name: 'key', limit, wants: blockOf(limit) })))
        }
      }
      for (const arrival of arrivals) serve(arrival % servers)
      expect(spent).toBeLessThanOrEqual(limit)
      for (let server = 0; server < servers; server++) while (serve(server));
      expect(spent).toBe(limit)
    }),
  )
})

describe('the headers', () => {
  test('name each policy with what is left and when it begins anew, in whole seconds', () => {
    const policies = [
      { label: 'key', limit: 6_000, hand: hand(10, 5_000) },
      { label: 'developer', limit: 30_000, hand: hand(0) },
    ]
    expect(rateHeaders(policies, AT + 17_500)).toEqual({
      'ratelimit-policy': '"key";q=6000;w=60, "developer";q=30000;w=60',
      ratelimit: '"key";r=5010;t=43, "developer";r=0;t=43',
    })
  })
  test('say nothing of what is not known, and are none where nothing is counted', () => {
    expect(rateHeaders([{ label: 'key', limit: 5, hand: undefined }], AT)).toEqual({
      'ratelimit-policy': '"key";q=5;w=60',
    })
    expect(rateHeaders([], AT)).toEqual({})
  })
})
