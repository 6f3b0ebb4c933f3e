import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OP, StreamSocket, streamToken } from '../bench/stream-socket.ts'
import type { StreamConsumer } from './stream-consumer.ts'
import { CLEAN, type Got } from './stream-ledger.ts'
import type { Door } from './stream-producer.ts'
import { replayed, STREAM_HEAD, streamRound } from './stream-round.ts'
import { castOf, openStreamWorld, type StreamWorld } from './stream-world.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'
import { testBuild } from './test-build.ts'

const HOUR_MS = 3_600_000
const ROUNDS = 4
const SAMPLES = 800

let world: StreamWorld
let network: TcpProxy
beforeAll(async () => {
  world = await openStreamWorld(await testBuild(), { people: 4 })
  network = await startTcpProxy(() => ({ host: '127.0.0.1', port: Number(new URL(world.runtime.url).port) }))
})
afterAll(async () => {
  await world?.close()
  await network?.close()
})

describe('the network of streams', () => {
  let through: Door
  let steady: StreamConsumer
  beforeAll(async () => {
    through = { ...world.door, url: () => `http://127.0.0.1:${network.port}` }
    steady = world.consumer({ name: 'steady', way: 'resume' })
    await world.until(() => steady.opened > 0, 'the steady consumer')
  })
  afterAll(() => world.alone())
  const streamed = async (samples: number, by?: StreamConsumer[]) => {
    for (const producer of world.producers) producer.go()
    const enough = world.sent() + samples
    await world.until(() => world.sent() >= enough, `${enough} samples sent`)
    await world.settled(undefined, by)
  }

  test('whoever says goodbye is answered with the same code', async () => {
    const { url, headers } = world.door
    for (const role of ['producer', 'consumer'] as const) {
      const token = await streamToken(url(), headers, role === 'producer' ? world.users[0] : undefined)
      const socket = new StreamSocket({ url: url(), token, role })
      await socket.ready
      expect(await socket.close()).toMatchObject({ code: 1000 })
    }
  })

  test('two producers of one person: all of both, each in its order, and both are seen', async () => {
    const [user] = world.users
    const two = [
      world.producer({ name: 'watch', user: user!, type: 'HEART_RATE', manner: 'plain' }),
      world.producer({ name: 'strap', user: user!, type: 'HEART_RATE', manner: 'numbered' }),
    ]
    await world.until(() => two.every(({ readies }) => readies > 0), 'both')
    await streamed(400)
    expect(world.judge()).toMatchObject(CLEAN)
    const presence = async () => {
      const { users } = (await world.get('/stream/presence')) as { users: { user_id: string }[] }
      return users.find(({ user_id }) => user_id === user)
    }
    // The one who said goodbye may still be on the way out.
    await expect.poll(presence, { timeout: 10_000 }).toMatchObject({ live: true, producers: 2 })
  })

  test('clocks that are hours wrong: the time passes as it was said, the order is that of arrival', async () => {
    const skews = { early: -5 * HOUR_MS, late: 7 * HOUR_MS }
    const [, user] = world.users
    const before = Date.now()
    const two = Object.entries(skews).map(([name, skewMs]) =>
      world.producer({ name, user: user!, type: 'HEART_RATE', manner: 'plain', skewMs }),
    )
    for (const producer of two) producer.go()
    await world.until(() => two.every(({ sent }) => sent >= 100), '100 samples of each')
    await streamed(400)
    expect(world.judge()).toMatchObject(CLEAN)
    for (const [name, skewMs] of Object.entries(skews)) {
      const times = steady.got.filter(({ producer }) => producer === name).map(({ ts }) => Date.parse(ts) - skewMs)
      expect(times.length).toBeGreaterThan(0)
      expect(Math.min(...times)).toBeGreaterThanOrEqual(before)
      expect(Math.max(...times)).toBeLessThanOrEqual(Date.now())
    }
    // In between each other, although they are twelve hours apart.
    const names = steady.got.map(({ producer }) => producer).filter((name) => name in skews)
    expect(names.lastIndexOf('early')).toBeGreaterThan(names.indexOf('late'))
    expect(names.lastIndexOf('late')).toBeGreaterThan(names.indexOf('early'))
  })

  test('connections that are reset, and acknowledgements that are lost: nothing is missing and nothing comes twice', async () => {
    const user = world.users[2]!
    for (const manner of ['plain', 'numbered', 'packed'] as const)
      world.producer({ name: `through-${manner}`, user, type: 'STEPS', manner }, through)
    const far = world.consumer({ name: 'far', way: 'resume' }, through)
    const farEvents = world.consumer({ name: 'far-events', way: 'events' }, through)
    await world.until(() => far.opened > 0 && farEvents.opened > 0, 'the consumers')
    // The answer that says what is stored does not get through, a few times.
    let left = 5
    network.rule({
      answered: (piece) => (piece.includes(`{"op":${OP.ack},`) && left > 0 && left-- > 0 ? 'cut' : 'pass'),
    })
    for (let i = 0; i < 4; i++) {
      for (const producer of world.producers) producer.go()
      const enough = world.sent() + 300
      await world.until(() => world.sent() >= enough && world.inFlight() > 0, `${enough} samples sent`)
      network.cutAll()
    }
    for (const producer of world.producers) producer.go()
    await world.until(() => left === 0, 'every acknowledgement that is to be lost')
    network.rule({})
    await streamed(200)
    expect(far.opened).toBeGreaterThan(1)
    expect(world.judge()).toMatchObject(CLEAN)
    expect(world.producers.filter(({ forgotten }) => forgotten > 0)).toEqual([])
  })

  test('a consumer that does not read keeps nobody from anything, and has it all when it reads again', async () => {
    const slow = world.consumer({ name: 'slow', way: 'resume' })
    await world.until(() => slow.opened > 0, 'the slow one')
    await world.settled()
    const others = world.consumers.filter((one) => one !== slow)
    const stopped = slow.socket!
    stopped.socket.pause()
    const before = slow.got.length
    // Tens of megabytes.
    const [user] = world.users
    const big = [0, 1].map((i) =>
      world.producer({ name: `big-${i}`, user: user!, type: 'ECG', manner: 'plain', padding: 50_000, burst: 20 }),
    )
    for (const producer of big) producer.go()
    await world.until(() => big.reduce((sum, { sent }) => sum + sent, 0) >= 600, '30 MB')
    await world.settled(undefined, others)
    expect(slow.got.length - before, 'it reads nothing').toBe(0)
    stopped.socket.resume()
    await world.settled()
    // It was told to come again, or it was served after all.
    for (const end of slow.ends) expect(end).toMatch(/^(1013|4005) ./)
    expect(world.judge()).toMatchObject(CLEAN)
    expect(slow.got.slice(before)).toEqual(since(steady, slow.got[before]!.seq))
  })
})

/** Producers and consumers of every kind stream; the runtime is killed with SIGKILL in the midst of it, again and again. */
describe('the runtime dies in the midst of streams', () => {
  beforeAll(async () => {
    await castOf(world)
    console.log(STREAM_HEAD)
  })

  test.each(Array.from({ length: ROUNDS }, (_, i) => i + 1))(
    'kill %i: no gap, nothing twice, nothing out of order',
    async (round) => {
      const killed = await streamRound(world, { samples: SAMPLES, twice: round === ROUNDS })
      console.log(killed.line)
      expect(killed.inFlight, 'a kill with nothing in flight shows nothing').toBeGreaterThan(0)
      expect(killed.judgement).toMatchObject(CLEAN)
      expect(killed.forgotten, 'acknowledged, and not known any more').toBe(0)
      expect(killed.twice, 'the same frame twice on one socket').toBe(0)
    },
  )

  test('all that was acknowledged is there to be replayed, in one round trip and by REPLAY', async () => {
    const { live, resumed, recipe } = await replayed(world)
    expect(resumed).toEqual(live)
    expect(recipe).toEqual(live)
    expect(world.judge()).toMatchObject(CLEAN)
  })
})

const since = (consumer: StreamConsumer, seq: number): Got[] => consumer.got.filter((one) => one.seq >= seq)
