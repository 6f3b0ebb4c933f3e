import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Account, call, migrate, newAccount, OPERATOR } from '../house.ts'

type Key = Record<string, unknown> & { key_id: string; api_key: string; scopes: string[] }
let account: Account
beforeAll(migrate)
beforeEach(async () => {
  account = await newAccount()
})
afterEach(() => vi.restoreAllMocks())

const ask = (method: string, path: string, body?: object, key = account.api_key) =>
  call(`/api/v2${path}`, {
    method,
    headers: { 'dev-id': account.dev_id, 'x-api-key': key },
    body: body && JSON.stringify(body),
  })
const statusOf = async (method: string, path: string, body?: object, key?: string) =>
  (await ask(method, path, body, key)).status
const refusal = async (response: Response) => {
  const { detail } = (await response.json()) as { detail: string }
  return [response.status, detail]
}
async function newKey(scopes: string[], more: object = {}, by?: string): Promise<Key> {
  const response = await ask('POST', '/keys', { name: 'a key', scopes, ...more }, by)
  expect(response.status).toBe(201)
  return (await response.json()) as Key
}
async function keys(): Promise<Key[]> {
  return ((await (await ask('GET', '/keys')).json()) as { keys: Key[] }).keys
}
const later = (ms: number) => {
  const now = Date.now()
  vi.spyOn(Date, 'now').mockReturnValue(now + ms)
}
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()

describe('a key', () => {
  it('is shown once, and listed without itself', async () => {
    const made = await newKey(['data:read'], { name: 'dashboard', expires_at: inHours(24) })
    expect(made).toMatchObject({ name: 'dashboard', scopes: ['data:read'], revoked_at: null, last_used_at: null })
    expect(made.api_key.startsWith(made.prefix as string)).toBe(true)
    const listed = await keys()
    expect(listed).toHaveLength(2)
    expect(listed.find((key) => key.key_id === made.key_id)).toEqual({ ...made, api_key: undefined })
    expect(JSON.stringify(listed)).not.toContain(made.api_key)
  })
  it('that a developer has first may do everything', async () => {
    expect(await keys()).toMatchObject([{ name: 'first key', scopes: ['*'] }])
  })
  it('has the scopes of the key that asks, where none are named', async () => {
    const manager = await newKey(['keys:write', 'users:read'])
    const response = await ask('POST', '/keys', { name: 'like me' }, manager.api_key)
    expect((await response.json()) as Key).toMatchObject({ scopes: ['keys:write', 'users:read'] })
  })
  it('says when it was last used', async () => {
    const made = await newKey(['users:read'])
    expect(await statusOf('GET', '/subscriptions', undefined, made.api_key)).toBe(200)
    const used = async () => (await keys()).find((key) => key.key_id === made.key_id)!
    await expect.poll(async () => Date.parse((await used()).last_used_at as string)).toBeGreaterThan(0)
  })
  it('ends when it expires', async () => {
    const made = await newKey(['users:read'], { expires_at: inHours(1) })
    expect(await statusOf('GET', '/subscriptions', undefined, made.api_key)).toBe(200)
    later(3_600_000)
    expect(await statusOf('GET', '/subscriptions', undefined, made.api_key)).toBe(401)
    expect(await refusal(await ask('PATCH', `/keys/${made.key_id}`, { expires_at: null }))).toEqual([
      409,
      'the key has ended; make a new one',
    ])
  })
  it('that is deleted is refused at once, and stays in the list with its end', async () => {
    const made = await newKey(['users:read'])
    expect(await statusOf('GET', '/subscriptions', undefined, made.api_key)).toBe(200)
    expect(await statusOf('DELETE', `/keys/${made.key_id}`)).toBe(200)
    expect(await statusOf('GET', '/subscriptions', undefined, made.api_key)).toBe(401)
    expect(await statusOf('DELETE', `/keys/${made.key_id}`)).toBe(200)
    expect((await keys()).at(-1)).toMatchObject({ key_id: made.key_id, revoked_at: expect.any(String) })
  })
  it('of another developer is not there', async () => {
    const made = await newKey(['users:read'])
    account = await newAccount()
    for (const [method, path] of [
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/rotate'],
    ] as const)
      expect(await statusOf(method, `/keys/${made.key_id}${path}`, {})).toBe(404)
  })
  it('is refused where what is asked makes no sense, with the field named', async () => {
    const wrong: [object, string][] = [
      [{}, 'name'],
      [{ name: 'x', scopes: ['data:everything'] }, 'scopes.0'],
      [{ name: 'x', scopes: [] }, 'scopes'],
      [{ name: 'x', expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
      [{ name: 'x', expires_at: 'tomorrow' }, 'expires_at'],
      [{ name: 'x', colour: 1 }, 'colour'],
    ]
    for (const [body, field] of wrong)
      expect(await refusal(await ask('POST', '/keys', body))).toEqual([400, expect.stringContaining(field)])
    const [first] = await keys()
    expect(await statusOf('POST', `/keys/${first!.key_id}/rotate`, { overlap_seconds: 604_801 })).toBe(400)
  })
})

describe('a scope', () => {
  it('that a key lacks is named in the refusal, before anything is done', async () => {
    const reader = await newKey(['destinations:read'])
    expect(await statusOf('GET', '/destinations', undefined, reader.api_key)).toBe(200)
    expect(await refusal(await ask('POST', '/destinations', {}, reader.api_key))).toEqual([
      403,
      'this key lacks the scope destinations:write',
    ])
  })
  it.each([
    ['GET', '/daily', 'data:read'],
    ['GET', '/userInfo', 'users:read'],
    ['POST', '/auth/authenticateUser', 'users:write'],
    ['GET', '/destinations/x/attempts', 'deliveries:read'],
    ['POST', '/destinations/x/replays', 'deliveries:write'],
    ['GET', '/quarantine', 'events:read'],
    ['POST', '/quarantine/redrive', 'data:write'],
    ['POST', '/renormalizations', 'data:write'],
    ['GET', '/keys', 'keys:read'],
    ['DELETE', '/keys/x', 'keys:write'],
  ])('stands before %s %s: %s', async (method, path, scope) => {
    const [without, having] = [await newKey([scope === '*' ? 'data:read' : 'destinations:read']), await newKey([scope])]
    expect(await refusal(await ask(method, path, undefined, without.api_key))).toEqual([
      403,
      `this key lacks the scope ${scope}`,
    ])
    expect(await statusOf(method, path, undefined, having.api_key)).not.toBe(403)
  })
  it('is given by nobody who lacks it: to a new key, to another key, or by a new life', async () => {
    const manager = await newKey(['keys:write', 'data:read'])
    const strong = await newKey(['*'], { expires_at: inHours(1) })
    const weak = await newKey(['data:read'])
    const tries: [string, string, object][] = [
      ['POST', '/keys', { name: 'x', scopes: ['*'] }],
      ['POST', '/keys', { name: 'x', scopes: ['data:read', 'users:read'] }],
      ['PATCH', `/keys/${weak.key_id}`, { scopes: ['users:write'] }],
      ['PATCH', `/keys/${strong.key_id}`, { expires_at: null }],
      ['POST', `/keys/${strong.key_id}/rotate`, {}],
    ]
    for (const [method, path, body] of tries) expect(await statusOf(method, path, body, manager.api_key)).toBe(403)
    expect(await statusOf('PATCH', `/keys/${strong.key_id}`, { name: 'renamed' }, manager.api_key)).toBe(200)
  })
  it('that is taken away is gone at once', async () => {
    const made = await newKey(['users:read', 'data:read'])
    expect(await statusOf('GET', '/subscriptions', undefined, made.api_key)).toBe(200)
    expect(await statusOf('PATCH', `/keys/${made.key_id}`, { scopes: ['data:read'] })).toBe(200)
    expect(await statusOf('GET', '/subscriptions', undefined, made.api_key)).toBe(403)
  })
  it('is described with its route', async () => {
    const document = (await (await call('/openapi.json')).json()) as {
      paths: Record<string, Record<string, { description: string; security: object[]; responses: object }>>
    }
    const route = document.paths['/destinations/{id}/replays']!.post!
    expect(route.description).toContain('`deliveries:write`')
    expect(route.security).toEqual([{ devId: [], apiKey: ['deliveries:write'] }])
    expect(Object.keys(route.responses)).toEqual(expect.arrayContaining(['401', '403']))
  })
})

describe('a rotation', () => {
  it('gives a key with the same name and scopes, and the old one ends after the overlap', async () => {
    const old = await newKey(['users:read'], { name: 'server' })
    const response = await ask('POST', `/keys/${old.key_id}/rotate`, { overlap_seconds: 60 })
    expect(response.status).toBe(201)
    const made = (await response.json()) as Key
    expect(made).toMatchObject({ name: 'server', scopes: ['users:read'], expires_at: null })
    for (const key of [old, made]) expect(await statusOf('GET', '/subscriptions', undefined, key.api_key)).toBe(200)
    later(60_000)
    expect(await statusOf('GET', '/subscriptions', undefined, old.api_key)).toBe(401)
    expect(await statusOf('GET', '/subscriptions', undefined, made.api_key)).toBe(200)
  })
  it('overlaps for a day where nothing is said, and not at all where that is asked', async () => {
    const old = await newKey(['users:read'])
    await ask('POST', `/keys/${old.key_id}/rotate`)
    const ends = (await keys()).find((key) => key.key_id === old.key_id)!.expires_at as string
    expect(Math.round((Date.parse(ends) - Date.now()) / 3_600_000)).toBe(24)
    expect(await statusOf('POST', `/keys/${old.key_id}/rotate`, { overlap_seconds: 0 })).toBe(201)
    expect(await statusOf('GET', '/subscriptions', undefined, old.api_key)).toBe(401)
  })
  it('works for the only key, by itself', async () => {
    const [first] = await keys()
    const response = await ask('POST', `/keys/${first!.key_id}/rotate`, { overlap_seconds: 0 })
    const made = (await response.json()) as Key
    expect([await statusOf('GET', '/keys'), await statusOf('GET', '/keys', undefined, made.api_key)]).toEqual([
      401, 200,
    ])
  })
})

describe('the last key that can manage keys', () => {
  it.each([
    ['DELETE', undefined],
    ['PATCH', { scopes: ['data:read'] }],
    ['PATCH', { expires_at: '2100-01-01T00:00:00Z' }],
  ])('does not end or narrow itself: %s %j', async (method, body) => {
    const [first] = await keys()
    expect(await refusal(await ask(method, `/keys/${first!.key_id}`, body))).toEqual([
      409,
      expect.stringContaining('no other key would be left that can manage keys'),
    ])
    expect(await statusOf('GET', '/keys')).toBe(200)
  })
  it('may go when there is another', async () => {
    const [first] = await keys()
    const other = await newKey(['keys:read', 'keys:write'])
    expect(await statusOf('DELETE', `/keys/${first!.key_id}`)).toBe(200)
    expect(await statusOf('DELETE', `/keys/${other.key_id}`, undefined, other.api_key)).toBe(409)
  })
  it('does not go for one that ends before it', async () => {
    const [first] = await keys()
    const short = await newKey(['keys:write'], { expires_at: inHours(1) })
    expect(await statusOf('DELETE', `/keys/${first!.key_id}`, undefined, short.api_key)).toBe(409)
  })
  it('is ended by the operator', async () => {
    const [first] = await keys()
    const headers = { ...OPERATOR, 'dev-id': account.dev_id }
    expect((await call(`/v2/keys/${first!.key_id}`, { method: 'DELETE', headers })).status).toBe(200)
    expect(await statusOf('GET', '/keys')).toBe(401)
    expect((await call('/v2/keys', { method: 'POST', headers, body: '{"name":"again"}' })).status).toBe(201)
  })
})

describe.each(['/v2', '/api/v2'])('without credentials, at %s', (base) => {
  it('a path that is not there is a 404, and another method a 405 with what there is', async () => {
    expect((await call(`${base}/nothing`)).status).toBe(404)
    expect((await call(`${base}/models`)).status).toBe(404)
    const wrong = await call(`${base}/keys`, { method: 'PUT' })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, POST'])
    expect((await call(`${base}/keys`)).status).toBe(401)
  })
})
