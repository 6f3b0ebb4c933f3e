import type { Message } from '@aws-sdk/client-sqs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Shipment, Shipped } from '../../shared/delivery/shipment.ts'
import sqs from '../../shared/destinations/sqs.ts'
import { context } from '../delivery/leases.ts'
import { windowOf } from '../destinations/queue.ts'
import type { FrontTrouble } from './front.ts'
import { startServices } from './services.ts'

let services: Awaited<ReturnType<typeof open>>
const open = () => startServices('sqs')
beforeAll(async () => {
  services = await open()
})
afterAll(() => services?.close())
afterEach(() => services.sqs.behaves(() => ({ kind: 'none' })))

type Context = Parameters<typeof sqs.ship>[1]
function contextFor(queue_url: string, settings: object = {}, more: Partial<Context> = {}): Context {
  const { region, account } = services.sqs
  const keys = { access_key_id: account.accessKeyId, secret_access_key: account.secretAccessKey }
  return context(sqs.settings.parse({ queue_url, region, ...settings }), keys, more)
}
/** What of a window is not in yet. */
function rest(shipment: Shipment, came: Shipped): Shipment {
  if (came.kind === 'failed') return shipment
  const groups = shipment.groups.map((group, i) => ({
    ...group,
    events: group.events.slice(came.groups[i]!.delivered),
  }))
  return { ...shipment, groups: groups.filter(({ events }) => events.length > 0) }
}
interface Way {
  timeoutMs?: number
  between?: () => Promise<void>
}
/** Ships a window as a cell does: what was not told as delivered comes again. → how often that was. */
async function shipAll(shipment: Shipment, queueUrl: string, { timeoutMs = 10_000, between }: Way = {}) {
  let left = shipment
  let reason = ''
  for (let turn = 0; turn < 50; turn++) {
    const signal = AbortSignal.timeout(timeoutMs)
    const came = await sqs.ship(left, contextFor(queueUrl, {}, { signal, timeoutMs }))
    if (came.kind === 'failed') reason = came.sent.reason
    left = rest(left, came)
    if (left.groups.length === 0) return turn
    await between?.()
  }
  throw new Error(`${left.groups.length} users are not through: ${reason}`)
}
const eventId = ({ MessageAttributes }: Message) => MessageAttributes?.event_id?.StringValue ?? ''
const userOf = ({ MessageAttributes }: Message) => MessageAttributes?.user_id?.StringValue ?? ''

/** What a receiver has of a window: how much is missing, out of order at its first arrival, and there twice. */
function judged(shipment: Shipment, messages: Message[]) {
  const sent = shipment.groups.flatMap(({ events }) => events)
  const bodies = new Map(sent.map(({ event_id, body }) => [event_id, body]))
  const first = [...new Map(messages.map((message) => [eventId(message), message])).values()]
  const inOrder = shipment.groups.filter(({ user, events }) => {
    const seen = first.filter((message) => userOf(message) === user.user_id).map(eventId)
    return seen.join() === events.map(({ event_id }) => event_id).join()
  })
  return {
    lost: sent.length - first.filter((message) => bodies.get(eventId(message)) === message.Body).length,
    reordered: shipment.groups.length - inOrder.length,
    duplicated: messages.length - first.length,
  }
}
const CLEAN = { lost: 0, reordered: 0, duplicated: 0 }
const WINDOW = windowOf([...Array.from({ length: 30 }, () => 4), 10])

/** The first so many sends go wrong, the others do not. */
const firstSends = (count: number, trouble: FrontTrouble) => {
  let left = count
  services.sqs.behaves(({ headers }) =>
    headers['x-amz-target']?.endsWith('SendMessageBatch') && left-- > 0 ? trouble : { kind: 'none' },
  )
}

describe('an SQS server', () => {
  test('takes a healthcheck, and a window whose messages are the events, with their attributes', async () => {
    for (const name of ['plain', 'plain.fifo']) {
      const queue = await services.sqs.createQueue(name)
      await sqs.check!(contextFor(queue))
      const [healthcheck] = await services.sqs.receive(queue)
      expect(JSON.parse(healthcheck!.Body!)).toMatchObject({ type: 'healthcheck' })
      expect(await shipAll(WINDOW, queue)).toBe(0)
      const messages = await services.sqs.receive(queue)
      expect(judged(WINDOW, messages)).toEqual(CLEAN)
      const [event] = WINDOW.groups[0]!.events
      const stored = messages.find((message) => eventId(message) === event!.event_id)!
      expect(stored.MessageAttributes).toMatchObject({
        user_id: { StringValue: 'user-1' },
        type: { StringValue: 'daily' },
        seq: { StringValue: '100', DataType: 'Number' },
      })
    }
  })
  test('that is not what was set up is refused in its own words', async () => {
    const queue = await services.sqs.createQueue('refusing')
    await expect(sqs.check!(contextFor(`${queue}-not`))).rejects.toMatchObject({
      message: expect.stringContaining('create the queue'),
      field: 'queue_url',
    })
    await expect(sqs.check!(contextFor(queue, { region: 'eu-west-1' }))).rejects.toThrow('SignatureDoesNotMatch')
  })
  test.each([
    ['resets before it is done', { kind: 'reset', after: false }],
    ['resets after it is done', { kind: 'reset', after: true }],
    ['an error before it is done', { kind: 'answer', status: 500, after: false }],
    ['an error after it is done', { kind: 'answer', status: 503, after: true }],
    ['an answer too late', { kind: 'late', ms: 2_500 }],
    ['a request that comes twice', { kind: 'twice' }],
  ] as const)('with %s has every event once, in order, in a FIFO queue', async (what, trouble) => {
    const queue = await services.sqs.createQueue(`${trouble.kind}-${'after' in trouble && trouble.after}.fifo`)
    firstSends(7, trouble)
    const turns = await shipAll(WINDOW, queue, trouble.kind === 'late' ? { timeoutMs: 2_000 } : {})
    const came = judged(WINDOW, await services.sqs.receive(queue))
    console.log(`${what}: ${JSON.stringify(came)}, ${turns} turns more`)
    expect(came).toEqual(CLEAN)
  })
  test('whose key is revoked takes nothing and loses nothing; given back, all comes', async () => {
    const queue = await services.sqs.createQueue('revoked.fifo')
    services.sqs.revoke()
    const came = await sqs.ship(WINDOW, contextFor(queue))
    expect(came).toMatchObject({
      kind: 'failed',
      sent: { blame: 'destination', reason: expect.stringContaining('SignatureDoesNotMatch') },
    })
    services.sqs.giveBack()
    await shipAll(WINDOW, queue)
    expect(judged(WINDOW, await services.sqs.receive(queue))).toEqual(CLEAN)
  })
  test('that is killed in the middle of a window has lost and reordered nothing when it comes again', async () => {
    const queue = await services.sqs.createQueue('killed.fifo')
    const long = windowOf(Array.from({ length: 40 }, () => 12))
    let sends = 0
    let killed: Promise<unknown> | undefined
    services.sqs.behaves(({ headers }) => {
      if (headers['x-amz-target']?.endsWith('SendMessageBatch') && ++sends === 20) killed = services.sqs.kill()
      return { kind: 'none' }
    })
    const between = async () => {
      if (!killed) return
      await killed
      killed = undefined
      await services.sqs.restart()
    }
    const turns = await shipAll(long, queue, { between })
    expect(turns).toBeGreaterThan(0)
    const came = judged(long, await services.sqs.receive(queue))
    console.log(`killed: ${JSON.stringify(came)}, ${turns} turns more`)
    // The server forgets at its death which ids it had: what it took and did not answer, at most six requests, comes twice.
    expect(came).toMatchObject({ lost: 0, reordered: 0 })
    expect(came.duplicated).toBeLessThanOrEqual(60)
  })
})
