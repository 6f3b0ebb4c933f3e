import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { openSender } from '../../shared/destinations/kafka/client.ts'
import { troubleOf } from '../../shared/destinations/kafka/errors.ts'
import { KafkaSettings } from '../../shared/destinations/kafka/settings.ts'
import { Sockets } from '../../shared/destinations/kafka/sockets.ts'
import kafka from '../../shared/destinations/kafka.ts'
import { context } from '../delivery/leases.ts'
import { protocolError } from '../doubles/kafka-cluster.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})
/** What listens where a broker should be. */
async function listening(connected: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).resume()
    connected(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })
  return (server.address() as AddressInfo).port
}
const contextAt = (port: number, more: object = {}, timeoutMs = 1_500) =>
  context(
    KafkaSettings.parse({ brokers: [`127.0.0.1:${port}`], topic: 'health', tls: false, ...more }),
    { username: 'user', password: 'the-password' },
    { timeoutMs },
  )
async function refusal(port: number, more: object = {}): Promise<{ message: string; field?: string; ms: number }> {
  const startedAt = Date.now()
  const error = await kafka.check!(contextAt(port, more)).catch((error) => error)
  return { message: error.message, field: error.field, ms: Date.now() - startedAt }
}

describe('the test of the settings', () => {
  test('says where nobody listens', async () => {
    expect(await refusal(1)).toMatchObject({
      message: expect.stringMatching(/ECONNREFUSED.*127\.0\.0\.1:1.*look at brokers/),
      field: 'settings.brokers',
    })
  })
  test.each([true, false])('ends in time where somebody listens and says nothing (TLS %s)', async (tls) => {
    const { message, ms } = await refusal(await listening(() => undefined), { tls })
    expect(message).toMatch(/time|Timeout|timed out/)
    expect(ms).toBeLessThan(1_500)
  })
  test.each([true, false])('ends where the connection is closed at once (TLS %s)', async (tls) => {
    const { message } = await refusal(await listening((socket) => socket.end()), { tls })
    expect(message).toMatch(/look at brokers and tls/)
  })
  test('tells what listens there that is no broker', async () => {
    const port = await listening((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    expect((await refusal(port)).message).not.toBe('')
  })
  test('wants a user and a password for SASL, and shows them to nobody', async () => {
    const { settings } = contextAt(1, { sasl: 'plain' })
    await expect(kafka.check!(context(settings, {}))).rejects.toMatchObject({ field: 'secrets.username' })
    expect(JSON.stringify(await refusal(await listening((socket) => socket.end()), { sasl: 'plain' }))).not.toContain(
      'the-password',
    )
  })
  test('refuses a broker inside of the network that nobody gave us', async () => {
    const { message } = await kafka.check!({ ...contextAt(9092), insideAllowed: false }).catch((error) => error)
    expect(message).toMatch(/the cluster has a broker at 127\.0\.0\.1: .*private/)
  })
})

describe('a client', () => {
  test('that is closed opens no other connection: what was tried again would come after newer events', async () => {
    const sockets = new Sockets(true)
    sockets.close()
    expect(() =>
      sockets.factory({ host: '127.0.0.1', port: 1, ssl: false as never, onConnect: () => undefined }),
    ).toThrow(/closed/)
  })
  test('that gives up leaves no socket behind', async () => {
    const ended: Promise<void>[] = []
    const port = await listening((socket) =>
      ended.push(new Promise((resolve) => socket.once('close', () => resolve()))),
    )
    await expect(openSender(contextAt(port), 300)).rejects.toThrow('no answer in time')
    expect(ended.length).toBeGreaterThan(0)
    await Promise.all(ended)
  })
})

describe('errors of brokers', () => {
  const sorted = (type: string, retriable: boolean) => troubleOf(protocolError(type, retriable), ['health']).kind
  test('are sorted by what can be done', () => {
    expect(sorted('MESSAGE_TOO_LARGE', false)).toBe('large')
    expect(sorted('OUT_OF_ORDER_SEQUENCE_NUMBER', false)).toBe('fresh')
    expect(sorted('NOT_LEADER_FOR_PARTITION', true)).toBe('again')
    expect(sorted('UNKNOWN_TOPIC_OR_PARTITION', true)).toBe('again')
    expect(sorted('CLUSTER_AUTHORIZATION_FAILED', false)).toBe('refused')
    expect(sorted('SOMETHING_NEW', false)).toBe('refused')
    expect(troubleOf(new RangeError('x')).kind).toBe('ours')
    expect(troubleOf('x').kind).toBe('ours')
  })
})
