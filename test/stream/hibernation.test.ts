import { runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, test } from 'vitest'
import { call, migrate, newConnection } from '../house.ts'
import { evictHub, evictSessions, hubOf, killHub, sendingNothing } from './eviction.ts'
import { connectAs, tokenFor } from './live.ts'
import { beat, presenceOf, seqs, stage, statusOf, stored, upTo, values } from './stage.ts'

beforeAll(migrate)

const rising = (numbers: number[]) => numbers.every((n, i) => i === 0 || n > numbers[i - 1]!)

describe('a hub that forgot everything', { timeout: 20_000 }, () => {
  test('sends what it had stored and not sent, also to who had nothing yet', async () => {
    const { account, user } = await stage()
    const consumer = await connectAs('consumer', account)
    const producer = await connectAs('producer', account, user.user_id)
    await sendingNothing(account)
    for (const n of upTo(3)) producer.send(beat(n))
    await stored(producer)
    expect(values(consumer)).toEqual([])
    await evictHub(account)
    producer.send(beat(4))
    await consumer.until(() => values(consumer).includes(4))
    expect(values(consumer)).toEqual([1, 2, 3, 4])
  })
  test('sends on to all, each from where it was: no gap, nothing twice, numbers that rise', async () => {
    const { account, user } = await stage()
    const other = await newConnection(account)
    const [all, some] = [
      await connectAs('consumer', account),
      await connectAs('consumer', account, undefined, `?types=STEPS&users=${user.user_id}`),
    ]
    const producers = [
      await connectAs('producer', account, user.user_id),
      await connectAs('producer', account, other.user_id),
    ]
    for (const n of upTo(24)) {
      producers[n % 2]!.send(beat(n, n % 3 === 0 ? 'STEPS' : 'HEART_RATE'))
      await stored(producers[n % 2]!)
      if (n % 5 === 0) await evictHub(account)
    }
    await all.until(() => values(all).length === 24)
    await some.until(() => values(some).includes(24))
    expect(values(all)).toEqual(upTo(24))
    expect(rising(seqs(all))).toBe(true)
    expect(values(some)).toEqual([6, 12, 18, 24])
    await evictHub(account)
    const status = await statusOf(account)
    expect(status).toMatchObject({ producers: 2, retained: { to_seq: seqs(all).at(-1), from_seq: seqs(all)[0] } })
    expect(status.consumers.map(({ filter }) => filter)).toContainEqual({ users: [user.user_id], types: ['STEPS'] })
  })
  test('knows used tokens, stopped users, numbers and devices', async () => {
    const { account, user } = await stage()
    const token = await tokenFor('producer', account, user.user_id)
    const producer = await connectAs('producer', account, user.user_id, '', token, 'watch')
    const frames = upTo(3).map((n) => ({ t: 'HEART_RATE', d: beat(n).d }))
    producer.send({ op: 9, d: { n: 1, frames } })
    producer.send({ op: 8, d: { connected: true, device_id: 'strap-7' } })
    await producer.until(() => producer.received.at(-1)?.op === 10)
    await evictHub(account)
    expect((await connectAs('producer', account, user.user_id, '', token)).closed).toMatchObject({ code: 4001 })
    const again = await connectAs('producer', account, user.user_id, '', undefined, 'watch')
    expect(again.received.at(-1)).toEqual({ op: 4, d: { n: 3 } })
    expect(await presenceOf(account)).toMatchObject([
      { user_id: user.user_id, live: true, producers: 2, device: { connected: true, device_id: 'strap-7' } },
    ])
    const kept = await tokenFor('producer', account, user.user_id)
    const body = JSON.stringify({ active: false })
    await call(`/v2/users/${user.user_id}`, { method: 'PATCH', headers: account.headers, body })
    await again.until(() => again.closed !== undefined)
    await evictHub(account)
    const late = await connectAs('producer', account, user.user_id, '', kept)
    expect(late.closed).toEqual({ code: 4001, reason: 'the user of this token is not active' })
  })
  test('closes a consumer whose replay broke off', async () => {
    const { account, user } = await stage()
    const consumer = await connectAs('consumer', account)
    const producer = await connectAs('producer', account, user.user_id)
    await runInDurableObject(hubOf(account), (_, { storage }) => storage.sql.exec(`UPDATE consumers SET replaying = 1`))
    await evictHub(account)
    producer.send(beat(1))
    await consumer.until(() => consumer.closed !== undefined)
    expect(consumer.closed).toMatchObject({ code: 1011, reason: expect.stringContaining('replay') })
    expect((await statusOf(account)).consumers).toEqual([])
  })
  test('that died in the midst has what was acknowledged, and its consumers get all of it once', async () => {
    const { account, user } = await stage()
    const consumer = await connectAs('consumer', account)
    let acknowledged = 0
    for (let life = 0; life < 4; life++) {
      const producer = await connectAs('producer', account, user.user_id, '', undefined, 'phone')
      const { n } = producer.received.at(-1)!.d as { n: number }
      expect(n).toBeGreaterThanOrEqual(acknowledged)
      for (const first of [n + 1, n + 6, n + 11])
        producer.send({
          op: 9,
          d: { n: first, frames: upTo(first + 4, first).map((v) => ({ t: 'HEART_RATE', d: beat(v).d })) },
        })
      const acks = () => producer.received.filter(({ op }) => op === 10).map(({ d }) => d.n as number)
      await producer.until(() => acks().length > 0)
      await killHub(account)
      producer.close()
      await producer.until(() => producer.closed !== undefined)
      acknowledged = acks().at(-1)!
    }
    const last = await connectAs('producer', account, user.user_id, '', undefined, 'phone')
    const { n } = last.received.at(-1)!.d as { n: number }
    await consumer.until(() => values(consumer).length >= n)
    expect(n).toBeGreaterThanOrEqual(acknowledged)
    expect(values(consumer)).toEqual(upTo(n))
    expect(rising(seqs(consumer))).toBe(true)
    const replayed = await connectAs('consumer', account, undefined, '?after=0')
    await replayed.until(() => values(replayed).length >= n)
    expect(replayed.dispatched()).toEqual(consumer.dispatched())
  })
})

describe('sockets whose object slept', { timeout: 20_000 }, () => {
  test('go on without gap or double, each as who it is', async () => {
    const { account, user } = await stage()
    const consumer = await connectAs('consumer', account)
    const producer = await connectAs('producer', account, user.user_id, '', undefined, 'watch')
    for (const n of upTo(20)) {
      producer.send(beat(n))
      if (n % 4 === 0) {
        await stored(producer)
        expect(await evictSessions()).toBeGreaterThan(0)
      }
      if (n % 8 === 0) await evictHub(account)
    }
    await consumer.until(() => values(consumer).length >= 20)
    expect(values(consumer)).toEqual(upTo(20))
    expect(await statusOf(account)).toMatchObject({ producers: 1, consumers: [{ kind: 'socket' }] })
    expect(await presenceOf(account)).toMatchObject([{ user_id: user.user_id, live: true, producers: 1 }])
    await evictSessions()
    producer.send({ op: 9, d: { n: 1, frames: [{ t: 'STEPS', d: {} }] } })
    await producer.until(() => producer.received.at(-1)?.op === 10)
    consumer.send({ op: 7, d: { after: 0, before: seqs(consumer)[2]! } })
    await consumer.until(() => values(consumer).length >= 23)
    expect(values(consumer).slice(21)).toEqual([1, 2])
    await evictSessions()
    consumer.send(beat(1))
    producer.send({ op: 3, d: { type: 0, token: 'st.x' } })
    for (const live of [consumer, producer]) await live.until(() => live.closed !== undefined)
    expect([consumer.closed!.code, producer.closed!.code]).toEqual([4004, 4003])
    expect(await statusOf(account)).toMatchObject({ producers: 0, consumers: [] })
  })
  test('closed with it are nobody’s any more: their places are free', async () => {
    const { account, user } = await stage()
    await connectAs('producer', account, user.user_id)
    for (let n = 0; n < 10; n++) await connectAs('consumer', account)
    expect((await connectAs('consumer', account)).closed).toMatchObject({ code: 4002 })
    await evictSessions('close')
    const again = await connectAs('consumer', account)
    expect(again.closed).toBeUndefined()
    expect((await statusOf(account)).consumers).toHaveLength(1)
  })
})
