import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventLog } from '../../durable-objects/stubs.ts'
import { cellOf } from '../../shared/base/ids.ts'
import { cellName } from '../../shared/delivery/cell.ts'
import { processPending } from '../../workers/ingest/process.ts'
import { type Account, call, house, migrate, newAccount, newConnection } from '../house.ts'
import { hubOf, killHub } from './eviction.ts'

/** Minutes of a stream become a user's records, once, whatever happens to the hub in between. */

/** Ahead of the real clock, by which the runtime itself would ring an alarm that is due. */
const START = Date.parse('2086-11-27T09:00:00Z')
const MINUTE = 60_000
const END = START + 30 * MINUTE
// biome-ignore lint/suspicious/noExplicitAny: records as they are answered.
type Data = any

let account: Account
let user: string
beforeAll(migrate)
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: START })
  account = await newAccount()
  user = await register('person-17')
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const ask = (path: string, method = 'GET', body?: object) =>
  call(`/v2${path}`, { method, headers: account.headers, body: body && JSON.stringify(body) })
const json = async (answer: Promise<Response>) => (await (await answer).json()) as Data
async function register(reference_id: string): Promise<string> {
  const { token } = await json(ask('/auth/generateAuthToken', 'POST'))
  const headers = { authorization: `Bearer ${token}` }
  const answer = call('/v2/stream/phones', { method: 'POST', headers, body: JSON.stringify({ reference_id }) })
  return (await json(answer)).user_id
}
const switched = async (minute_aggregates: boolean) =>
  expect((await ask('/stream/settings', 'PATCH', { minute_aggregates })).status).toBe(200)
const hub = () => hubOf(account)
const restart = () => killHub(account)

/** A second of it: a heart rate, and two steps more. */
function second(i: number, uid = user, more: object = {}) {
  const ts = new Date(START + i * 1_000).toISOString().replace('Z', '+00:00')
  const samples = [
    { t: 'HEART_RATE', d: JSON.stringify({ ts, val: 60 + (i % 40) }) },
    { t: 'STEPS', d: JSON.stringify({ ts, val: 1_000 + 2 * i }) },
  ]
  return { uid, synthetic: false, samples, at: START + i * 1_000, ...more }
}
/** Seconds that come when they are; the hub's alarm rings whenever it is due. */
async function stream(from: number, to: number, uid = user, more: object = {}): Promise<void> {
  for (let i = from; i < to; i += 20) {
    vi.setSystemTime(START + i * 1_000)
    await hub().submit(Array.from({ length: Math.min(20, to - i) }, (_, n) => second(i + n, uid, more)))
    await ring(START + i * 1_000)
  }
}
async function ring(now: number): Promise<void> {
  vi.setSystemTime(now)
  const due = await runInDurableObject(hub(), (_, state) => state.storage.getAlarm())
  if (due !== null && due <= now) await runDurableObjectAlarm(hub())
}
/** The time goes by in which what is open is told. */
async function past(): Promise<void> {
  for (let now = Date.now(); now < END; now += MINUTE) await ring(now)
  await ring(END)
}
async function read(type: string, uid = user): Promise<Data[]> {
  const address = { ...account.developer, cell: cellOf(uid)! }
  for (;;) {
    const pending = await eventLog(house, address).pending({ bulk: false, limit: 50 })
    if (pending.length === 0) break
    await processPending(house, cellName(address), pending, { lease: false })
  }
  const query = `user_id=${uid}&start_date=2086-11-27&end_date=2086-11-27&to_webhook=false&with_samples=true`
  return (await json(ask(`/${type}?${query}`))).data
}
const SECONDS = 400
/** What a day of so many seconds comes to. */
const expected = (seconds = SECONDS) => ({
  distance_data: { steps: 2 * (seconds - 1) },
  heart_rate_data: { summary: { min_hr_bpm: 60, max_hr_bpm: 99 } },
})

describe('minutes of a stream', () => {
  it('are nothing but frames until they are wanted', async () => {
    await stream(0, SECONDS)
    await past()
    expect(await read('daily')).toEqual([])
  })
  it('become the samples of a day, every five minutes', async () => {
    await switched(true)
    await stream(0, SECONDS)
    const [first] = await read('daily')
    // Told at 09:06:00, of minutes that were over by then.
    expect(first.distance_data.steps).toBe(2 * 299)
    await past()
    const [day, ...more] = await read('daily')
    expect(more).toEqual([])
    expect(day).toMatchObject(expected())
    expect(day.heart_rate_data.detailed.hr_samples).toHaveLength(7 * 3)
    expect(day.distance_data.detailed.step_samples.at(-1)).toMatchObject({ steps: 2 * (SECONDS - 1) })
  })
  it('are told once, and nothing after them', async () => {
    await switched(true)
    await stream(0, SECONDS)
    await past()
    const [day] = await read('daily')
    const counted = async () => (await json(ask(`/events?user_id=${user}&limit=500`))).events.length
    const events = await counted()
    await restart()
    await past()
    expect(await read('daily')).toEqual([day])
    expect(await counted()).toBe(events)
  })
  it('survive a hub that is cut off in the midst, before and after they are told', async () => {
    await switched(true)
    for (const [from, to] of [
      [0, 100],
      [100, 250],
      [250, 350],
      [350, 380],
      [380, SECONDS],
    ] as const) {
      await stream(from, to)
      await restart()
    }
    await past()
    expect(await read('daily')).toMatchObject([expected()])
  })
  it('wait for a cell that takes nothing, and then come once', async () => {
    await switched(true)
    await stream(0, SECONDS)
    const refusing = vi.spyOn(Object.getPrototypeOf(house.PAYLOADS), 'send').mockRejectedValue(new Error('no'))
    await ring(START + 20 * MINUTE)
    expect(refusing).toHaveBeenCalled()
    vi.mocked(refusing).mockRestore()
    await restart()
    await past()
    expect(await read('daily')).toMatchObject([expected()])
  })
  it('of another provider’s user are not made: their data come another way', async () => {
    const other = await newConnection(account)
    await switched(true)
    await stream(0, SECONDS, other.user_id)
    await past()
    expect(await read('daily', other.user_id)).toEqual([])
    expect((await json(ask(`/quarantine?user_id=${other.user_id}`))).items).toEqual([])
  })
  it('of what was synthetic are not made', async () => {
    await switched(true)
    await stream(0, SECONDS, user, { synthetic: true })
    await past()
    expect(await read('daily')).toEqual([])
  })
  it('begin where they are switched on, and end where they are switched off', async () => {
    await stream(0, 60)
    await switched(true)
    await stream(60, SECONDS)
    await switched(false)
    await stream(SECONDS, 2 * SECONDS)
    await past()
    // What was told by then: of the minutes from 09:01 to 09:05.
    expect(await read('daily')).toMatchObject([{ distance_data: { steps: 2 * 239 } }])
  })
  it('of a user who is erased are gone', async () => {
    await switched(true)
    await stream(0, 100)
    await ask(`/auth/deauthenticateUser?user_id=${user}`, 'DELETE')
    const rows = await runInDurableObject(hub(), (_, { storage }) =>
      ['minute_people', 'minute_payloads'].map((table) => storage.sql.exec(`SELECT * FROM ${table}`).toArray().length),
    )
    expect(rows).toEqual([0, 0])
    await past()
    expect((await ask(`/userInfo?user_id=${user}`)).status).toBe(404)
  })
  it('are not written down as anybody could read them', async () => {
    await switched(true)
    await stream(0, SECONDS)
    const stored = await runInDurableObject(hub(), (_, { storage }) =>
      ['minute_people', 'minute_payloads']
        .flatMap((table) => storage.sql.exec<{ sealed: ArrayBuffer }>(`SELECT sealed FROM ${table}`).toArray())
        .map(({ sealed }) => new TextDecoder().decode(sealed)),
    )
    expect(stored.length).toBeGreaterThan(0)
    expect(stored.join('')).not.toMatch(/HEART_RATE|STEPS/)
  })
})

describe('a workout of a stream', () => {
  it('is an activity that grows, and one when it is over', async () => {
    await switched(true)
    for (let i = 0; i < SECONDS; i += 20) {
      const lists = Array.from({ length: 20 }, (_, n) => {
        const about = second(i + n)
        return { ...about, samples: about.samples.map(({ t, d }) => ({ t: `RUNNING_${t}`, d })) }
      })
      vi.setSystemTime(START + i * 1_000)
      await hub().submit(lists)
      await ring(START + i * 1_000)
    }
    const [first] = await read('activity')
    expect(first.metadata).toMatchObject({ type: 8, start_time: '2086-11-27T09:00:00.000000+00:00' })
    await restart()
    await past()
    const [activity, ...more] = await read('activity')
    expect(more).toEqual([])
    expect(activity.metadata.summary_id).toBe(first.metadata.summary_id)
    expect(activity).toMatchObject({
      metadata: { end_time: '2086-11-27T09:06:39.000000+00:00' },
      distance_data: { summary: { steps: 2 * (SECONDS - 1) } },
      heart_rate_data: { summary: { min_hr_bpm: 60, max_hr_bpm: 99 } },
    })
    expect(await read('daily')).toMatchObject([expected()])
  })
})
