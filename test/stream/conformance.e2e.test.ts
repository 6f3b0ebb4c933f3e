import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { openStreamWorld, type StreamWorld } from '../harness/stream-world.ts'
import { testBuild } from '../harness/test-build.ts'
import { publishedFrames } from './asyncapi.ts'
import { type Client, type Frame, openClient } from './client.ts'

/** A walk through every frame and every close code, each frame of either side held against the published AsyncAPI document. */

const directory = process.env.REFERENCE_DIR ?? ''
const published = directory !== '' && existsSync(directory) ? publishedFrames(directory) : undefined
it('the published document is there wherever it has to be', () => {
  if (process.env.CI) expect(published, `REFERENCE_DIR=${directory} holds specs/rt.asyncapi.yaml`).toBeDefined()
  else if (!published) console.warn('REFERENCE_DIR is not set: frames are not held against the published schemas')
})
/** Every frame that came, on any socket of the walk. */
const opened: Client[] = []
const holds = (frame: { op: number }) => expect(published?.(frame) ?? [], JSON.stringify(frame)).toEqual([])

let world: StreamWorld
/** One in which nobody is waited for long. */
let hasty: StreamWorld
beforeAll(async () => {
  const bundle = await testBuild()
  world = await openStreamWorld(bundle, { people: 2, vars: { STREAM_CONSUMERS: '4' } })
  hasty = await openStreamWorld(bundle, {
    people: 1,
    vars: { IDENTIFY_TIMEOUT_MS: '1000', HEARTBEAT_INTERVAL_MS: '800' },
  })
})
afterAll(async () => {
  await Promise.all([world?.close(), hasty?.close()])
})

const open = async (query = '', at = world): Promise<Client> => {
  const client = await openClient(at.runtime.url, query)
  opened.push(client)
  return client
}
type Ask = { headers?: Record<string, string>; at?: StreamWorld }
const asked = (path: string, { headers, at = world }: Ask = {}) =>
  fetch(at.runtime.url + path, { method: 'POST', headers: headers ?? at.door.headers })
const tokenOf = async (path: string, at = world): Promise<string> =>
  ((await (await asked(path, { at })).json()) as { token: string }).token
const producerToken = (at = world) => tokenOf(`/auth/user?id=${at.users[0]}`, at)
const consumerToken = (at = world) => tokenOf('/auth/developer', at)
const ready = (client: Client) => client.until(() => client.received.some(({ op }) => op === 4), 'READY')
async function enter(type: 0 | 1, query = '', at = world): Promise<Client> {
  const identify = { op: 3, d: { type, token: await (type === 0 ? producerToken(at) : consumerToken(at)) } }
  const client = await open(query, at)
  holds(identify)
  client.send(identify)
  await ready(client)
  return client
}
const heartbeat = { op: 0 }
const acked = (client: Client, times = 1) =>
  client.until(() => client.received.filter(({ op }) => op === 1).length >= times, 'HEARTBEAT_ACK')
const heard = (client: Client, frames: number) =>
  client.until(() => client.dispatched().length >= frames, `${frames} frames`)
async function leave(...clients: Client[]): Promise<void> {
  for (const client of clients) client.ws.close(1000)
  await Promise.all(clients.map((client) => client.end()))
}

describe('the tokens', () => {
  test('come for headers and for Basic; a missing one is 400, a wrong one and a stranger’s user 403', async () => {
    const { 'dev-id': devId, 'x-api-key': key } = world.door.headers as Record<string, string>
    const basic = (id: string, secret: string) => ({ authorization: `Basic ${btoa(`${id}:${secret}`)}` })
    const statuses = async (path: string, headers: Record<string, string>) => (await asked(path, { headers })).status
    const user = `/auth/user?id=${world.users[0]}`
    for (const path of ['/auth/developer', user]) {
      expect(await statuses(path, { 'dev-id': devId!, 'x-api-key': key! })).toBe(200)
      expect(await statuses(path, basic(devId!, key!))).toBe(200)
      expect(await statuses(path, {})).toBe(400)
      expect(await statuses(path, { 'dev-id': devId! })).toBe(400)
      expect(await statuses(path, { authorization: 'Basic %%%' })).toBe(400)
      expect(await statuses(path, { authorization: `Basic ${btoa('no colon')}` })).toBe(400)
      expect(await statuses(path, { 'dev-id': devId!, 'x-api-key': 'wrong' })).toBe(403)
      expect(await statuses(path, basic('dev_other', key!))).toBe(403)
    }
    expect(await statuses('/auth/user', { 'dev-id': devId!, 'x-api-key': key! })).toBe(400)
    for (const id of ['nobody', hasty.users[0]!, '00000001-0000-8000-8000-000000000000'])
      expect(await statuses(`/auth/user?id=${id}`, { 'dev-id': devId!, 'x-api-key': key! })).toBe(403)
    expect(Object.keys((await (await asked(user)).json()) as object)).toEqual(['token'])
  })
})

describe('the way of a session', () => {
  test('HELLO at once, a heartbeat is acknowledged before IDENTIFY, and READY says nothing more', async () => {
    const client = await open()
    expect(client.received).toEqual([{ op: 2, d: { heartbeat_interval: 40_000 } }])
    client.send(heartbeat)
    await acked(client)
    client.send({ op: 3, d: { type: 1, token: await consumerToken() } })
    await ready(client)
    expect(client.received.slice(1)).toEqual([{ op: 1 }, { op: 4 }])
    await leave(client)
    expect(client.closed?.code).toBe(1000)
  })
  test('heartbeat and IDENTIFY in one breath, in either order', async () => {
    for (const order of [0, 1]) {
      const client = await open()
      const identify = { op: 3, d: { type: 1, token: await consumerToken() } }
      client.send(...(order === 0 ? [heartbeat, identify] : [identify, heartbeat]))
      await ready(client)
      await acked(client)
      await leave(client)
    }
  })
  test('what a producer submits before READY came is not lost', async () => {
    const consumer = await enter(1)
    const producer = await open()
    producer.send({ op: 3, d: { type: 0, token: await producerToken() } }, { op: 6, t: 'HEART_RATE', d: { val: 1 } })
    await heard(consumer, 1)
    await leave(producer, consumer)
  })
  test('a client that reads in lock-step: heartbeat, read, read', async () => {
    const consumer = await enter(1)
    const producer = await enter(0)
    for (let i = 1; i <= 3; i++) {
      consumer.send(heartbeat)
      await acked(consumer, i)
      producer.send({ op: 6, t: 'HEART_RATE', d: { val: i } })
      await heard(consumer, i)
    }
    expect(consumer.received.slice(2).map(({ op }) => op)).toEqual([1, 5, 1, 5, 1, 5])
    await leave(producer, consumer)
  })
  test('a heartbeat however it is written', async () => {
    const client = await open()
    for (const text of ['{"op": 0}', ' {"op":0}\n', '{"op":0,"d":null}', '{"d":{},"op":0}']) client.sendRaw(text)
    await acked(client, 4)
    await leave(client)
  })
})

describe('SUBMIT and DISPATCH', () => {
  const PAYLOADS = [
    '{"ts":"2026-11-27T08:00:00.000+01:00","val":61}',
    '{"ts":"2026-11-27T08:00:00.000+01:00","d":[0.1,-9.81,1e-7]}',
    '{"ts":"x","big":12345678901234567890,"zero":1.0,"neg":-0}',
    '{"ts":"x","text":"é 😀 \\u001e \\" { [","nested":{"a":[{"b":[]}]},"empty":{}}',
    '{ "ts" : "x" ,\n\t"val" : 1 }',
  ]
  test('d passes as it was written, ts is set where it is missing, to every consumer in full', async () => {
    const consumers = await Promise.all([enter(1), enter(1)])
    const producer = await enter(0)
    const before = Date.now()
    for (const d of [...PAYLOADS, '{}', '{"val":2}']) producer.sendRaw(`{"op":6,"t":"ANY","d":${d}}`)
    await Promise.all(consumers.map((consumer) => heard(consumer, PAYLOADS.length + 2)))
    const [first, second] = consumers.map(({ texts }) => texts.filter((text) => text.startsWith('{"op":5')))
    expect(second).toEqual(first)
    for (const [i, d] of PAYLOADS.entries()) expect(first![i]).toContain(`"t":"ANY","d":${d}}`)
    const [empty, val] = consumers[0]!.dispatched().slice(-2)
    expect(val!.d.val).toBe(2)
    for (const { d } of [empty!, val!]) {
      expect(d.ts).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00$/)
      expect(Date.parse(d.ts as string)).toBeGreaterThanOrEqual(before - 1)
    }
    const seqs = consumers[0]!.dispatched().map(({ seq }) => seq)
    expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b))
    expect(consumers[0]!.dispatched().every(({ uid }) => uid === world.users[0])).toBe(true)
    await leave(producer, ...consumers)
  })
  test('STATUS is presence alone: nobody is sent it, and a malformed one is passed over', async () => {
    const consumer = await enter(1)
    const producer = await enter(0)
    const status = { op: 8, d: { connected: true, device_id: 'strap-1', source: 'BLE' } }
    holds(status)
    for (const d of [undefined, 'x', [], {}, { connected: 1 }]) producer.send({ op: 8, d })
    producer.send(status, heartbeat)
    await acked(producer)
    const device = async () => {
      const { users } = (await world.get('/stream/presence')) as { users: { user_id: string; device: object }[] }
      return users.find(({ user_id }) => user_id === world.users[0])?.device
    }
    await expect.poll(device).toMatchObject({ connected: true, device_id: 'strap-1', source: 'BLE' })
    expect(consumer.received.map(({ op }) => op)).toEqual([2, 4])
    await leave(producer, consumer)
  })
})

describe('REPLAY', () => {
  let all: Frame[]
  let consumer: Client
  beforeAll(async () => {
    consumer = await enter(1, '?types=REPLAYED')
    const producer = await enter(0)
    for (let val = 0; val < 5; val++) producer.send({ op: 6, t: 'REPLAYED', d: { ts: 'x', val } })
    await heard(consumer, 5)
    all = consumer.dispatched()
    await leave(producer)
  })
  afterAll(() => leave(consumer))
  /** What comes again; a heartbeat behind it says that nothing more does, once it has. */
  async function again(d: object, frames: number): Promise<Frame[]> {
    const from = consumer.received.length
    const since = () => consumer.received.slice(from)
    consumer.send({ op: 7, d })
    await consumer.until(() => since().filter(({ op }) => op === 5).length >= frames, `${frames} frames again`)
    // Another, whose answer is behind whatever was still to come.
    consumer.send({ op: 7, d: { after: all[3]!.seq, before: all[4]!.seq + 1 } })
    await consumer.until(() => since().filter(({ op }) => op === 5).length >= frames + 1, 'the one behind')
    return since().filter(({ op }) => op === 5)
  }
  test('takes its bounds as excluded', async () => {
    expect(await again({ after: all[0]!.seq, before: all[3]!.seq }, 2)).toEqual([all[1], all[2], all[4]])
  })
  test('without before comes to nothing, without after begins with the earliest', async () => {
    expect(await again({}, 0)).toEqual([all[4]])
    expect(await again({ after: 0 }, 0)).toEqual([all[4]])
    expect(await again({ before: all[1]!.seq }, 1)).toEqual([all[0], all[4]])
  })
  test('takes 64-bit bounds', async () => {
    const from = consumer.received.length
    consumer.sendRaw('{"op":7,"d":{"after":-9223372036854775808,"before":9223372036854775807}}')
    await consumer.until(() => consumer.received.length >= from + 5, 'all')
    expect(consumer.received.slice(from)).toEqual(all)
  })
})

describe('each misuse has its close code, and a reason', () => {
  const sample = { op: 6, t: 'HEART_RATE', d: { val: 1 } }
  const closes = async (client: Client, code: number, reason: RegExp | string) => {
    const end = await client.end()
    expect(end.code, end.reason).toBe(code)
    expect(end.reason).toMatch(reason)
  }
  const raw = (text: string | Buffer) => (client: Client) => client.sendRaw(text)
  const deep = `{"op":6,"t":"A","d":{"x":${'['.repeat(10_000)}${']'.repeat(10_000)}}}`
  test.each<[string, 0 | 1, number, RegExp, (client: Client) => void]>([
    ['text that is not JSON', 0, 1003, /not JSON/, raw('{"op":')],
    ['a binary frame', 0, 1003, /binary/, raw(Buffer.from('{"op":0}'))],
    ['an array', 0, 1003, /object/, raw('[{"op":0}]')],
    [
      'a frame that is too large',
      0,
      1003,
      /at most 65536/,
      raw(JSON.stringify({ ...sample, d: { x: 'x'.repeat(70_000) } })),
    ],
    ['a frame of a megabyte', 0, 1003, /at most/, raw('x'.repeat(1_000_000))],
    ['10,000 levels', 0, 1003, /levels/, raw(deep)],
    ['no op', 0, 1003, /op is missing/, raw('{"d":{}}')],
    ['an op that is not an integer', 1, 1003, /op is missing/, raw('{"op":"7"}')],
    ['SUBMIT without t', 0, 1003, /t, the data type/, raw('{"op":6,"d":{}}')],
    ['SUBMIT without d', 0, 1003, /d, the sample/, raw('{"op":6,"t":"A"}')],
    ['SUBMIT of an array', 0, 1003, /d, the sample/, raw('{"op":6,"t":"A","d":[1]}')],
    ['REPLAY without d', 1, 1003, /REPLAY needs d/, raw('{"op":7}')],
    ['REPLAY in words', 1, 1003, /d\.before/, raw('{"op":7,"d":{"before":"9"}}')],
    ['REPLAY of a fraction', 1, 1003, /d\.after/, raw('{"op":7,"d":{"after":0.5,"before":9}}')],
    ['a second IDENTIFY', 1, 4003, /already/, raw('{"op":3,"d":{"type":1,"token":"x"}}')],
    ['an unknown op', 0, 4004, /op 77 is not for a producer/, raw('{"op":77}')],
    ['an op of the server’s', 1, 4004, /op 5 is not for a consumer/, raw('{"op":5,"uid":"u","seq":1,"t":"A","d":{}}')],
    ['SUBMIT by a consumer', 1, 4004, /op 6 is not for a consumer/, raw(JSON.stringify(sample))],
    ['STATUS by a consumer', 1, 4004, /op 8 is not for a consumer/, raw('{"op":8,"d":{"connected":true}}')],
    ['REPLAY by a producer', 0, 4004, /op 7 is not for a producer/, raw('{"op":7,"d":{"before":1}}')],
    [
      'a batch by a producer without a name',
      0,
      4004,
      /d\.producer/,
      raw('{"op":9,"d":{"n":1,"frames":[{"t":"A","d":{}}]}}'),
    ],
  ])('%s', async (_, type, code, reason, misuse) => {
    const client = await enter(type)
    misuse(client)
    await closes(client, code, reason)
  })
  test('anything but a heartbeat before IDENTIFY', async () => {
    for (const frame of [
      sample,
      { op: 7, d: { before: 1 } },
      { op: 8, d: { connected: true } },
      { op: 4 },
      { op: 99 },
    ]) {
      const client = await open()
      client.send(frame)
      await closes(client, 4004, /before IDENTIFY/)
    }
  })
  test('a token that is made up, a raw key, one of the other role, and one that was used', async () => {
    const used = await consumerToken()
    const first = await open()
    first.send({ op: 3, d: { type: 1, token: used } })
    await ready(first)
    const key = (world.door.headers as Record<string, string>)['x-api-key']
    const wrong: [unknown, 0 | 1][] = [
      ['made up', 1],
      [key, 1],
      [key, 0],
      [undefined, 1],
      [await producerToken(), 1],
      [await consumerToken(), 0],
      [used, 1],
    ]
    for (const [token, type] of wrong) {
      const client = await open()
      client.send({ op: 3, d: { type, token } })
      await closes(client, 4001, /token/)
    }
    await leave(first)
  })
  test('one token, twenty at once: one comes in', async () => {
    const token = await producerToken()
    const clients = await Promise.all(Array.from({ length: 20 }, () => open()))
    for (const client of clients) client.send({ op: 3, d: { type: 0, token } })
    await Promise.all(
      clients.map((client) =>
        client.until(() => client.closed !== undefined || client.received.length > 1, 'an answer'),
      ),
    )
    expect(clients.filter(({ closed }) => closed === undefined)).toHaveLength(1)
    expect(clients.flatMap(({ closed }) => closed?.code ?? [])).toEqual(Array(19).fill(4001))
    await leave(clients.find(({ closed }) => closed === undefined)!)
  })
  test('one consumer more than there may be; where one leaves there is room', async () => {
    const clients = await Promise.all([1, 2, 3, 4].map(() => enter(1)))
    const fifth = await open()
    const token = await consumerToken()
    fifth.send({ op: 3, d: { type: 1, token } })
    await closes(fifth, 4002, /4 consumers are connected/)
    await leave(clients.pop()!)
    // Its token is still good.
    const again = async () => {
      const client = await open()
      client.send({ op: 3, d: { type: 1, token } })
      await client.until(() => client.closed !== undefined || client.received.length > 1, 'an answer')
      if (client.closed) throw new Error(client.closed.reason)
      return client
    }
    await leave(await again(), ...clients)
  })
  test('no IDENTIFY in time, and no heartbeat in time', async () => {
    const stranger = await open('', hasty)
    stranger.sendRaw('{"op": 0}')
    await acked(stranger)
    await closes(stranger, 4000, /no IDENTIFY within 1000 ms/)
    const [producer, consumer] = [await enter(0, '', hasty), await enter(1, '', hasty)]
    // Samples are no heartbeats.
    producer.send(sample)
    await closes(producer, 4005, /no heartbeat within 1200 ms/)
    await closes(consumer, 4005, /no heartbeat within 1200 ms/)
  })
  test('who has a heartbeat stays', async () => {
    const client = await enter(1, '', hasty)
    const since = Date.now()
    const beating = setInterval(() => client.send(heartbeat), 100)
    // Half as long again as one who is silent.
    await client.until(() => Date.now() - since > 1_800, 'heartbeats')
    clearInterval(beating)
    expect(client.closed).toBeUndefined()
    await leave(client)
  })
  test('a request that is no websocket', async () => {
    const answer = await fetch(`${world.runtime.url}/connect`)
    expect(answer.status).toBe(426)
    await expect(open('?after=x')).rejects.toThrow('Unexpected server response: 400')
  })
})

test('every frame that came in this walk is one of the published, and none is STATUS', () => {
  const frames = opened.flatMap(({ received }) => received)
  expect(frames.length).toBeGreaterThan(100)
  expect([...new Set(frames.map(({ op }) => op))].toSorted()).toEqual([1, 2, 4, 5])
  for (const frame of frames) holds(frame)
})
