import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { Env } from '../../durable-objects/env.ts'
import { providerHealth } from '../../durable-objects/stubs.ts'
import { DRIFT } from '../../shared/base/limits.ts'
import type { LeaseAnswer } from '../../shared/delivery/types.ts'
import { WebhookEvent } from '../../shared/schema/event.ts'
import { type Log, newLog, settlement, taken } from '../durable-objects/log-of.ts'
import { type Account, call, house, migrate, newAccount, newConnection, OPERATOR } from '../house.ts'

const SECRET = 'ingest-secret-of-the-tests'
let account: Account
beforeAll(async () => {
  await migrate()
  account = await newAccount()
})

const push = async (userId: string, resource: string, item: object) => {
  const response = await call(`/ingest/garmin/${SECRET}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'garmin-client-id': 'app' },
    body: JSON.stringify({ [resource]: [{ userId, ...item }] }),
  })
  expect(response.status).toBe(200)
}
interface Told {
  minutes: {
    minute: string
    payloads: number
    records: number
    errors: object
    latency: number[]
    freshness: number[]
  }[]
  endpoints: { endpoint: string; payloads: number; learned: boolean }[]
  drift: {
    drift_id: string
    endpoint: string
    change: string
    path: string
    detail: string
    severity: string
    payloads: number
    share: number
    over: boolean
  }[]
}
const health = async () =>
  (await (await call('/operator/providers/garmin/health', { headers: OPERATOR })).json()) as Told
const looked = async (endpoint: string) =>
  (await health()).endpoints.find((one) => one.endpoint === endpoint)?.payloads ?? 0

/** The events of a destination, as they are sent. */
async function sentTo({ log, id }: Log): Promise<unknown[]> {
  const events: unknown[] = []
  for (let answer: LeaseAnswer = await log.lease(id), turn = 0; answer.kind === 'lease' && turn < 50; turn++) {
    events.push(...answer.lease.groups.flatMap((group) => group.events).map(({ body }) => JSON.parse(body!)))
    answer = (await log.settle(settlement(answer.lease, taken(answer.lease), { more: true }))).next
  }
  return events
}

/** A summary of a day, another one each time. */
let days = 0
const daily = (more: object = {}) => {
  days++
  return {
    summaryId: `d-${days}`,
    calendarDate: '2026-07-01',
    startTimeInSeconds: 1_782_856_800 + days,
    startTimeOffsetInSeconds: 7_200,
    steps: days,
    ...more,
  }
}
const pushed = async (user: string, items: object[], resource = 'dailies') => {
  const before = await looked(resource)
  for (const item of items) await push(user, resource, item)
  await vi.waitFor(async () => expect(await looked(resource)).toBe(before + items.length), { timeout: 20_000 })
}

describe('a provider that changes its payloads', () => {
  it('is found out, by endpoint and path, and never by a value', async () => {
    await newConnection(account, { provider: 'garmin', provider_user_id: 'drifts' })
    await pushed(
      'drifts',
      Array.from({ length: DRIFT.learnedPayloads }, () => daily()),
    )
    expect((await health()).drift).toEqual([])
    await pushed('drifts', [daily({ moonPhaseOf: 'Ada Lovelace' }), daily({ steps: '8123' }), daily()])
    const { drift } = await health()
    expect(drift).toMatchObject([
      {
        endpoint: 'dailies',
        change: 'changed',
        path: 'dailies.*.steps',
        detail: 'text',
        severity: 'breaking',
        payloads: 1,
      },
      {
        endpoint: 'dailies',
        change: 'new',
        path: 'dailies.*.moonPhaseOf',
        detail: 'text',
        severity: 'notice',
        payloads: 1,
      },
    ])
    expect(drift[0]!.share).toBeCloseTo(0.5)
    expect(JSON.stringify(drift)).not.toMatch(/Ada|8123|drifts/)
  })
  it('is listed with all others, what breaks data first', async () => {
    const answer = await call('/operator/drift', { headers: OPERATOR })
    const { drift } = (await answer.json()) as { drift: { provider: string; severity: string }[] }
    expect(drift.map(({ provider, severity }) => [provider, severity])).toEqual([
      ['garmin', 'breaking'],
      ['garmin', 'notice'],
    ])
    expect((await call('/operator/drift')).status).toBe(401)
  })
  it('tells of a path that is gone, and that it is back', async () => {
    const { steps: _, ...without } = daily()
    await pushed(
      'drifts',
      Array.from({ length: DRIFT.vanishedAfter }, (_, i) => ({ ...without, summaryId: `gone-${i}` })),
    )
    const gone = { change: 'vanished', path: 'dailies.*.steps', severity: 'breaking' }
    expect((await health()).drift.find(({ change }) => change === 'vanished')).toMatchObject({ ...gone, over: false })
    await pushed('drifts', [daily()])
    expect((await health()).drift.find(({ change }) => change === 'vanished')).toMatchObject({ ...gone, over: true })
  })
  it('is taken for what is usual from when an operator accepts it', async () => {
    const { drift } = await health()
    const { drift_id } = drift.find(({ change }) => change === 'new')!
    const accept = () =>
      call(`/operator/providers/garmin/drift/${drift_id}/accept`, { method: 'POST', headers: OPERATOR })
    expect((await accept()).status).toBe(200)
    await pushed('drifts', [daily({ moonPhaseOf: 'somebody else' })])
    expect((await health()).drift.map(({ change }) => change)).not.toContain('new')
    expect((await accept()).status).toBe(404)
    expect((await call('/operator/providers/nobody/health', { headers: OPERATOR })).status).toBe(404)
  })
  it('is counted by the minute: payloads, records, what could not be read, and how long it took', async () => {
    await pushed('drifts', [{ summaryId: 'no-start' }])
    const { minutes } = await health()
    const sum = (of: (minute: Told['minutes'][number]) => number) => minutes.reduce((all, one) => all + of(one), 0)
    const payloads = sum((one) => one.payloads)
    expect(payloads).toBeGreaterThan(DRIFT.learnedPayloads + DRIFT.vanishedAfter)
    expect(sum(({ latency }) => latency.reduce((a, b) => a + b, 0))).toBe(payloads)
    expect(sum(({ freshness }) => freshness.reduce((a, b) => a + b, 0))).toBeGreaterThan(DRIFT.learnedPayloads)
    expect(sum(({ errors }) => (errors as { quarantined?: number }).quarantined ?? 0)).toBe(2)
    expect(minutes.every(({ minute }) => minute.endsWith(':00.000Z'))).toBe(true)
  })
  it('is told once to the developers who have connections of it and ask for it', async () => {
    const watcher = await newLog({ event_types: ['provider.drift'] })
    await newConnection(watcher.account, { provider: 'garmin', cell: watcher.row.cell })
    const object = providerHealth(house, 'garmin')
    // A directory that does not answer is asked again.
    await runInDurableObject(object, async (instance) => {
      const { news } = instance as unknown as { news: { env: Env } }
      const { env } = news
      const down = () => {
        throw new Error('no answer')
      }
      const DB = { prepare: down } as unknown as Env['DB']
      Object.assign(news, { env: { ...house, DB } })
      await instance.alarm()
      Object.assign(news, { env })
    })
    expect(await sentTo(watcher)).toEqual([])
    expect(await runDurableObjectAlarm(object)).toBe(true)
    const events = (await sentTo(watcher)).map((body) => WebhookEvent.parse(body))
    expect(events).toMatchObject([
      {
        type: 'provider.drift',
        status: 'warning',
        provider: 'GARMIN',
        changes: 1,
        drift: [{ change: 'changed', path: 'dailies.*.steps' }],
      },
    ])
    await runDurableObjectAlarm(object)
    expect(await sentTo(watcher)).toEqual([])
  })
})
