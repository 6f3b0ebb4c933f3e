import { describe, expect, test } from 'vitest'
import { block, exhaustedUntil, newBudget, spend } from '../../shared/source/budget.ts'
import type { Limit } from '../../shared/source/define.ts'
import { jittered, nextWindow, paceAfter, slicesOf } from '../../shared/source/schedule.ts'

const at = Date.UTC(2026, 6, 1, 12)
const ask = { user_id: 'u1', developer_id: 'd1', bulk: false }
const perApp: Limit = { per: 'app', calls: 10, seconds: 60 }
const times = (n: number, one: () => unknown) => Array.from({ length: n }, one)

describe('a provider’s limits', () => {
  test('are kept in each of their windows', () => {
    const budget = newBudget()
    const limits: Limit[] = [
      { per: 'app', calls: 2, seconds: 60 },
      { per: 'app', calls: 3, seconds: 3600 },
    ]
    times(2, () => expect(spend(budget, limits, ask, at)).toEqual({ kind: 'go' }))
    expect(spend(budget, limits, ask, at)).toEqual({ kind: 'wait', ms: 60_000 })
    expect(spend(budget, limits, ask, at + 60_000)).toEqual({ kind: 'go' })
    expect(spend(budget, limits, ask, at + 60_000)).toEqual({ kind: 'wait', ms: 3_540_000 })
  })
  test('of a user are no other user’s', () => {
    const budget = newBudget()
    const limits: Limit[] = [{ per: 'user', calls: 1, seconds: 60 }]
    expect(spend(budget, limits, ask, at)).toEqual({ kind: 'go' })
    expect(spend(budget, limits, ask, at).kind).toBe('wait')
    expect(spend(budget, limits, { ...ask, user_id: 'u2' }, at)).toEqual({ kind: 'go' })
  })
  test('leave a part to live data', () => {
    const budget = newBudget()
    times(8, () => expect(spend(budget, [perApp], { ...ask, bulk: true }, at).kind).toBe('go'))
    expect(spend(budget, [perApp], { ...ask, bulk: true }, at).kind).toBe('wait')
    times(2, () => expect(spend(budget, [perApp], ask, at).kind).toBe('go'))
    expect(spend(budget, [perApp], ask, at).kind).toBe('wait')
  })
  test('are shared between developers when they get short', () => {
    const budget = newBudget()
    const other = { ...ask, developer_id: 'd2' }
    expect(spend(budget, [perApp], other, at).kind).toBe('go')
    // Of ten, two developers have five each.
    const mine = times(9, () => spend(budget, [perApp], ask, at).kind)
    expect(mine.filter((kind) => kind === 'go')).toHaveLength(5)
    times(4, () => expect(spend(budget, [perApp], other, at).kind).toBe('go'))
  })
  test('grow with the users of the app where they do', () => {
    const limits: Limit[] = [{ per: 'app', calls: 1, seconds: 60, morePerUser: 2 }]
    const budget = newBudget()
    times(5, () => expect(spend(budget, limits, { ...ask, users: 2 }, at).kind).toBe('go'))
    expect(spend(budget, limits, { ...ask, users: 2 }, at).kind).toBe('wait')
  })
  test('hold everybody when the provider says so', () => {
    const budget = newBudget()
    block(budget, at + 5_000)
    expect(spend(budget, [], ask, at)).toEqual({ kind: 'wait', ms: 5_000 })
    expect(spend(budget, [], ask, at + 5_000)).toEqual({ kind: 'go' })
  })
})

describe('what headers say of the limits', () => {
  test.each([
    [
      'what is left, and seconds',
      { left: 'x-left', reset: { header: 'x-reset', as: 'seconds' } },
      { 'x-left': '0', 'x-reset': '42' },
      at + 42_000,
    ],
    [
      'what is left, and an epoch',
      { left: 'x-left', reset: { header: 'x-reset', as: 'epoch' } },
      { 'x-left': '0', 'x-reset': String(at / 1000 + 9) },
      at + 9_000,
    ],
    ['something is left', { left: 'x-left' }, { 'x-left': '1' }, undefined],
    [
      'two windows as lists: the second is used up',
      { limit: 'x-limit', used: 'x-used' },
      { 'x-limit': '200,2000', 'x-used': '12, 2000' },
      at + 60_000,
    ],
    [
      'two windows, none used up',
      { limit: 'x-limit', used: 'x-used' },
      { 'x-limit': '200,2000', 'x-used': '12,1999' },
      undefined,
    ],
    ['nothing', { left: 'x-left' }, {}, undefined],
    [
      'a clock that is wrong',
      { left: 'x-left', reset: { header: 'x-reset', as: 'epoch' } },
      { 'x-left': '0', 'x-reset': '99999999999' },
      at + 86_400_000,
    ],
  ] as const)('%s', (_, names, headers, until) => {
    expect(exhaustedUntil(names, new Headers(headers), at)).toBe(until)
  })
})

describe('a provider that is asked by the clock', () => {
  const polling = { notice: 'poll', everyMinutes: 60, overlapHours: 24 }
  const hour = 3_600_000
  test('is asked more often while data come, less often while none do, within bounds', () => {
    const paces = (isNew: boolean[]) => {
      let pace = hour
      return isNew.map((one) => {
        pace = paceAfter(polling, pace, one)
        return pace / hour
      })
    }
    expect(paces([true, true, true, false, false])).toEqual([0.5, 0.25, 0.25, 0.375, 0.5625])
    expect(paces(Array(20).fill(false)).at(-1)).toBe(4)
  })
  test('is not asked for all its users at once', () => {
    expect([jittered(hour, 0), jittered(hour, 0.5), jittered(hour, 1)]).toEqual([0.8 * hour, hour, 1.2 * hour])
  })
  test('is asked for what came late too, and for all that was missed', () => {
    expect(nextWindow(polling, at - 5 * hour, at)).toEqual({ from: at - 29 * hour, to: at })
  })
  test('gives its past by months, the newest first, without gaps', () => {
    const day = 24 * hour
    const slices = slicesOf(at - 70 * day, at)
    expect(slices).toEqual([
      { from: at - 30 * day, to: at },
      { from: at - 60 * day, to: at - 30 * day },
      { from: at - 70 * day, to: at - 60 * day },
    ])
  })
})
