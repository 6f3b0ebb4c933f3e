import { runDurableObjectAlarm } from 'cloudflare:test'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { HOUR_MS } from '../../shared/base/time.ts'
import { migrate } from '../house.ts'
import { boundHub, evictHub, hubOf, withSockets } from './eviction.ts'
import { connectAs, type Live } from './live.ts'
import { beat, readEvents, seqs, stage, statusOf, stored, upTo, values } from './stage.ts'

beforeAll(migrate)

const BYTES = 20_000
/** So many of them fill the store, about twice. */
const MANY = 40
/** What is stored is packed: noise stays as it is. */
const noise = (bytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('base64')
const heavy = (n: number, bytes = 750) => ({ op: 6, t: 'ECG', d: { val: n, d: noise(bytes) } })

/** A developer whose stream has little room. */
async function small(bytes = BYTES) {
  const { account, user } = await stage()
  await boundHub(account, { STREAM_RETENTION_BYTES: String(bytes) })
  const producer = await connectAs('producer', account, user.user_id)
  const submit = async (from: number, to: number, size?: number) => {
    for (const n of upTo(to, from)) {
      producer.send(heavy(n, size))
      await stored(producer)
    }
  }
  return { account, user, producer, submit }
}
const replayed = async (live: Live, last: number): Promise<unknown[]> => {
  await live.until(() => values(live).includes(last))
  return values(live)
}

describe('where there is no room', { timeout: 20_000 }, () => {
  test('the oldest frames go first, and who asks for them is told', async () => {
    const { account, submit } = await small()
    const witness = await connectAs('consumer', account)
    await submit(1, MANY)
    await witness.until(() => values(witness).length === MANY)
    const { retained } = await statusOf(account)
    expect(retained.bytes).toBeLessThanOrEqual(BYTES)
    const first = seqs(witness).indexOf(retained.from_seq!) + 1
    expect(first).toBeGreaterThan(MANY / 4)
    expect(retained).toMatchObject({ to_seq: seqs(witness).at(-1), dropped: { frames: first - 1 } })

    const all = await connectAs('consumer', account, undefined, '?after=0')
    expect(all.received.find(({ op }) => op === 4)).toEqual({ op: 4, d: { from: retained.from_seq, dropped: true } })
    expect(await replayed(all, MANY)).toEqual(upTo(MANY, first))
    const known = await connectAs('consumer', account, undefined, `?after=${seqs(witness)[first]}`)
    expect(known.received.find(({ op }) => op === 4)).toEqual({ op: 4, d: { from: retained.from_seq } })
    expect(await replayed(known, MANY)).toEqual(upTo(MANY, first + 2))
    witness.send({ op: 7, d: { after: 0, before: seqs(witness)[MANY - 1] } })
    await witness.until(() => values(witness).length === MANY + MANY - first)
    expect(values(witness).slice(MANY)).toEqual(upTo(MANY - 1, first))
  })
  test('exactly what is not there any more counts as gone', async () => {
    const { account, submit } = await small()
    const witness = await connectAs('consumer', account)
    await submit(1, MANY)
    await witness.until(() => values(witness).length === MANY)
    const first = seqs(witness).indexOf((await statusOf(account)).retained.from_seq!)
    const ready = async (after: number) => {
      const live = await connectAs('consumer', account, undefined, `?after=${after}`)
      return live.received.find(({ op }) => op === 4)!.d
    }
    expect(await ready(seqs(witness)[first - 1]!)).not.toHaveProperty('dropped')
    expect(await ready(seqs(witness)[first - 2]!)).toHaveProperty('dropped', true)
  })
  test('readers of events are told in an event of its own', async () => {
    const { account, submit } = await small()
    await submit(1, MANY)
    const { retained } = await statusOf(account)
    const events = await readEvents(account, '', { 'last-event-id': '1' })
    const text = await events.until(new RegExp(`"val":${MANY}`))
    expect(text).toContain(`event: dropped\ndata: {"from":${retained.from_seq}}\n\nid: ${retained.from_seq}\n`)
    await events.end()
  })
  test('numbers, bytes and what was dropped are known after an eviction', async () => {
    const { account, submit, producer } = await small()
    await submit(1, MANY)
    const before = (await statusOf(account)).retained
    await evictHub(account)
    expect((await statusOf(account)).retained).toEqual(before)
    producer.send(beat(MANY + 1))
    await stored(producer)
    const after = (await statusOf(account)).retained
    expect(after.to_seq).toBeGreaterThan(before.to_seq)
    expect(after).toMatchObject({ from_seq: before.from_seq, dropped: before.dropped })
  })
})

describe('a consumer that is behind what goes for want of room', { timeout: 20_000 }, () => {
  test('is closed, with the way to resume, and told there', async () => {
    const { account, submit } = await small()
    const slow = await connectAs('consumer', account)
    await withSockets((sockets) => {
      for (const socket of sockets.all())
        if (socket.about.role === 'consumer') Object.assign(socket, { unheard: 2 ** 40, fullAt: Date.now() })
    })
    await submit(1, MANY)
    expect(values(slow)).toEqual([1])
    // A sign of life that the object itself hears.
    slow.sendText('{ "op": 0 }')
    await slow.until(() => slow.closed !== undefined)
    const after = seqs(slow)[0]
    expect(slow.closed).toEqual({ code: 1013, reason: `frames are gone; resume with /connect?after=${after}` })
    const again = await connectAs('consumer', account, undefined, `?after=${after}`)
    expect(again.received.find(({ op }) => op === 4)!.d).toHaveProperty('dropped', true)
    await again.until(() => values(again).includes(MANY))
  })
  test('reads on as events, and is told where the gap is', async () => {
    const { account, submit } = await small(200_000)
    const slow = await readEvents(account)
    await slow.until(/: here/)
    // More than an answer holds that nobody reads, and then more than is kept.
    const last = 40
    await submit(1, last, 30_000)
    const text = await slow.until(new RegExp(`"val":${last}[^]*\n\n$`))
    const [before, after] = text.split(/event: dropped\ndata: .+\n\n/)
    const got = (part: string) => [...part.matchAll(/"val":(\d+)/g)].map(([, val]) => Number(val))
    expect(got(before!)).toEqual(upTo(got(before!).at(-1)!))
    expect(got(after!)).toEqual(upTo(last, got(after!)[0]))
    expect(got(after!)[0]).toBeGreaterThan(got(before!).at(-1)! + 1)
    await slow.end()
  })
})

describe('after a day', { timeout: 20_000 }, () => {
  test('frames go, numbers go on, and nothing counts as dropped for want of room', async () => {
    const { account, user } = await stage()
    const producer = await connectAs('producer', account, user.user_id)
    for (const n of upTo(5)) producer.send(beat(n))
    await stored(producer)
    const { retained } = await statusOf(account)
    const now = Date.now()
    vi.spyOn(Date, 'now').mockReturnValue(now + 24 * HOUR_MS + 1_000)
    expect(await runDurableObjectAlarm(hubOf(account)).finally(() => vi.restoreAllMocks())).toBe(true)
    expect((await statusOf(account)).retained).toMatchObject({ from_seq: null, bytes: 0, dropped: null })
    await evictHub(account)
    const another = await connectAs('producer', account, user.user_id)
    another.send(beat(6))
    await stored(another)
    const late = await connectAs('consumer', account, undefined, '?after=0')
    await late.until(() => values(late).length > 0)
    expect(values(late)).toEqual([6])
    expect(seqs(late)[0]).toBeGreaterThan(retained.to_seq)
    expect(late.received.find(({ op }) => op === 4)!.d).toEqual({ from: seqs(late)[0], dropped: true })
  })
})
