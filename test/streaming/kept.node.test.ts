import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newKey } from '../../shared/base/seal.ts'
import type { Line } from '../../shared/streaming/line.ts'
import { Outbox } from '../../shared/streaming/outbox.ts'
import { Recent } from '../../shared/streaming/recent.ts'
import { nextSeq } from '../../shared/streaming/seq.ts'
import { openSlices, packSlices, usersOf } from '../../shared/streaming/slices.ts'
import { mintToken, openToken } from '../../shared/streaming/tokens.ts'

const line = (seq: number, uid = 'a'): Line => ({
  seq,
  uid,
  t: 'HEART_RATE',
  text: `{"op":5,"seq":${seq},"d":{"é":"\\u001e"}}`,
})

describe('frames that are stored together', () => {
  test('come back in order, but for those of a user whose key is gone', () => {
    const keys = new Map([
      ['a', newKey()],
      ['b', newKey()],
    ])
    const lines = [line(1), line(2, 'b'), line(3), line(4, 'b')]
    const body = packSlices(lines, (uid) => keys.get(uid)!, 'row/4')
    expect(usersOf(body)).toEqual(['a', 'b'])
    expect(openSlices(body, (uid) => keys.get(uid), 'row/4')).toEqual(lines)
    keys.delete('b')
    expect(openSlices(body, (uid) => keys.get(uid), 'row/4')).toEqual([line(1), line(3)])
  })
  test('open at their own place only', () => {
    const key = newKey()
    const body = packSlices([line(1)], () => key, 'row/1')
    expect(() => openSlices(body, () => key, 'row/2')).toThrow()
  })
})

describe('the newest frames', () => {
  test('are all after any number that they reach back to, and say so where they do not', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 200 }), fc.nat(), (steps, at) => {
        const all: Line[] = []
        const recent = new Recent(0, 2_000)
        for (const step of steps) {
          const next = line((all.at(-1)?.seq ?? 0) + step)
          all.push(next)
          recent.add([next])
        }
        const after = at % (all.at(-1)!.seq + 1)
        const found = recent.after(after, Number.POSITIVE_INFINITY)
        const wanted = all.filter(({ seq }) => seq > after)
        if (found) expect(found.lines).toEqual(wanted)
        else expect(wanted.reduce((sum, { text }) => sum + text.length, 0)).toBeGreaterThan(1_000 - 50)
      }),
    )
  })
})

describe('an outbox', () => {
  test('sends at once, gathers while it is on the way, and keeps the order', async () => {
    const calls: { items: number[]; answer: PromiseWithResolvers<void> }[] = []
    const outbox = new Outbox<number>(
      (items) => {
        const answer = Promise.withResolvers<void>()
        calls.push({ items, answer })
        return answer.promise
      },
      { call: 3, held: 100 },
    )
    const done = [1, 2, 3, 4, 5].map((item) => outbox.add(item, 1))
    expect(calls.map(({ items }) => items)).toEqual([[1]])
    calls[0]!.answer.resolve()
    await done[0]
    expect(calls[1]!.items).toEqual([2, 3, 4])
    calls[1]!.answer.resolve()
    await done[3]
    expect(calls[2]!.items).toEqual([5])
    calls[2]!.answer.resolve()
    await done[4]
    // Nothing of it is held any more.
    void outbox.add(6, 100)
    expect(calls[3]!.items).toEqual([6])
  })
  test('fails what waits behind a call that fails, so that nothing overtakes it', async () => {
    const answer = Promise.withResolvers<void>()
    const sent: number[] = []
    const outbox = new Outbox<number>(
      (items) => {
        sent.push(...items)
        return answer.promise
      },
      { call: 10, held: 100 },
    )
    const done = Promise.allSettled([1, 2, 3].map((item) => outbox.add(item, 1)))
    answer.reject(new Error('gone'))
    expect((await done).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(sent).toEqual([1])
    await expect(outbox.add(4, 100)).rejects.toThrow('gone')
  })
  test('refuses what is more than it may hold', async () => {
    const outbox = new Outbox<number>(() => new Promise(() => {}), { call: 10, held: 10 })
    void outbox.add(1, 9)
    await expect(outbox.add(2, 2)).rejects.toThrow('too much waits already')
  })
})

test('numbers grow with the clock, and also where it stands still or goes back', () => {
  expect(nextSeq(0, 1_000)).toBe(1_000_000)
  expect(nextSeq(1_000_000, 1_000)).toBe(1_000_001)
  expect(nextSeq(5_000_000, 1_000)).toBe(5_000_001)
  expect(nextSeq(0, Date.parse('2254-01-01'))).toBeLessThan(Number.MAX_SAFE_INTEGER)
})

test('a token opens with its key, in its time, unchanged, as the class that it is', () => {
  const key = newKey()
  const claims = { kind: 'consumer', developer_id: 'dev_1', region: 'us', expires_at: 1_000 } as const
  const token = mintToken(key, claims)
  expect(token).toMatch(/^st\./)
  expect(openToken(key, token, 999)).toMatchObject(claims)
  expect(openToken(key, token, 1_000)).toBeUndefined()
  expect(openToken(newKey(), token, 0)).toBeUndefined()
  expect(openToken(key, `${token.slice(0, -2)}AA`, 0)).toBeUndefined()
  expect(openToken(key, `rt.${token.slice(3)}`, 0)).toBeUndefined()
  expect(mintToken(key, { ...claims, kind: 'pairing' })).toMatch(/^rt\./)
})
