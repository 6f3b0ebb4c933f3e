import { runDurableObjectAlarm } from 'cloudflare:test'
import { beforeAll, describe, expect, test } from 'vitest'
import { MINUTE_MS } from '../../shared/base/time.ts'
import { migrate } from '../house.ts'
import { eachSession, evictSessions, withSockets } from './eviction.ts'
import { connectAs, type Live, openSocket, tokenFor } from './live.ts'
import { beat, stage, statusOf, stored, values } from './stage.ts'

beforeAll(migrate)

/** As if it were two minutes since anybody was heard of. */
const silence = () =>
  withSockets((sockets) => {
    for (const socket of sockets.all()) {
      socket.about.heardAt -= 2 * MINUTE_MS
      sockets.keep(socket)
    }
  })
const ringAll = () => eachSession(async (stub) => runDurableObjectAlarm(stub))
const isAcked = (live: Live) => live.until(() => live.received.at(-1)?.op === 1)

describe('heartbeats', { timeout: 20_000 }, () => {
  test('are answered while the object sleeps, and count when it wakes', async () => {
    const { account, user } = await stage()
    const [heard, silent] = [await connectAs('consumer', account), await connectAs('consumer', account)]
    await silence()
    await evictSessions()
    heard.send({ op: 0 })
    await isAcked(heard)
    await evictSessions()
    await ringAll()
    await silent.until(() => silent.closed !== undefined)
    expect(silent.closed).toEqual({ code: 4005, reason: 'no heartbeat within 60000 ms' })
    const producer = await connectAs('producer', account, user.user_id)
    producer.send(beat(1))
    await heard.until(() => values(heard).length > 0)
    expect(heard.closed).toBeUndefined()
    expect((await statusOf(account)).consumers).toHaveLength(1)
  })
  test('of a producer that slept are answered when all is stored', async () => {
    const { account, user } = await stage()
    const producer = await connectAs('producer', account, user.user_id)
    for (let n = 1; n <= 3; n++) {
      await evictSessions()
      producer.send(beat(n))
      await stored(producer)
    }
    const consumer = await connectAs('consumer', account, undefined, '?after=0')
    await consumer.until(() => values(consumer).length === 3)
    await silence()
    await stored(producer)
    await evictSessions()
    await ringAll()
    await stored(producer)
    expect(producer.closed).toBeUndefined()
  })
  test('that stay away end a producer, who is not live any more', async () => {
    const { account, user } = await stage()
    const producer = await connectAs('producer', account, user.user_id)
    await silence()
    await evictSessions()
    await ringAll()
    await producer.until(() => producer.closed !== undefined)
    expect(producer.closed).toMatchObject({ code: 4005 })
    await expect.poll(async () => (await statusOf(account)).producers).toBe(0)
  })
  test('are no IDENTIFY: a stranger may say who they are after the object slept, and is closed when late', async () => {
    const { account, user } = await stage()
    const token = await tokenFor('producer', account, user.user_id)
    const [early, late] = [await openSocket(), await openSocket()]
    await evictSessions()
    early.send({ op: 3, d: { type: 0, token } })
    await early.until(() => early.received.at(-1)?.op === 4)
    late.send({ op: 0 })
    await isAcked(late)
    await withSockets((sockets) => {
      for (const socket of sockets.all()) {
        socket.about.openedAt -= MINUTE_MS
        sockets.keep(socket)
      }
    })
    await evictSessions()
    await ringAll()
    await late.until(() => late.closed !== undefined)
    expect(late.closed).toEqual({ code: 4000, reason: 'no IDENTIFY within 15000 ms' })
    early.send(beat(1))
    await stored(early)
  })
})
