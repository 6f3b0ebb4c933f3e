import { runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { eventLog } from '../../durable-objects/stubs.ts'
import { FLOW_MS } from '../../shared/base/limits.ts'
import { allocateCell, listCells } from '../../shared/db/cells.ts'
import { changeDestination, findDestination, setDestinationState } from '../../shared/db/destinations.ts'
import { open } from '../../shared/db/open.ts'
import webhook from '../../shared/destinations/webhook.ts'
import { HealthcheckEvent } from '../../shared/schema/event.ts'
import { EXAMPLE_EVENTS } from '../../shared/schema/examples/events.ts'
import { placeConnection } from '../../workers/cells.ts'
import { sendHealthchecks } from '../../workers/crons/healthchecks.ts'
import { sweepSignIns } from '../../workers/crons/sweep-sign-ins.ts'
import { checkedSettings } from '../../workers/save-destination.ts'
import { type Account, call, house, migrate, newAccount, newConnection } from '../house.ts'

let account: Account
beforeAll(async () => {
  await migrate()
  account = await newAccount()
})
afterEach(() => vi.restoreAllMocks())

interface Made {
  destination_id: string
  signing_secret: string
  secrets: { signing_secret: string }
  state: string
  delivery: Record<string, unknown>
  detail: string
}
const ask = async (method: string, path: string, body?: unknown, who = account) => {
  const response = await call(`/v2${path}`, {
    method,
    headers: who.headers,
    body: body && JSON.stringify(body),
  } as RequestInit)
  return { status: response.status, body: (await response.json()) as Made & Record<string, unknown> }
}
const HOOK = { type: 'webhook', settings: { url: 'https://receiver.example/hook' } }
const add = (who = account, body: object = HOOK) => ask('POST', '/destinations', body, who)

describe('a healthcheck', () => {
  it('goes every hour to the destinations that name it, and to no other', async () => {
    const who = await newAccount()
    await add(who, { ...HOOK, delivery: { event_types: ['daily', 'healthcheck'] } })
    await add(who, { type: 'webhook', settings: { url: 'https://other.example/hook' } })
    const sent: { url: string; body: string }[] = []
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      sent.push({ url: String(input), body: String(init?.body) })
      return new Response('ok')
    })
    await sendHealthchecks(house, Date.parse('2026-11-24T10:00:00Z'))
    expect(sent.map(({ url }) => url)).toEqual(['https://receiver.example/hook'])
    const body = JSON.parse(sent[0]!.body) as object
    expect(HealthcheckEvent.parse(body)).toEqual(body)
    expect(body).toMatchObject({ status: 'normal', sent_webhooks_last_hour: 0, trend_percentage: 0 })
  })
})

describe('a destination', () => {
  it('shows its signing secret once, and a mask ever after', async () => {
    const { status, body } = await add()
    expect([status, body.state]).toEqual([201, 'active'])
    expect(body.signing_secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const seen = await call('/v2/destinations', { headers: account.headers })
    const text = await seen.text()
    expect(text).toContain(body.destination_id)
    expect(text).not.toContain(body.signing_secret)
    expect((await ask('GET', `/destinations/${body.destination_id}`)).body.secrets.signing_secret).toMatch(
      /^whsec_.{3}….{4}$/,
    )
  })
  it('gets a new signing secret on request, shown once; the other settings stay', async () => {
    const { body } = await add()
    const { status, body: rotated } = await ask('POST', `/destinations/${body.destination_id}/rotate`, {
      overlap_seconds: 60,
    })
    expect(status).toBe(200)
    expect(rotated.signing_secret).toMatch(/^whsec_/)
    expect(rotated.signing_secret).not.toBe(body.signing_secret)
    const seen = (await ask('GET', `/destinations/${body.destination_id}`)).body
    expect(Object.keys(seen.secrets)).toEqual(['signing_secret'])
    expect(seen.secrets.signing_secret.slice(-4)).toBe(rotated.signing_secret.slice(-4))
    expect((await ask('POST', `/destinations/${body.destination_id}/rotate`, { overlap_seconds: -1 })).status).toBe(400)
    expect((await ask('POST', '/destinations/dst_unknown/rotate')).status).toBe(404)
  })
  it('takes delivery settings over defaults, changes, pauses and goes', async () => {
    const { body } = await add(account, { ...HOOK, delivery: { event_types: ['daily'], timeout_ms: 900 } })
    expect(body.delivery).toMatchObject({ event_types: ['daily'], timeout_ms: 900, on_parked: 'skip', batch_events: 1 })
    const path = `/destinations/${body.destination_id}`
    expect((await ask('PATCH', path, { state: 'paused', delivery: { timeout_ms: null } })).body).toMatchObject({
      state: 'paused',
      delivery: { event_types: ['daily'], timeout_ms: null },
    })
    expect((await ask('DELETE', path)).body).toEqual({ status: 'success' })
    expect((await ask('GET', path)).status).toBe(404)
    expect((await ask('DELETE', path)).status).toBe(404)
  })
  it.each([
    [{ ...HOOK, color: 1 }, 'unknown field "color"'],
    [{ ...HOOK, settings: { ...HOOK.settings, retries: 1 } }, 'unknown field "settings.retries"'],
    [{ ...HOOK, delivery: { retry: 1 } }, 'unknown field "delivery.retry"'],
    [{ ...HOOK, delivery: { event_types: ['dayly'] } }, 'delivery.event_types.0'],
    [{ ...HOOK, delivery: { batch_events: 0 } }, 'delivery.batch_events'],
    [{ ...HOOK, type: 'pigeon' }, 'type "pigeon" is not known; use '],
    [{ type: 'webhook' }, 'settings'],
    [{ ...HOOK, settings: { url: 'ftp://receiver.example' } }, 'url'],
    [{ ...HOOK, settings: { url: 'https://user:word@receiver.example/' } }, 'credentials'],
  ])('is refused as %j', async (input, words) => {
    const { status, body } = await add(account, input)
    expect([status, body.detail]).toEqual([400, expect.stringContaining(words)])
  })
  it('may not be inside, unless the deployment allows it', async () => {
    const names: Record<string, string[]> = {
      'receiver.example': ['203.0.114.9', '2606:4700::1'],
      'inward.example': ['203.0.114.9', '10.1.2.3'],
      'inward6.example': ['fd00::7'],
    }
    const resolve = async (name: string) => names[name] ?? []
    const strict = { ...house, ALLOW_PRIVATE_DESTINATIONS: 'false' }
    for (const url of [
      'http://127.0.0.1:9/',
      'http://169.254.169.254/latest',
      'http://2130706433/',
      'http://0x7f.1/',
      'http://[::ffff:10.0.0.1]/',
      'https://inward.example/hook',
      'https://inward6.example/hook',
      'https://nowhere.example/hook',
    ])
      await expect(checkedSettings(strict, webhook, { url }, resolve)).rejects.toThrow(
        'a destination must be reachable from the internet',
      )
    expect(await checkedSettings(strict, webhook, HOOK.settings, resolve)).toMatchObject(HOOK.settings)
    expect(await checkedSettings(house, webhook, { url: 'http://127.0.0.1:9/' })).toMatchObject({
      url: 'http://127.0.0.1:9/',
    })
  })
  it("is not there for another developer's key", async () => {
    const { body } = await add()
    const stranger = await newAccount()
    for (const [method, rest] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/test'],
      ['GET', '/deliveries'],
      ['GET', '/attempts'],
      ['GET', '/parked'],
      ['POST', '/replays'],
      ['GET', '/replays'],
    ])
      expect((await ask(method!, `/destinations/${body.destination_id}${rest}`, undefined, stranger)).status).toBe(404)
  })
  it('is not overwritten by a change to what it was before', async () => {
    const { body } = await add()
    const row = (await findDestination(open(house.DB), account.dev_id, body.destination_id))!
    await ask('PATCH', `/destinations/${body.destination_id}`, { delivery: { batch_events: 9 } })
    expect(await changeDestination(open(house.DB), { ...row, version: row.version + 1 })).toBe(false)
  })
})

describe('a test of a destination', () => {
  it('sends a signed healthcheck and tells what came of it', async () => {
    const { body } = await add()
    const sent: { url: string; headers: Headers; body: string }[] = []
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
      sent.push({ url: String(url), headers: new Headers(init?.headers as HeadersInit), body: String(init?.body) })
      return sent.length === 1 ? new Response(null, { status: 204 }) : new Response('no', { status: 500 })
    })
    const test = () => ask('POST', `/destinations/${body.destination_id}/test`)
    expect((await test()).body).toMatchObject({ outcome: 'delivered', status: 204, reason: null })
    expect(sent[0]!.url).toBe(HOOK.settings.url)
    expect(JSON.parse(sent[0]!.body)).toMatchObject({ type: 'healthcheck', version: '2022-03-16' })
    expect(sent[0]!.headers.get('terra-signature')).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/)
    expect((await test()).body).toMatchObject({ outcome: 'retry', status: 500, reason: 'status 500' })
  })
  it('sends the published example of an event, shaped as the destination wants it', async () => {
    const { body } = await add(account, { ...HOOK, delivery: { test_mode: true, fields: { only: { daily: [] } } } })
    const sent: unknown[] = []
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (_, init) => {
      sent.push(JSON.parse(String(init?.body)))
      return new Response(null, { status: 204 })
    })
    for (const type of ['daily', 'athlete', 'user_reauth', 'auth'])
      expect((await ask('POST', `/destinations/${body.destination_id}/test`, { type })).body.outcome).toBe('delivered')
    const { athlete, auth, daily, user_reauth } = EXAMPLE_EVENTS
    expect(sent[0]).toMatchObject({ type: 'daily', data: [{ metadata: daily.data![0]!.metadata }] })
    expect(Object.keys((sent[0] as { data: object[] }).data[0]!)).toEqual(['metadata'])
    expect(sent[1]).toMatchObject({ type: 'athlete', athlete: athlete.athlete })
    expect(sent[2]).toMatchObject({ type: 'user_reauth', old_user: user_reauth.old_user })
    expect(sent[3]).toMatchObject({ type: 'auth', user: { user_id: auth.user.user_id } })
  })
})

describe('deliveries', () => {
  it('have nothing to show of a destination that not every cell was told of, until a change tells them', async () => {
    const who = await newAccount()
    const { body } = await add(who)
    await newConnection(who)
    const path = `/destinations/${body.destination_id}`
    await setDestinationState(open(house.DB), body.destination_id, 'starting', null)
    expect((await ask('GET', `${path}/deliveries`, undefined, who)).status).toBe(409)
    expect((await ask('PATCH', path, {}, who)).body.state).toBe('active')
    expect((await ask('GET', `${path}/deliveries`, undefined, who)).status).toBe(200)
  })
  it('are shown as far as they are, and nothing parked is nothing to replay', async () => {
    const who = await newAccount()
    const { body } = await add(who)
    await newConnection(who)
    const path = `/destinations/${body.destination_id}`
    expect((await ask('GET', `${path}/deliveries`, undefined, who)).body).toMatchObject({ lag: 1, parked: 0, held: [] })
    expect((await ask('GET', `${path}/attempts?limit=5`, undefined, who)).body).toEqual({ attempts: [] })
    expect((await ask('GET', `${path}/parked?type=daily&status=500`, undefined, who)).body).toEqual({
      parked: [],
      next_cursor: null,
    })
    const replay = await ask('POST', `${path}/replays`, { dry_run: true, type: 'daily' }, who)
    expect([replay.status, replay.body]).toEqual([202, expect.objectContaining({ matched: 0, dry_run: true })])
    expect((await ask('POST', `${path}/replays`, { parked_id: 'prk_none' }, who)).status).toBe(404)
    for (const [method, rest, input] of [
      ['POST', '/replays', { everything: true }],
      ['POST', '/replays', { from: 'yesterday' }],
      ['POST', '/replays', { rate_per_second: 0 }],
      ['POST', '/backfills', {}],
      ['POST', '/backfills', { from: 'yesterday' }],
      ['POST', '/backfills', { from: '2026-02-30' }],
      ['POST', '/backfills', { from: '2026-02-03T08:00:00' }],
      ['POST', '/backfills', { from: '2026-02-03', to: '2026-01-01' }],
      ['POST', '/backfills', { from: '2026-01-01', types: ['deauth'] }],
      ['GET', '/parked?cursor=nonsense', undefined],
      ['GET', '/parked?state=gone', undefined],
      ['GET', '/parked?from=yesterday', undefined],
      ['GET', '/attempts?limit=0', undefined],
    ] as const)
      expect([rest, (await ask(method, path + rest, input, who)).status]).toEqual([rest, 400])
  })
})

describe('cells', () => {
  const known = async (who: Account, id: string) =>
    Promise.all(
      (await listCells(open(house.DB), who.dev_id)).map((cell) =>
        runInDurableObject(
          eventLog(house, cell),
          (_, { storage }) =>
            storage.sql.exec(`SELECT 1 FROM destinations WHERE destination_id = ?`, id).toArray().length === 1,
        ),
      ),
    )
  const taken = async (who: Account) => (await listCells(open(house.DB), who.dev_id)).map(({ taken }) => taken)
  it('fill up one after the other, and never over the limit', async () => {
    const who = await newAccount()
    const places = await Promise.all(Array.from({ length: 7 }, () => placeConnection(house, who.developer, 2)))
    expect(places.sort()).toEqual([1, 1, 2, 2, 3, 3, 4])
    expect(await taken(who)).toEqual([2, 2, 2, 1])
  })
  it('all learn of a destination before it is answered for, and those born later as well', async () => {
    const who = await newAccount()
    for (let i = 0; i < 3; i++) await placeConnection(house, who.developer, 1)
    const { body } = await add(who)
    expect(await known(who, body.destination_id)).toEqual([true, true, true])
    await placeConnection(house, who.developer, 1)
    expect(await known(who, body.destination_id)).toEqual([true, true, true, true])
    await ask('DELETE', `/destinations/${body.destination_id}`, undefined, who)
    expect(await known(who, body.destination_id)).toEqual([false, false, false, false])
  })
  it('are prepared again by the next caller where their maker died', async () => {
    const who = await newAccount()
    const { body } = await add(who)
    const one = { connections: 1, bytes: 1 }
    const dying = allocateCell(open(house.DB), who.developer, one, Date.now(), () =>
      Promise.reject(new Error('killed')),
    )
    await expect(dying).rejects.toThrow('killed')
    expect(await known(who, body.destination_id)).toEqual([false])
    expect(await placeConnection(house, who.developer, 1)).toBe(1)
    expect(await known(who, body.destination_id)).toEqual([true])
  })
  it('get the place back that a sign-in held and nobody finished', async () => {
    const who = await newAccount()
    expect((await ask('POST', '/auth/authenticateUser?resource=OURA', {}, who)).status).toBe(200)
    expect(await taken(who)).toEqual([1])
    const now = Date.now()
    vi.spyOn(Date, 'now').mockReturnValue(now + FLOW_MS)
    await sweepSignIns(house)
    expect(await taken(who)).toEqual([0])
  })
})
