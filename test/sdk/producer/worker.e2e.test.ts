import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Keep } from '../../../shared/sdk/producer/keep.ts'
import { Producer, type ProducerOptions } from '../../../shared/sdk/producer/producer.ts'
import { type WebSocketConstructor, webSocket } from '../../../shared/sdk/producer/transport.ts'
import { OP, StreamSocket, streamToken } from '../../bench/stream-socket.ts'
import { openStreamWorld, type StreamWorld } from '../../harness/stream-world.ts'
import { startTcpProxy, type TcpProxy } from '../../harness/tcp-proxy.ts'
import { testBuild } from '../../harness/test-build.ts'
import { Store } from './stage.ts'

let world: StreamWorld
let network: TcpProxy
let consumer: StreamSocket
let got: { uid: string; seq: number; val: number }[] = []
beforeAll(async () => {
  world = await openStreamWorld(await testBuild(), { people: 1 })
  network = await startTcpProxy(() => ({ host: '127.0.0.1', port: Number(new URL(world.runtime.url).port) }))
})
afterAll(async () => {
  await world?.close()
  await network?.close()
})
const producers: Producer[] = []
beforeEach(() => {
  got = []
})
afterEach(async () => {
  await Promise.all(producers.splice(0).map((one) => one.close({ flushMs: 0 })))
  await consumer?.close()
})

const produce = (more: Partial<ProducerOptions> = {}) => {
  const made = new Producer({
    url: `ws://127.0.0.1:${network.port}/connect`,
    token: () => streamToken(world.runtime.url, world.door.headers, world.users[0]!),
    ...more,
    limits: { backoffMs: 50, backoffMostMs: 500, ...more.limits },
  })
  producers.push(made)
  return made
}
/** Without compression, so that the network can tell what it lets through. */
class PlainSocket extends WebSocket {
  constructor(url: string) {
    super(url, { perMessageDeflate: false })
  }
}

/** A backend that hears all that comes after `seq`. */
async function listen(after: number): Promise<void> {
  const token = await streamToken(world.runtime.url, world.door.headers)
  consumer = new StreamSocket({
    url: world.runtime.url,
    token,
    role: 'consumer',
    query: { after: String(after) },
    onText: (text) => {
      const frame = JSON.parse(text) as { op: number; uid: string; seq: number; d: { val: number } }
      if (frame.op === OP.dispatch) got.push({ uid: frame.uid, seq: frame.seq, val: frame.d.val })
    },
  })
  await consumer.ready
}
/** What is stored of it, as a backend hears it that comes afterwards. */
async function heard(count: number, after: number): Promise<number[]> {
  await listen(after)
  await vi.waitFor(() => expect(got.length).toBeGreaterThanOrEqual(count), 20_000)
  return got.map(({ val }) => val)
}
const acknowledged = (own: Producer) => vi.waitFor(() => expect(own.counts.waiting).toBe(0), 30_000)
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)
const now = () => Date.now() * 1_000

describe('the producer core and the Worker', () => {
  test('what is submitted is heard: once, in order, whatever a batch is like', async () => {
    const from = now()
    const own = produce()
    await own.start()
    for (const val of numbers(3_000)) own.submit('HEART_RATE', { val })
    await acknowledged(own)
    expect(await heard(3_000, from)).toEqual(numbers(3_000))
    expect(own.counts).toMatchObject({ sent: 3_000, acknowledged: 3_000, dropped: 0 })
  })
  test('connections that are reset and acknowledgements that are lost leave no gap and nothing twice', async () => {
    const from = now()
    const own = produce({
      limits: { batchMs: 5, batchFrames: 20 },
      open: webSocket(PlainSocket as unknown as WebSocketConstructor),
    })
    let cuts = 0
    own.on('state', ({ kind }) => {
      if (kind === 'waiting') cuts++
    })
    await own.start()
    let left = 5
    network.rule({
      answered: (piece) => (piece.includes(`{"op":${OP.ack},`) && left > 0 && left-- > 0 ? 'cut' : 'pass'),
    })
    for (const val of numbers(1_000)) {
      own.submit('HEART_RATE', { val })
      if (val % 200 === 199) {
        await vi.waitFor(() => expect(own.counts.inDoubt).toBeGreaterThan(0), 20_000)
        network.cutAll()
      }
    }
    await acknowledged(own)
    // Where the network was cut before an acknowledgement came, READY said it instead.
    let next = 1_000
    while (left > 0) {
      for (let i = 0; i < 20; i++) own.submit('HEART_RATE', { val: next++ })
      await acknowledged(own)
    }
    network.rule({})
    expect(cuts).toBeGreaterThan(1)
    expect(await heard(next, from)).toEqual(numbers(next))
  })
  test('a runtime that is killed in the midst of a burst loses nothing', async () => {
    const from = now()
    const own = produce({ limits: { batchMs: 5, batchFrames: 10 } })
    await own.start()
    let next = 0
    const burst = (count: number) => {
      for (let i = 0; i < count; i++) own.submit('HEART_RATE', { val: next++ })
    }
    for (let round = 0; round < 2; round++) {
      const { acknowledged: before } = own.counts
      burst(400)
      await vi.waitFor(() => expect(own.counts.acknowledged).toBeGreaterThan(before), 20_000)
      burst(200)
      await world.runtime.kill()
      burst(50)
      await world.runtime.start()
      await vi.waitFor(() => expect(own.state.kind).toBe('live'), 30_000)
    }
    await acknowledged(own)
    expect(await heard(next, from)).toEqual(numbers(next))
  })
  test('an app that dies goes on where it was', async () => {
    const from = now()
    const store = new Store()
    let isAlive = true
    const keep: Keep = { load: store.load, save: async (saved) => void (isAlive && (await store.save(saved))) }
    const first = produce({ keep, limits: { keepMs: 10 } })
    await first.start()
    for (const val of numbers(300)) first.submit('HEART_RATE', { val })
    await vi.waitFor(() => expect(JSON.parse(store.text ?? '{}').last).toBe(300), 20_000)
    isAlive = false
    network.cutAll()
    // Nothing of it can reach anybody any more.
    void first.close({ flushMs: 0 })
    const second = produce({ keep: store })
    for (const val of numbers(100)) second.submit('HEART_RATE', { val: 300 + val })
    await second.start()
    await acknowledged(second)
    expect(await heard(400, from)).toEqual(numbers(400))
  })
  test('a token that was used before is renewed', async () => {
    const used = await streamToken(world.runtime.url, world.door.headers, world.users[0]!)
    const first = produce({ token: () => used })
    await first.start()
    await vi.waitFor(() => expect(first.state.kind).toBe('live'), 20_000)
    let asked = 0
    const second = produce({
      token: () => (asked++ === 0 ? used : streamToken(world.runtime.url, world.door.headers, world.users[0]!)),
    })
    await second.start()
    await vi.waitFor(() => expect(second.state.kind).toBe('live'), 20_000)
    expect(asked).toBe(2)
  })
  test('a token of a backend stops it, and says what to hand in', async () => {
    const token = await streamToken(world.runtime.url, world.door.headers)
    const own = produce({ token: () => token })
    await own.start()
    await vi.waitFor(() => expect(own.state.kind).toBe('stopped'), 20_000)
    expect(own.state).toMatchObject({ error: { code: 4001, message: expect.stringContaining('not for a producer') } })
  })
  test('what the server takes at most, the core sends', async () => {
    const from = now()
    const own = produce()
    await own.start()
    const deep = (levels: number): Record<string, unknown> => (levels === 1 ? {} : { in: deep(levels - 1) })
    own.submit('T'.repeat(64), { val: 0, ...deep(28) })
    const room = 64 * 1024 - JSON.stringify({ t: 'ECG', d: { ts: new Date().toISOString(), val: 1, d: '' } }).length
    own.submit('ECG', { val: 1, d: 'x'.repeat(room) })
    for (const val of numbers(40)) own.submit('ECG', { val: 2 + val, d: noise(48_000, val) })
    await acknowledged(own)
    expect(own.counts.sent).toBe(42)
    expect(await heard(42, from)).toEqual(numbers(42))
  })
})

/** Text that does not get smaller. */
function noise(length: number, seed: number): string {
  let state = seed + 1
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647
    return String.fromCharCode(35 + (state % 57))
  }).join('')
}
