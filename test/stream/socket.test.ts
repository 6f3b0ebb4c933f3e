import { beforeAll, describe, expect, test } from 'vitest'
import { call, migrate, newAccount, newConnection } from '../house.ts'
import { hubOf } from './eviction.ts'
import { connectAs, type Live, tokenFor } from './live.ts'

beforeAll(migrate)

async function house() {
  const account = await newAccount()
  const user = await newConnection(account)
  return { account, user }
}
const beat = (n: number) => ({ op: 6, t: 'HEART_RATE', d: { ts: '2026-11-27T08:00:00+01:00', val: n } })
const values = (live: Live) => live.dispatched().map(({ d }) => d.val)

describe('a producer and a consumer', () => {
  test('what is submitted is dispatched, in order, as it was written', async () => {
    const { account, user } = await house()
    const consumer = await connectAs('consumer', account)
    const producer = await connectAs('producer', account, user.user_id)
    for (let n = 1; n <= 50; n++) producer.send(beat(n))
    await consumer.until(() => consumer.dispatched().length === 50)
    expect(values(consumer)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
    expect(consumer.dispatched()[0]).toMatchObject({ op: 5, uid: user.user_id, t: 'HEART_RATE', d: beat(1).d })
    const seqs = consumer.dispatched().map(({ seq }) => seq)
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b))
  })
  test('a heartbeat is acknowledged when what came before it can be replayed', async () => {
    const { account, user } = await house()
    const producer = await connectAs('producer', account, user.user_id)
    for (let n = 1; n <= 5; n++) producer.send(beat(n))
    producer.send({ op: 0 })
    await producer.until(() => producer.received.some(({ op }) => op === 1))
    const consumer = await connectAs('consumer', account)
    consumer.send({ op: 7, d: { after: 0, before: Number.MAX_SAFE_INTEGER } })
    await consumer.until(() => consumer.dispatched().length === 5)
    expect(values(consumer)).toEqual([1, 2, 3, 4, 5])
  })
  test('a consumer resumes after its last frame, in one round trip', async () => {
    const { account, user } = await house()
    const producer = await connectAs('producer', account, user.user_id)
    const first = await connectAs('consumer', account)
    for (let n = 1; n <= 3; n++) producer.send(beat(n))
    await first.until(() => first.dispatched().length === 3)
    const last = first.dispatched()[1]!.seq
    first.close()
    for (let n = 4; n <= 6; n++) producer.send(beat(n))
    const again = await connectAs('consumer', account, undefined, `?after=${last}`)
    await again.until(() => again.dispatched().length === 4)
    producer.send(beat(7))
    await again.until(() => again.dispatched().length === 5)
    expect(values(again)).toEqual([3, 4, 5, 6, 7])
  })
  test('a token is good once', async () => {
    const { account } = await house()
    const { token } = (await (await call('/auth/developer', { method: 'POST', headers: account.headers })).json()) as {
      token: string
    }
    const first = await connectAs('consumer', account, undefined, '', token)
    expect(first.received.at(-1)).toEqual({ op: 4 })
    const second = await connectAs('consumer', account, undefined, '', token)
    expect(second.closed).toMatchObject({ code: 4001 })
  })
  test('numbered batches are acknowledged, and known again', async () => {
    const { account, user } = await house()
    const consumer = await connectAs('consumer', account)
    const producer = await connectAs('producer', account, user.user_id, '', undefined, 'watch-1')
    expect(producer.received.at(-1)).toEqual({ op: 4, d: { n: 0 } })
    const frames = [1, 2, 3].map((n) => ({ t: 'HEART_RATE', d: beat(n).d }))
    producer.send({ op: 9, d: { n: 1, frames } })
    await producer.until(() => producer.received.at(-1)?.op === 10)
    expect(producer.received.at(-1)).toEqual({ op: 10, d: { n: 3 } })
    producer.send({ op: 9, d: { n: 2, frames: [...frames.slice(1), { t: 'HEART_RATE', d: beat(4).d }] } })
    await consumer.until(() => consumer.dispatched().length === 4)
    expect(values(consumer)).toEqual([1, 2, 3, 4])
    const again = await connectAs('producer', account, user.user_id, '', undefined, 'watch-1')
    expect(again.received.at(-1)).toEqual({ op: 4, d: { n: 4 } })
  })
})

describe('the stream as events', () => {
  test('has what sockets have, and resumes by the last event’s id', async () => {
    const { account, user } = await house()
    const producer = await connectAs('producer', account, user.user_id)
    const events = async (headers: Record<string, string>) => {
      const answer = await call('/v2/stream', { headers: { ...account.headers, ...headers } })
      expect(answer.headers.get('content-type')).toBe('text/event-stream')
      const reader = answer.body!.getReader()
      let text = ''
      return {
        until: async (pattern: RegExp) => {
          while (!pattern.test(text)) text += new TextDecoder().decode((await reader.read()).value)
          return text
        },
        end: () => reader.cancel(),
      }
    }
    const first = await events({})
    await first.until(/: here/)
    producer.send(beat(1))
    producer.send(beat(2))
    const text = await first.until(/"val":2/)
    const [id] = /^id: (\d+)$/m.exec(text)!.slice(1)
    await first.end()
    const again = await events({ 'last-event-id': id! })
    expect(await again.until(/"val":2/)).not.toContain('"val":1')
    await again.end()
    const { users } = (await (await call('/v2/stream/presence', { headers: account.headers })).json()) as {
      users: object[]
    }
    expect(users).toMatchObject([{ user_id: user.user_id, live: true, producers: 1 }])
    const status = (await (await call('/v2/stream/status', { headers: account.headers })).json()) as object
    expect(status).toMatchObject({ producers: 1, retained: { dropped: null } })
  })
  test('ends with its reader, who is no consumer any more', async () => {
    const { account } = await house()
    const consumers = async () => {
      const answer = await call('/v2/stream/status', { headers: account.headers })
      return ((await answer.json()) as { consumers: object[] }).consumers
    }
    const answer = await call('/v2/stream', { headers: account.headers })
    expect(await consumers()).toMatchObject([{ kind: 'events', filter: {} }])
    await answer.body!.cancel()
    await expect.poll(consumers).toEqual([])
  })
})

describe('a user', () => {
  test('who is stopped sends nothing, with no token, until they are active again', async () => {
    const { account, user } = await house()
    const [live, kept] = [
      await connectAs('producer', account, user.user_id),
      await tokenFor('producer', account, user.user_id),
    ]
    const change = (active: boolean) =>
      call(`/v2/users/${user.user_id}`, { method: 'PATCH', headers: account.headers, body: JSON.stringify({ active }) })
    await change(false)
    await live.until(() => live.closed !== undefined)
    expect(live.closed).toEqual({ code: 4001, reason: 'the user is not active' })
    const late = await connectAs('producer', account, user.user_id, '', kept)
    expect(late.closed).toEqual({ code: 4001, reason: 'the user of this token is not active' })
    await expect(tokenFor('producer', account, user.user_id)).rejects.toThrow(/^403 this user is not active/)
    await change(true)
    const again = await connectAs('producer', account, user.user_id)
    expect(again.received.at(-1)).toEqual({ op: 4 })
  })
  test('who is erased is closed, and what they sent cannot be replayed', async () => {
    const { account, user } = await house()
    const other = await newConnection(account)
    const [gone, stays] = [
      await connectAs('producer', account, user.user_id),
      await connectAs('producer', account, other.user_id),
    ]
    for (const [n, producer] of [gone, stays, gone].entries()) {
      producer.send(beat(n))
      producer.send({ op: 0 })
      await producer.until(() => producer.received.filter(({ op }) => op === 1).length > 0)
      producer.received.length = 0
    }
    await call(`/v2/auth/deauthenticateUser?user_id=${user.user_id}`, { method: 'DELETE', headers: account.headers })
    await gone.until(() => gone.closed !== undefined)
    expect(gone.closed).toEqual({ code: 4001, reason: 'the user is gone' })
    // What was on its way still.
    const late = { uid: user.user_id, synthetic: false, samples: [{ t: 'HEART_RATE', d: '{"val":8}' }], at: Date.now() }
    await hubOf(account).submit([late])
    const consumer = await connectAs('consumer', account, undefined, '?after=0')
    stays.send(beat(9))
    await consumer.until(() => consumer.dispatched().length === 2)
    expect(values(consumer)).toEqual([1, 9])
    const answer = await call('/v2/stream/presence', { headers: account.headers })
    expect((await answer.json()) as object).toMatchObject({ users: [{ user_id: other.user_id }] })
  })
})
