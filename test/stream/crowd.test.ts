import { listDurableObjectIds } from 'cloudflare:test'
import { beforeAll, describe, expect, test } from 'vitest'
import { house, migrate, newConnection } from '../house.ts'
import { evictHub, evictSessions, setSessions } from './eviction.ts'
import { connectAs, openSocket } from './live.ts'
import { beat, readEvents, seqs, stage, statusOf, stored, upTo, values } from './stage.ts'

beforeAll(migrate)

const MOST = 10

describe('many at once', { timeout: 20_000 }, () => {
  test('as many consumers are let in as there may be, whichever way they come', async () => {
    const { account } = await stage()
    const came = await Promise.all([
      ...upTo(MOST + 5).map(() => connectAs('consumer', account)),
      ...upTo(5).map(() => readEvents(account).catch((error: Error) => error)),
    ])
    const refused = came.filter((one) => one instanceof Error || ('closed' in one && one.closed?.code === 4002))
    expect(came.length - refused.length).toBe(MOST)
    expect((await statusOf(account)).consumers).toHaveLength(MOST)
  })
  test('also where they take the places of those who died', async () => {
    const { account } = await stage()
    for (let n = 0; n < MOST; n++) await connectAs('consumer', account)
    await evictSessions('close')
    const came = await Promise.all(upTo(MOST + 5).map(() => connectAs('consumer', account)))
    expect(came.filter(({ closed }) => closed === undefined)).toHaveLength(MOST)
  })
})

describe('where some objects gather for the hub', { timeout: 20_000 }, () => {
  const SHARDS = 3
  test('all frames come, those of a user in their order, and numbers rise', async () => {
    await openSocket()
    await setSessions({ STREAM_SHARDS: SHARDS })
    const { account, user } = await stage()
    const users = [user, ...(await Promise.all(upTo(7).map(() => newConnection(account))))]
    const consumer = await connectAs('consumer', account)
    const producers = await Promise.all(users.map(({ user_id }) => connectAs('producer', account, user_id)))
    const before = (await listDurableObjectIds(house.STREAM_HUB)).length
    for (const n of upTo(20)) {
      for (const producer of producers) producer.send(beat(n))
      if (n % 7 !== 0) continue
      await Promise.all(producers.map(stored))
      await evictHub(account)
      await evictSessions()
    }
    await consumer.until(() => values(consumer).length === 20 * users.length)
    expect((await listDurableObjectIds(house.STREAM_HUB)).length).toBeGreaterThan(before)
    for (const { user_id } of users)
      expect(consumer.dispatched().flatMap(({ uid, d }) => (uid === user_id ? [d.val] : []))).toEqual(upTo(20))
    expect(seqs(consumer)).toEqual([...new Set(seqs(consumer))].sort((a, b) => a - b))
    expect(await statusOf(account)).toMatchObject({ producers: users.length })
  })
})
