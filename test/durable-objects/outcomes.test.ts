import { evictDurableObject } from 'cloudflare:test'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { PAYLOAD_DEDUPE_MS } from '../../shared/base/limits.ts'
import type { LeaseAnswer } from '../../shared/delivery/types.ts'
import type { AppendPayload } from '../../shared/source/record.ts'
import { migrate } from '../house.ts'
import { bodies, cell, eventsOf, type House, put, settled } from './one-cell.ts'

beforeAll(migrate)
afterEach(() => vi.restoreAllMocks())

const about = ({ row }: House) => ({
  ...{ user_id: row.user_id, origin: 'live' as const, trace: 'bat_1', receivedAt: Date.now() },
})
/** Payloads of a piece, accepted together. → their numbers */
async function accepted(one: House, ids: string[], work = 'bat_1/0'): Promise<number[]> {
  const payloads = ids.map((id) => ({
    ...{
      ...about(one),
      payload_id: `pay_${one.row.user_id}/${id}`,
      kind: 'push' as const,
      resource: 'ctr',
      body: '{}',
    },
  }))
  return (await one.log.accept(payloads, { express: true, quiet: true, work })).accepted.map(({ number }) => number)
}
/** Lines by payload, each a record of its own. */
const append = (one: House, lines: [number: number, lines: number[]][], content = 1, work = 'bat_1/0') =>
  one.log.append(
    lines.map(
      ([number, some]): AppendPayload => ({
        ...{ ...about(one), number, quarantined: [], notices: [] },
        records: some.map((line) => ({
          ...{ type: 'daily', summary_id: `day-${line}`, part: 'p', startAt: 0, endAt: 1, line },
          body: JSON.stringify({ line, content }),
        })),
      }),
    ),
    { lease: false, work },
  )
const lines = (of: Awaited<ReturnType<typeof append>>) =>
  Object.fromEntries(
    Object.entries(of.outcomes ?? {}).map(([number, some]) => [
      number,
      some.map(({ line, outcome }) => `${line}${outcome}`).join(),
    ]),
  )

describe('what became of the records of a piece', () => {
  it('is one row, and is told of each payload as the first time, in whatever company it is asked for', async () => {
    const one = await cell()
    const [a, b, c] = (await accepted(one, ['a', 'b', 'c'])) as [number, number, number]
    const first = { [a]: '1a,2a', [b]: '3a', [c]: '4a,5a' }
    const before = (await one.log.health()).rowsWritten.outcomes ?? 0
    const all: [number, number[]][] = [
      [a, [1, 2]],
      [b, [3]],
      [c, [4, 5]],
    ]
    expect(lines(await append(one, all))).toEqual(first)
    expect(((await one.log.health()).rowsWritten.outcomes ?? 0) - before).toBe(1)
    await evictDurableObject(one.log)
    expect(lines(await append(one, all, 2))).toEqual(first)
    expect(lines(await append(one, [[b, [3]]], 2))).toEqual({ [b]: '3a' })
    const rest: [number, number[]][] = [
      [c, [4, 5]],
      [a, [1, 2]],
    ]
    expect(lines(await append(one, rest, 2))).toEqual({ [a]: '1a,2a', [c]: '4a,5a' })
  })
  it('is told apart from that of other work that came in between', async () => {
    const one = await cell()
    const [a] = (await accepted(one, ['a'])) as [number]
    const [other] = (await accepted(one, ['other'], 'bat_2/0')) as [number]
    const [, b] = (await accepted(one, ['a', 'b'])) as [number, number]
    expect([a, other, b]).toEqual([a, a + 1, a + 2])
    await append(one, [
      [a, [1]],
      [b, [2]],
    ])
    await append(one, [[other, [9]]], 1, 'bat_2/0')
    expect(lines(await append(one, [[b, [2]]]))).toEqual({ [b]: '2a' })
    expect(lines(await append(one, [[other, [9]]], 1, 'bat_2/0'))).toEqual({ [other]: '9a' })
  })
  it('stays where nothing of it was news and its payloads are worked off once more, one by one', async () => {
    const one = await cell()
    const [first] = (await accepted(one, ['first'])) as [number]
    await append(one, [[first, [1, 2]]])
    const [a, b] = (await accepted(one, ['a', 'b'])) as [number, number]
    const both: [number, number[]][] = [
      [a, [1]],
      [b, [2]],
    ]
    expect(lines(await append(one, both))).toEqual({ [a]: '1d', [b]: '2d' })
    await evictDurableObject(one.log)
    expect(lines(await append(one, [[b, [2]]], 3))).toEqual({ [b]: '2d' })
    expect(lines(await append(one, [[a, [1]]], 3))).toEqual({ [a]: '1d' })
    expect(lines(await append(one, both))).toEqual({ [a]: '1d', [b]: '2d' })
  })
})

describe('a payload', () => {
  it('that waited for a day before it was worked off is known by its id as long as it waits', async () => {
    const one = await cell()
    const payload = {
      ...{ ...about(one), payload_id: 'pay_1', kind: 'push' as const, resource: 'ctr', body: '{}' },
      receivedAt: Date.now() - PAYLOAD_DEDUPE_MS - 1,
    }
    const takes = async () => (await one.log.accept([payload], { express: true, quiet: true })).accepted[0]!.number
    expect(await takes()).toBe(await takes())
  })
  it('replaces nothing of a later one that only said once more what was there, also where both are put in together', async () => {
    const one = await cell()
    const [first, second, third] = (await accepted(one, ['1', '2', '3'])) as [number, number, number]
    await append(one, [[first, [1]]], 1)
    await Promise.all([append(one, [[third, [1]]], 1), append(one, [[second, [1]]], 2)])
    expect(await bodies(one.row)).toEqual([{ line: 1, content: 1 }])
  })
})

describe('many records at once', () => {
  /** Takes the next window; empty: nothing is left. */
  const next = async (one: House) => taken(one, await one.log.lease(one.destination.destination_id))
  const taken = async ({ log }: House, answer: LeaseAnswer) => {
    if (answer.kind !== 'lease') return []
    await log.settle({ ...settled(answer.lease), more: false })
    return eventsOf(answer.lease)
  }
  const days = (from: number, to: number, content: number) =>
    Array.from({ length: to - from }, (_, i) => ({
      ...{ summary_id: `day "${from + i}"`, body: JSON.stringify({ day: from + i, content }) },
    }))

  it('are new, changed or the same, each as if it came alone', async () => {
    const one = await cell()
    await put(one.row, days(0, 40, 1))
    const afterSeq = (await one.log.events({ afterSeq: 0, limit: 100 })).at(-1)!.seq
    await put(one.row, [...days(0, 10, 1), ...days(10, 20, 2), ...days(40, 60, 1)])
    expect(await one.log.events({ afterSeq, limit: 100 })).toHaveLength(30)
    const found = (await bodies(one.row)).map(({ day, content }) => `${day}/${content}`)
    expect(found.sort()).toEqual(
      Array.from({ length: 60 }, (_, day) => `${day}/${day >= 10 && day < 20 ? 2 : 1}`).sort(),
    )
  })
  it('of callers at the same time are put together, and none is lost', async () => {
    const one = await cell()
    const callers = Array.from({ length: 4 }, (_, caller) =>
      put(
        one.row,
        days(0, 30, 1).map((day) => ({
          ...{ ...day, part: `part-${caller}`, body: JSON.stringify({ [`from_${caller}`]: 1 }) },
        })),
      ),
    )
    await Promise.all(callers)
    const found = await bodies(one.row)
    expect(found).toHaveLength(30)
    for (const body of found) expect(body).toEqual({ from_0: 1, from_1: 1, from_2: 1, from_3: 1 })
  })
  it('are delivered whole, from memory or not', async () => {
    const one = await cell()
    await put(one.row, days(0, 40, 1))
    await evictDurableObject(one.log)
    await put(one.row, days(30, 50, 2))
    // Whatever may have been out before is over by then.
    const later = Date.now() + 60 * 60_000
    vi.spyOn(Date, 'now').mockImplementation(() => later)
    const landed: string[] = []
    for (let events = await next(one); events.length > 0; events = await next(one))
      landed.push(...events.flatMap(({ type, body }) => (type === 'daily' ? body! : [])))
    const last = new Map(landed.map((body) => JSON.parse(body)).map(({ day, content }) => [day, content]))
    expect([...last].sort(([a], [b]) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, day) => [day, day >= 30 ? 2 : 1]),
    )
  })
})
