import { runDurableObjectAlarm } from 'cloudflare:test'
import { createHmac } from 'node:crypto'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { eventLog, orphanBox } from '../../durable-objects/stubs.ts'
import { listCounters } from '../../shared/db/counters.ts'
import { open } from '../../shared/db/open.ts'
import { type Account, call, house, migrate, newAccount, newConnection } from '../house.ts'

const SECRET = 'ingest-secret-of-the-tests'
let account: Account
beforeAll(async () => {
  await migrate()
  account = await newAccount()
})
afterEach(() => vi.restoreAllMocks())

const garmin = (body: string, init: RequestInit = {}) =>
  call(`/ingest/garmin/${SECRET}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'garmin-client-id': 'app' },
    body,
    ...init,
  })
const daily = (userId: string, steps: number, day = '2026-07-01') =>
  JSON.stringify({
    dailies: [
      {
        userId,
        summaryId: `s-${day}`,
        calendarDate: day,
        startTimeInSeconds: 1_782_856_800,
        startTimeOffsetInSeconds: 7_200,
        durationInSeconds: 86_400,
        steps,
      },
    ],
  })
const oura = (body: string, { at = Date.now(), secret = 'app-secret' } = {}) => {
  const timestamp = String(Math.floor(at / 1_000))
  const signature = createHmac('sha256', secret)
    .update(timestamp + body)
    .digest('hex')
    .toUpperCase()
  return call(`/ingest/oura/${SECRET}`, {
    method: 'POST',
    headers: { 'x-oura-signature': signature, 'x-oura-timestamp': timestamp },
    body,
  })
}
const notice = (user_id: string) =>
  JSON.stringify({
    event_type: 'create',
    data_type: 'sleep',
    object_id: 'o1',
    event_time: '2026-07-01T08:00:00Z',
    user_id,
  })
const detail = async (response: Response) =>
  [response.status, ((await response.json()) as { detail: string }).detail] as const
const stepsOf = async (row: Parameters<typeof eventLog>[1] & { user_id: string }) => {
  const records = await eventLog(house, row).records({ user_id: row.user_id, type: 'daily', startAt: 0, endAt: 9e15 })
  return records.map((record) => (JSON.parse(record.body) as { distance_data: { steps: number } }).distance_data.steps)
}

describe('what providers send', () => {
  it('is normalized and readable after a 2xx', async () => {
    const row = await newConnection(account, { provider: 'garmin', provider_user_id: 'g-1' })
    expect((await garmin(daily('g-1', 4_200))).status).toBe(200)
    await expect.poll(() => stepsOf(row)).toEqual([4_200])
  })
  it('reaches every developer who has the account', async () => {
    const other = await newAccount()
    const rows = [
      await newConnection(account, { provider: 'garmin', provider_user_id: 'g-2' }),
      await newConnection(other, { provider: 'garmin', provider_user_id: 'g-2' }),
    ]
    await garmin(daily('g-2', 1_000))
    for (const row of rows) await expect.poll(() => stepsOf(row)).toEqual([1_000])
  })
  it('has one event, however often it is repeated; and a newer content a new one', async () => {
    const row = await newConnection(account, { provider: 'garmin', provider_user_id: 'g-3' })
    for (let i = 0; i < 3; i++) await garmin(daily('g-3', 10))
    await expect.poll(() => stepsOf(row)).toEqual([10])
    await garmin(daily('g-3', 20))
    await expect.poll(() => stepsOf(row)).toEqual([20])
    const events = await eventLog(house, row).events({ afterSeq: 0, limit: 100, userId: row.user_id })
    expect(events.filter((event) => event.type === 'daily').map((event) => event.revision)).toEqual([2])
  })
  it('that does not normalize is quarantined with its path and reason, and the rest goes on', async () => {
    const row = await newConnection(account, { provider: 'garmin', provider_user_id: 'g-4' })
    const push = JSON.parse(daily('g-4', 77)) as { dailies: object[] }
    push.dailies.unshift({ userId: 'g-4', summaryId: 'broken', calendarDate: 'no date', steps: 1 })
    await garmin(JSON.stringify(push))
    await expect.poll(() => stepsOf(row)).toEqual([77])
    const answer = await call(`/v2/quarantine?user_id=${row.user_id}`, { headers: account.headers })
    const { items } = (await answer.json()) as { items: { path: string; reason: string }[] }
    expect(items).toMatchObject([
      { user_id: row.user_id, path: expect.stringContaining('0'), reason: expect.any(String) },
    ])
    expect(JSON.stringify(items)).not.toContain('no date')
  })
})

describe('what is refused', () => {
  it('a wrong address, a missing header, a forged, stale or missing signature: 401', async () => {
    expect((await call('/ingest/garmin/wrong-secret', { method: 'POST', body: '{}' })).status).toBe(401)
    expect((await garmin('{}', { headers: {} })).status).toBe(401)
    expect((await oura(notice('o'), { secret: 'forged' })).status).toBe(401)
    expect((await oura(notice('o'), { at: Date.now() - 3_600_000 })).status).toBe(401)
    expect((await call(`/ingest/oura/${SECRET}`, { method: 'POST', body: notice('o') })).status).toBe(401)
  })
  it('stores nothing of it', async () => {
    await oura(notice('stranger-1'), { secret: 'forged' })
    expect(await orphanBox(house, 'oura').peek('stranger-1')).toEqual([])
  })
  it('malformed JSON: 400, with the position', async () => {
    expect(await detail(await garmin('{"dailies": [\n{"userId" 1}]}'))).toEqual([
      400,
      expect.stringMatching(/line 2, column 11/),
    ])
  })
  it('a body over the limit: 413, while it streams', async () => {
    let sent = 0
    const body = new ReadableStream({
      pull(controller) {
        sent += 1024 * 1024
        controller.enqueue(new Uint8Array(1024 * 1024))
        if (sent >= 64 * 1024 * 1024) controller.close()
      },
    })
    const response = await garmin('', { body, duplex: 'half' } as RequestInit)
    expect(response.status).toBe(413)
    expect(sent).toBeLessThan(20 * 1024 * 1024)
  })
  it('an unknown provider: 404', async () => {
    expect((await call(`/ingest/nobody/${SECRET}`, { method: 'POST', body: '{}' })).status).toBe(404)
  })
  it('handshakes are answered: the challenge with our token, 401 with another', async () => {
    const hello = await call(`/ingest/oura/${SECRET}?verification_token=${SECRET}&challenge=abc`)
    expect([hello.status, await hello.json()]).toEqual([200, { challenge: 'abc' }])
    expect((await call(`/ingest/oura/${SECRET}?verification_token=other&challenge=abc`)).status).toBe(401)
  })
})

describe('data of an account that nobody has connected yet', () => {
  it('is acknowledged and waits, sealed', async () => {
    expect((await garmin(daily('early', 5))).status).toBe(200)
    const waiting = await orphanBox(house, 'garmin').peek('early')
    expect(waiting).toMatchObject([{ ownerId: 'early', resource: 'dailies', kind: 'push' }])
  })
  it('is dropped and counted after a day', async () => {
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 25 * 3_600_000)
    await garmin(daily('forgotten', 5))
    vi.restoreAllMocks()
    const box = orphanBox(house, 'garmin')
    expect(await box.peek('forgotten')).toHaveLength(1)
    expect(await runDurableObjectAlarm(box)).toBe(true)
    expect(await box.peek('forgotten')).toEqual([])
    expect((await listCounters(open(house.DB)))['dropped:orphan']).toBe(1)
  })
})
