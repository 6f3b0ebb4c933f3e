import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { rateBudget } from '../../durable-objects/stubs.ts'
import { type Account, call, house, migrate, newAccount, OPERATOR } from '../house.ts'

let account: Account
/** Seventeen seconds into a minute; the clock stands until a test moves it. */
const START = Math.ceil(Date.now() / 60_000) * 60_000 + 17_000
let now: number
beforeAll(migrate)
beforeEach(async () => {
  now = START
  vi.spyOn(Date, 'now').mockImplementation(() => now)
  account = await newAccount()
})
afterEach(() => vi.restoreAllMocks())

const send = (key: string, path = '/v2/subscriptions', init: RequestInit = {}) =>
  call(path, { ...init, headers: { 'dev-id': account.dev_id, 'x-api-key': key } })
async function newKey(more: object): Promise<{ key_id: string; api_key: string }> {
  const response = await send(account.api_key, '/v2/keys', {
    method: 'POST',
    body: JSON.stringify({ name: 'limited', ...more }),
  })
  expect(response.status).toBe(201)
  return response.json()
}
const statusesOf = async (key: string, n: number) => {
  const statuses: number[] = []
  for (let i = 0; i < n; i++) statuses.push((await send(key)).status)
  return statuses
}
const asOperator = (path: string, method: string, body: object) =>
  call(path, { method, headers: { ...OPERATOR, 'dev-id': account.dev_id }, body: JSON.stringify(body) })

describe('every answer', () => {
  it('says the limits, what is left of them, and when they begin anew', async () => {
    const answer = await send(account.api_key)
    expect(answer.headers.get('ratelimit-policy')).toBe('"key";q=6000;w=60, "developer";q=30000;w=60')
    expect(answer.headers.get('ratelimit')).toBe('"key";r=5999;t=43, "developer";r=29999;t=43')
    now += 1_000
    const next = await send(account.api_key, '/api/v2/subscriptions')
    expect(next.headers.get('ratelimit')).toBe('"key";r=5998;t=42, "developer";r=29998;t=42')
  })
  it('does so where the request is refused for another reason', async () => {
    for (const [path, status] of [
      ['/v2/userInfo', 400],
      ['/v2/destinations/dst_none', 404],
    ] as const) {
      const answer = await send(account.api_key, path)
      expect([answer.status, answer.headers.has('ratelimit')]).toEqual([status, true])
    }
    const weak = await newKey({ scopes: ['data:read'] })
    const forbidden = await send(weak.api_key)
    expect([forbidden.status, forbidden.headers.has('ratelimit')]).toEqual([403, true])
  })
  it('counts the operator for nobody', async () => {
    const answer = await call('/v2/subscriptions', { headers: { ...OPERATOR, 'dev-id': account.dev_id } })
    expect([answer.status, answer.headers.has('ratelimit')]).toEqual([200, false])
  })
})

describe('a key with a limit of its own', () => {
  it('is refused above it, told when to come again, and let in then', async () => {
    const { api_key } = await newKey({ requests_per_minute: 3 })
    expect(await statusesOf(api_key, 3)).toEqual([200, 200, 200])
    const refused = await send(api_key)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
    expect(refused.headers.get('retry-after')).toBe('43')
    expect(refused.headers.get('ratelimit')).toContain('"key";r=0;t=43')
    expect(refused.headers.get('ratelimit-policy')).toContain('"key";q=3;w=60')
    expect(await refused.json()).toMatchObject({ detail: 'too many requests of this key; try again in 43 s' })
    now += 42_999
    expect(await statusesOf(api_key, 1)).toEqual([429])
    now += 1
    expect(await statusesOf(api_key, 4)).toEqual([200, 200, 200, 429])
  })
  it('does not hold back another', async () => {
    const { api_key } = await newKey({ requests_per_minute: 1 })
    expect(await statusesOf(api_key, 2)).toEqual([200, 429])
    expect(await statusesOf(account.api_key, 2)).toEqual([200, 200])
  })
  it.each([1, 7, 45, 100])('of %i gets no more of many requests at once, and no fewer', async (limit) => {
    const { api_key } = await newKey({ requests_per_minute: limit })
    const answers = await Promise.all(Array.from({ length: limit + 20 }, () => send(api_key)))
    expect(answers.filter((one) => one.status === 200)).toHaveLength(limit)
    expect(answers.filter((one) => one.status === 429)).toHaveLength(20)
  })
  it('can be given another, which counts at once', async () => {
    const { key_id, api_key } = await newKey({ requests_per_minute: 1 })
    expect(await statusesOf(api_key, 2)).toEqual([200, 429])
    const change = { method: 'PATCH', body: '{"requests_per_minute":3}' }
    expect((await send(account.api_key, `/v2/keys/${key_id}`, change)).status).toBe(200)
    expect(await statusesOf(api_key, 3)).toEqual([200, 200, 429])
  })
  it('gets more than the deployment allows from the operator alone', async () => {
    const { key_id, api_key } = await newKey({ requests_per_minute: 6_000 })
    const more = { requests_per_minute: 6_001 }
    const change = { method: 'PATCH', body: JSON.stringify(more) }
    expect((await send(account.api_key, `/v2/keys/${key_id}`, change)).status).toBe(403)
    expect((await asOperator(`/v2/keys/${key_id}`, 'PATCH', more)).status).toBe(200)
    expect((await send(api_key)).headers.get('ratelimit-policy')).toContain('"key";q=6001;w=60')
  })
})

describe('all keys of a developer', () => {
  it('share a limit: what is granted elsewhere is not there for the rest', async () => {
    const { api_key } = await newKey({})
    // Other isolates took all but what this one holds: 1500 less the request that made the key.
    const everything = { name: 'developer', limit: 30_000, wants: 30_000 }
    expect(await rateBudget(house, account.dev_id).take([everything], now)).toMatchObject([{ granted: 28_500 }])
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(api_key)))
    expect(answers.map((one) => one.status)).toEqual(Array(10).fill(200))
    const another = await newAccount()
    const others = await call('/v2/subscriptions', { headers: another.headers })
    expect(others.headers.get('ratelimit')).toBe('"key";r=5999;t=43, "developer";r=29999;t=43')
    now += 60_000
    await rateBudget(house, account.dev_id).take([everything], now)
    const refused = await send(api_key)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '43'])
    expect(await refused.json()).toMatchObject({ detail: 'too many requests of this developer; try again in 43 s' })
    expect((await send(account.api_key)).status).toBe(429)
  })
})

describe('a browser', () => {
  it.each(['GET', 'POST', 'PATCH', 'DELETE'])(
    'may call with %s, the headers of the client, and read the limits',
    async (method) => {
      const asked = 'dev-id,x-api-key,authorization,content-type,idempotency-key,x-fern-runtime-version'
      const preflight = await call('/v2/keys', {
        method: 'OPTIONS',
        headers: {
          origin: 'https://app.example',
          'access-control-request-method': method,
          'access-control-request-headers': asked,
        },
      })
      expect(preflight.status).toBe(204)
      expect(preflight.headers.get('access-control-allow-methods')).toContain(method)
      for (const name of asked.split(',')) expect(preflight.headers.get('access-control-allow-headers')).toContain(name)
      expect(preflight.headers.get('access-control-max-age')).toBe('600')
      const answer = await call('/v2/subscriptions', { headers: { ...account.headers, origin: 'https://app.example' } })
      expect(answer.headers.get('access-control-allow-origin')).toBe('*')
      for (const name of [
        'terra-reference',
        'ratelimit',
        'retry-after',
        'idempotent-replayed',
        'x-terra-ratelimit-rule',
      ])
        expect(answer.headers.get('access-control-expose-headers')).toContain(name)
    },
  )
  it('may read a refusal too', async () => {
    const answer = await call('/v2/subscriptions', { headers: { origin: 'https://app.example' } })
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([401, '*'])
  })
})
