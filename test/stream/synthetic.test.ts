import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Account, call, migrate, newAccount, newConnection } from '../house.ts'
import { hubOf, killHub } from './eviction.ts'
import { connectAs, type Frame } from './live.ts'

/** A test user streams from the hub itself, as long as it was asked to, also where the hub is cut off. */

/** Ahead of the real clock, by which the runtime itself would ring an alarm that is due. */
const START = Date.parse('2086-11-27T09:00:00Z')
let account: Account
let user: string
beforeAll(migrate)
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: START })
  account = await newAccount()
  user = await newPerson()
})
afterEach(() => {
  vi.useRealTimers()
})

const post = (path: string, body: object) =>
  call(`/v2${path}`, { method: 'POST', headers: account.headers, body: JSON.stringify(body) })
const newPerson = async () =>
  ((await (await post('/sandbox/users', { history_days: 0, live: 'off' })).json()) as { user_id: string }).user_id
const synthetic = (body: object) => post('/stream/synthetic', { user_id: user, ...body })
async function started(body: object) {
  const answer = await synthetic(body)
  expect(answer.status, await answer.clone().text()).toBe(200)
  return answer.json()
}
const refusal = async (answer: Promise<Response>) => {
  const response = await answer
  return [response.status, ((await response.json()) as { detail: string }).detail]
}
const alarmAt = () => runInDurableObject(hubOf(account), (_, { storage }) => storage.getAlarm())
/** The time goes by, and alarms ring when they are due. */
async function pass(ms: number): Promise<void> {
  const end = Date.now() + ms
  for (;;) {
    const due = await alarmAt()
    if (due === null || due > end) break
    vi.setSystemTime(Math.max(due, Date.now()))
    await runDurableObjectAlarm(hubOf(account))
  }
  vi.setSystemTime(end)
}
/** All that a consumer gets who wants everything, until there are so many, of a type. */
async function frames(n: number, of?: string): Promise<Frame[]> {
  const live = await connectAs('consumer', account, undefined, '?after=0')
  await live.until(() => live.dispatched().filter(({ t }) => of === undefined || t === of).length >= n)
  live.close()
  return live.dispatched()
}
const times = (some: Frame[]) => some.map(({ d }) => (Date.parse(String(d.ts)) - START) / 1_000)
const running = () =>
  runInDurableObject(hubOf(account), (_, { storage }) => storage.sql.exec(`SELECT * FROM synthetic`).toArray().length)

describe('a synthetic stream', () => {
  it('is of as many frames as were asked for, all marked, and ends by itself', async () => {
    expect(await started({ seconds: 10, types: ['HEART_RATE', 'STEPS'] })).toEqual({
      user_id: user,
      running: true,
      types: ['HEART_RATE', 'STEPS'],
      hz: 1,
      ends_at: '2086-11-27T09:00:10.000Z',
    })
    await pass(60_000)
    const all = await frames(20)
    expect(all).toHaveLength(20)
    for (const frame of all) expect(frame).toMatchObject({ uid: user, synthetic: true })
    const beats = all.filter(({ t }) => t === 'HEART_RATE')
    expect(times(beats)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(await running()).toBe(0)
  })
  it('comes frame by frame, when each is due', async () => {
    await started({ seconds: 600 })
    expect(times(await frames(1))).toEqual([0])
    await pass(1_000)
    expect(times(await frames(2))).toEqual([0, 1])
    await pass(2_500)
    expect(times(await frames(4))).toEqual([0, 1, 2, 3])
  })
  it('makes its user live for as long as it runs', async () => {
    const presence = async () =>
      ((await (await call('/v2/stream/presence', { headers: account.headers })).json()) as { users: object[] }).users
    await started({ seconds: 10 })
    const seen = { user_id: user, synthetic: true, producers: 0 }
    expect(await presence()).toMatchObject([{ ...seen, live: true, since: '2086-11-27T09:00:00.000Z' }])
    await pass(60_000)
    expect(await presence()).toMatchObject([{ ...seen, live: false, since: null }])
  })
  it('comes several times a second', async () => {
    await started({ seconds: 2, hz: 10 })
    await pass(3_000)
    expect(times(await frames(20))).toEqual(Array.from({ length: 20 }, (_, i) => i / 10))
  })
  it('goes on where a hub was cut off, with nothing left out and nothing twice', async () => {
    await started({ seconds: 30, types: ['HEART_RATE', 'RR_INTERVAL', 'DISTANCE'], hz: 2 })
    for (const ms of [3_000, 700, 9_100, 1]) {
      await pass(ms)
      await killHub(account)
    }
    await pass(60_000)
    const cut = await frames(60, 'DISTANCE')
    expect(times(cut.filter(({ t }) => t === 'HEART_RATE'))).toEqual(Array.from({ length: 60 }, (_, i) => i / 2))
    expect(new Set(cut.map(({ t, d }) => `${t} ${d.ts}`)).size).toBe(cut.length)
    expect(cut.map(({ seq }) => seq)).toEqual(cut.map(({ seq }) => seq).toSorted((a, b) => a - b))
  })
  it('passes over what was stored before it could be noted', async () => {
    await started({ seconds: 10 })
    await pass(4_000)
    // As where the hub dies between the two.
    await runInDurableObject(hubOf(account), (_, { storage }) =>
      storage.sql.exec(`UPDATE synthetic SET tick = 1, frames = 1`),
    )
    await killHub(account)
    await pass(60_000)
    expect(times(await frames(10))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
  it('is stopped, and another takes its place', async () => {
    await started({ seconds: 600 })
    await pass(2_000)
    expect(await started({ seconds: 0 })).toMatchObject({ running: false, ends_at: null })
    await pass(10_000)
    expect(await frames(3)).toHaveLength(3)
    await started({ seconds: 600 })
    await started({ seconds: 2, types: ['SPEED'] })
    await pass(10_000)
    const all = await frames(6)
    expect(all.map(({ t }) => t)).toEqual([...Array(4).fill('HEART_RATE'), 'SPEED', 'SPEED'])
  })
  it('ends with its user, and where the user is switched off', async () => {
    await started({ seconds: 600 })
    await call(`/v2/users/${user}`, { method: 'PATCH', headers: account.headers, body: '{"active":false}' })
    expect(await running()).toBe(0)
    expect(await refusal(synthetic({ seconds: 5 }))).toEqual([409, expect.stringContaining('not active')])
    user = await newPerson()
    await started({ seconds: 600 })
    await call(`/v2/auth/deauthenticateUser?user_id=${user}`, { method: 'DELETE', headers: account.headers })
    expect(await running()).toBe(0)
  })
  it('is of test users only', async () => {
    const { user_id } = await newConnection(account)
    expect(await refusal(synthetic({ user_id, seconds: 5 }))).toEqual([
      422,
      expect.stringContaining('only synthetic people'),
    ])
    const foreign = (await newConnection(await newAccount())).user_id
    expect((await synthetic({ user_id: foreign, seconds: 5 })).status).toBe(404)
  })
  it.each([
    [{ seconds: 3_601 }, 'seconds'],
    [{ seconds: -1 }, 'seconds'],
    [{ seconds: 1.5 }, 'seconds'],
    [{}, 'seconds'],
    [{ seconds: 1, hz: 0.1 }, 'hz'],
    [{ seconds: 1, hz: 11 }, 'hz'],
    [{ seconds: 1, types: [] }, 'types'],
    [{ seconds: 1, types: ['ECG'] }, 'types'],
    [{ seconds: 1, types: ['STEPS', 'STEPS'] }, 'types'],
  ])('is refused with %j', async (body, place) => {
    expect(await refusal(synthetic(body))).toEqual([400, expect.stringContaining(place)])
  })
  it('is of so many at a time, and of one more when one has ended', async () => {
    const [last, ...people] = [...(await Promise.all(Array.from({ length: 20 }, newPerson))), user]
    const answers = await Promise.all(people.map((user_id) => synthetic({ user_id, seconds: 5 })))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(await refusal(synthetic({ user_id: last, seconds: 5 }))).toEqual([409, expect.stringContaining('20')])
    await synthetic({ user_id: user, seconds: 0 })
    expect((await synthetic({ user_id: last, seconds: 5 })).status).toBe(200)
  })
})

it('a producer that streams for a test user is marked as well', async () => {
  const producer = await connectAs('producer', account, user)
  producer.send({ op: 6, t: 'HEART_RATE', d: { val: 61 } })
  expect(await frames(1)).toMatchObject([{ uid: user, synthetic: true, d: { val: 61 } }])
  producer.close()
})
