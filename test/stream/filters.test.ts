import { beforeAll, describe, expect, test } from 'vitest'
import { call, migrate, newConnection } from '../house.ts'
import { connectAs } from './live.ts'
import { beat, readEvents, seqs, stage, statusOf, stored, values } from './stage.ts'

beforeAll(migrate)

/** Two users; the first's values are odd. Every third frame is of another type. */
async function full(frames: number) {
  const { account, user } = await stage()
  const other = await newConnection(account)
  const all = await connectAs('consumer', account)
  const producers = [
    await connectAs('producer', account, other.user_id),
    await connectAs('producer', account, user.user_id),
  ]
  let sent = 0
  const more = async (count: number) => {
    for (const end = sent + count; sent < end; ) {
      const n = ++sent
      producers[n % 2]!.send(beat(n, n % 3 === 0 ? 'STEPS' : 'HEART_RATE'))
      await stored(producers[n % 2]!)
    }
    await all.until(() => values(all).length === sent)
  }
  await more(frames)
  return { account, user, other, all, more }
}

describe('a filter', { timeout: 20_000 }, () => {
  test('holds for what is live, what is resumed and what is replayed alike', async () => {
    const { account, user, all, more } = await full(12)
    const query = `users=${user.user_id}&types=STEPS,POWER`
    const live = await connectAs('consumer', account, undefined, `?${query}`)
    const resumed = await connectAs('consumer', account, undefined, `?after=${seqs(all)[3]}&${query}`)
    await more(12)
    await resumed.until(() => values(resumed).includes(21))
    await live.until(() => values(live).includes(21))
    expect(values(live)).toEqual([15, 21])
    expect(values(resumed)).toEqual([9, 15, 21])
    live.send({ op: 7, d: { before: seqs(all)[21] } })
    await live.until(() => values(live).length === 6)
    expect(values(live).slice(2)).toEqual([3, 9, 15, 21])
    expect(live.dispatched().every(({ uid, t }) => uid === user.user_id && t === 'STEPS')).toBe(true)
  })
  test('of one kind lets the other pass', async () => {
    const { account, other, more } = await full(0)
    const byType = await connectAs('consumer', account, undefined, '?types=STEPS')
    const byUser = await connectAs('consumer', account, undefined, `?users=${other.user_id}`)
    await more(12)
    await byType.until(() => values(byType).includes(12))
    await byUser.until(() => values(byUser).includes(12))
    expect(values(byType)).toEqual([3, 6, 9, 12])
    expect(values(byUser)).toEqual([2, 4, 6, 8, 10, 12])
  })
  test('holds for events, also where they are resumed', async () => {
    const { account, user, all, more } = await full(9)
    const events = await readEvents(account, `?users=${user.user_id}&types=STEPS&after=${seqs(all)[0]}`)
    await events.until(/"val":9/)
    await more(6)
    const text = await events.until(/"val":15/)
    expect([...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data!).d.val)).toEqual([3, 9, 15])
    await events.end()
  })
  test('that lets nothing pass leaves nobody behind', async () => {
    const { account, all } = await full(6)
    const nothing = await connectAs('consumer', account, undefined, '?after=0&types=ECG')
    const behind = async () => {
      const status = (await statusOf(account)) as unknown as { consumers: { behind_ms: unknown; filter: object }[] }
      return status.consumers.find(({ filter }) => 'types' in filter)
    }
    expect((await behind())!.filter).toEqual({ types: ['ECG'] })
    await expect.poll(async () => (await behind())!.behind_ms).toBe(0)
    expect(nothing.dispatched()).toEqual([])
    expect(values(all)).toHaveLength(6)
  })
  test.each([
    ['no user', 'users=', 'names none'],
    ['no type', 'types=%20,%20', 'names none'],
    ['a word for a number', 'after=abc', 'after: give the seq'],
    ['a number below nothing', 'after=-1', 'after: give the seq'],
    ['too many types', `types=${Array.from({ length: 51 }, (_, i) => `T${i}`).join(',')}`, 'names more than 50'],
    ['too many users', `users=${Array.from({ length: 201 }, (_, i) => `u${i}`).join(',')}`, 'names more than 200'],
  ])('that is wrong is said to be, before the socket opens: %s', async (_, query, what) => {
    const { account } = await stage()
    for (const [path, headers] of [
      ['/connect', { upgrade: 'websocket' }],
      ['/v2/stream', account.headers],
    ] as const) {
      const answer = await call(`${path}?${query}`, { headers })
      expect(answer.status).toBe(400)
      expect(await answer.text()).toContain(what)
    }
  })
})
