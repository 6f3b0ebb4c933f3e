import { runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { FrameStore } from '../../durable-objects/stream-hub/frame-store.ts'
import type { StreamSession } from '../../durable-objects/stream-session.ts'
import { migrate } from '../house.ts'
import { eachSession } from './eviction.ts'
import { connectAs } from './live.ts'
import { beat, seqs, stage, statusOf, stored, upTo, values } from './stage.ts'

beforeAll(migrate)
afterEach(() => vi.restoreAllMocks())

describe('a store that takes nothing', () => {
  test('acknowledges nothing, and what comes again is new', async () => {
    const { account, user } = await stage()
    const consumer = await connectAs('consumer', account)
    const [plain, numbered] = await Promise.all([
      connectAs('producer', account, user.user_id),
      connectAs('producer', account, user.user_id, '', undefined, 'watch'),
    ])
    vi.spyOn(FrameStore.prototype, 'append').mockImplementationOnce(() => {
      throw new Error('database or disk is full')
    })
    const frames = [1, 2].map((n) => ({ t: 'HEART_RATE', d: beat(n).d }))
    numbered.send({ op: 9, d: { n: 1, frames } })
    await numbered.until(() => numbered.closed !== undefined)
    expect(numbered.closed).toMatchObject({ code: 1011, reason: expect.stringMatching(/not stored/) })
    const again = await connectAs('producer', account, user.user_id, '', undefined, 'watch')
    expect(again.received.at(-1)).toEqual({ op: 4, d: { n: 0 } })
    again.send({ op: 9, d: { n: 1, frames } })
    await consumer.until(() => consumer.dispatched().length === 2)
    expect(values(consumer)).toEqual([1, 2])
    if (plain.closed) return
    plain.send(beat(3))
    await stored(plain)
    await consumer.until(() => consumer.dispatched().length === 3)
    expect(values(consumer)).toEqual([1, 2, 3])
  })
})

test('what a hub pushes again, that was cut off before it heard that it had come, is not sent twice', async () => {
  const { account, user } = await stage()
  const consumer = await connectAs('consumer', account)
  const producer = await connectAs('producer', account, user.user_id)
  for (const n of upTo(3)) producer.send(beat(n))
  await consumer.until(() => consumer.dispatched().length === 3)
  const { consumer_id } = (await statusOf(account)).consumers[0]!
  const [first, , last] = seqs(consumer)
  const span = { from: first! - 1, to: last! }
  const answers: string[] = []
  await eachSession(async (stub) =>
    answers.push(
      await runInDurableObject(stub, (one) => (one as unknown as StreamSession).push(consumer_id, ['{"op":5}'], span)),
    ),
  )
  expect(answers.filter((answer) => answer !== 'gone')).toEqual(['ahead'])
  producer.send(beat(4))
  await consumer.until(() => consumer.dispatched().length >= 4)
  expect(values(consumer)).toEqual([1, 2, 3, 4])
})

test('a consumer that asks for more ranges than may wait is closed, and told', async () => {
  const { account, user } = await stage()
  const producer = await connectAs('producer', account, user.user_id)
  for (const n of upTo(200)) producer.send(beat(n))
  await stored(producer)
  const consumer = await connectAs('consumer', account)
  for (let i = 0; i < 300; i++) consumer.send({ op: 7, d: { after: 0, before: Number.MAX_SAFE_INTEGER } })
  await consumer.until(() => consumer.closed !== undefined)
  expect(consumer.closed).toEqual({ code: 1013, reason: '16 REPLAYs wait already; ask when they have come' })
})
