import { beforeAll, describe, expect, test } from 'vitest'
import { call, migrate } from '../house.ts'
import { evictHub, evictSessions } from './eviction.ts'
import { connectAs, tokenFor } from './live.ts'
import { beat, presenceOf, readEvents, seqs, stage, statusOf, stored, upTo, values } from './stage.ts'

beforeAll(migrate)

/** Two developers who stream at the same time, through the same session objects. The second's values are above 100. */
async function two() {
  const [ours, theirs] = [await stage(), await stage()]
  const consumers = [await connectAs('consumer', ours.account), await connectAs('consumer', theirs.account)]
  const producers = [
    await connectAs('producer', ours.account, ours.user.user_id),
    await connectAs('producer', theirs.account, theirs.user.user_id),
  ]
  const submit = async (from: number, to: number) => {
    for (const n of upTo(to, from)) {
      producers[0]!.send(beat(n))
      producers[1]!.send(beat(100 + n))
    }
    await Promise.all(producers.map(stored))
  }
  return { ours, theirs, consumer: consumers[0]!, other: consumers[1]!, submit }
}

describe('of two developers none has anything of the other', { timeout: 20_000 }, () => {
  test('live, after objects were evicted, resumed and replayed', async () => {
    const { ours, theirs, consumer, other, submit } = await two()
    await submit(1, 5)
    await evictSessions()
    await evictHub(ours.account)
    await submit(6, 10)
    const resumed = await connectAs('consumer', ours.account, undefined, '?after=0')
    const nosy = await connectAs('consumer', ours.account, undefined, `?after=0&users=${theirs.user.user_id}`)
    nosy.send({ op: 7, d: { after: 0, before: 2 ** 53 } })
    consumer.send({ op: 7, d: { after: 0, before: 2 ** 53 } })
    await submit(11, 12)
    for (const live of [consumer, resumed]) await live.until(() => values(live).includes(12))
    await consumer.until(() => values(consumer).length >= 22)
    await other.until(() => values(other).includes(112))
    // Once more, so that whatever was on its way is there.
    await submit(13, 13)
    for (const live of [consumer, resumed]) await live.until(() => values(live).includes(13))
    expect([...new Set(consumer.dispatched().map(({ uid }) => uid))]).toEqual([ours.user.user_id])
    expect(values(resumed)).toEqual(upTo(13))
    expect(nosy.dispatched()).toEqual([])
    await other.until(() => values(other).includes(113))
    expect(values(other)).toEqual(upTo(113, 101))
    expect(other.dispatched().every(({ uid }) => uid === theirs.user.user_id)).toBe(true)
    // Their numbers mean nothing here: who resumes by one of them gets their own, if anything.
    const byTheirs = await connectAs('consumer', ours.account, undefined, `?after=${seqs(other)[0]}`)
    await submit(14, 14)
    await byTheirs.until(() => values(byTheirs).includes(14))
    expect(byTheirs.dispatched().every(({ uid }) => uid === ours.user.user_id)).toBe(true)
  })
  test('as events, in presence and in the status', async () => {
    const { ours, theirs, submit } = await two()
    await submit(1, 3)
    const events = await readEvents(ours.account, '?after=0')
    expect(await events.until(/"val":3\}/)).not.toContain(theirs.user.user_id)
    await events.end()
    expect((await presenceOf(ours.account)).map(({ user_id }) => user_id)).toEqual([ours.user.user_id])
    expect((await presenceOf(theirs.account)).map(({ user_id }) => user_id)).toEqual([theirs.user.user_id])
    const [mine, yours] = [await statusOf(ours.account), await statusOf(theirs.account)]
    expect([mine.producers, yours.producers]).toEqual([1, 1])
    const ids = (of: typeof mine) => of.consumers.map(({ consumer_id }) => consumer_id)
    expect(ids(mine).some((id) => ids(yours).includes(id))).toBe(false)
  })
  test('and none gets a token for the other’s user, nor does a token say more than its own', async () => {
    const [ours, theirs] = [await stage(), await stage()]
    await expect(tokenFor('producer', ours.account, theirs.user.user_id)).rejects.toThrow(/^403 /)
    const mixed = await call('/auth/developer', {
      method: 'POST',
      headers: { ...ours.account.headers, 'dev-id': theirs.account.dev_id },
    })
    expect(mixed.status).toBe(403)
    const consumer = await tokenFor('consumer', ours.account)
    const asProducer = await connectAs('producer', theirs.account, theirs.user.user_id, '', consumer)
    expect(asProducer.closed).toMatchObject({ code: 4001, reason: expect.stringContaining('producer') })
  })
  test('each has as many consumers as it may, whatever the other has', async () => {
    const [ours, theirs] = [await stage(), await stage()]
    for (let n = 0; n < 10; n++) await connectAs('consumer', ours.account)
    expect((await connectAs('consumer', ours.account)).closed).toMatchObject({ code: 4002 })
    expect((await connectAs('consumer', theirs.account)).closed).toBeUndefined()
  })
})
