import { beforeAll, describe, expect, it } from 'vitest'
import { type Account, call, migrate, newAccount, OPERATOR } from '../house.ts'

let account: Account
beforeAll(async () => {
  await migrate()
  account = await newAccount()
})
const problemOf = async (response: Response) => (await response.json()) as Record<string, string>

describe.each(['/v2', '/api/v2'])('who may call %s', (base) => {
  it('says which headers are missing, in the shape old and new clients read', async () => {
    const response = await call(`${base}/subscriptions?page=0`)
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await problemOf(response)).toEqual({
      type: 'about:blank',
      title: 'unauthorized',
      instance: `${base}/subscriptions?page=0`,
      detail: 'dev-id or x-api-key headers are missing',
      status: 'error',
      message: 'dev-id or x-api-key headers are missing',
    })
  })
  it.each([
    ['a key that is none of ours', (a: Account) => ({ ...a.headers, 'x-api-key': 'guess' })],
    ['a key with a typing error', (a: Account) => ({ ...a.headers, 'x-api-key': `${a.api_key.slice(0, -1)}x` })],
    ['a key without its developer', (a: Account) => ({ 'x-api-key': a.api_key })],
    ['a key of another developer', (a: Account) => ({ ...a.headers, 'dev-id': 'dev_other' })],
  ])('refuses %s', async (_, headers) => {
    expect((await call(`${base}/subscriptions`, { headers: headers(account) })).status).toBe(401)
  })
  it('lets the right key in, and gives every answer a reference', async () => {
    const response = await call(`${base}/subscriptions`, { headers: account.headers })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ users: [] })
    expect(response.headers.get('terra-reference')).toMatch(/^req_/)
    expect(response.headers.get('x-request-id')).toBe(response.headers.get('terra-reference'))
    const refused = await call(`${base}/subscriptions`)
    expect(refused.headers.get('terra-reference')).toMatch(/^req_/)
  })
  it('answers 405 with what a path takes, and 404 where nothing is', async () => {
    const wrong = await call(`${base}/userInfo`, { method: 'PUT', headers: account.headers })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET'])
    const nothing = await call(`${base}/nothing`, { headers: account.headers })
    expect([nothing.status, (await problemOf(nothing)).title]).toEqual([404, 'not found'])
  })
  it('answers a browser that asks for the headers of the official client', async () => {
    const response = await call(`${base}/activity`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'dev-id,x-api-key,x-fern-language,x-fern-sdk-name',
      },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-headers')).toContain('x-fern-sdk-name')
  })
})

describe('the operator', () => {
  it.each(['/operator/health', '/operator/dead-letters', '/operator/metrics', '/operator/developers'])(
    'is the only one let in at %s',
    async (path) => {
      expect((await call(path)).status).toBe(401)
      expect((await call(path, { headers: account.headers })).status).toBe(401)
      expect((await call(path, { headers: { authorization: 'Bearer guess' } })).status).toBe(401)
    },
  )
  it('sees sweeps, counters, dead letters and cells', async () => {
    for (const [path, member] of [
      ['/operator/health', 'sweeps'],
      ['/operator/dead-letters', 'dead_letters'],
      ['/operator/metrics', 'cells'],
    ] as const) {
      const response = await call(path, { headers: OPERATOR })
      expect([response.status, Object.keys((await response.json()) as object)]).toEqual([
        200,
        expect.arrayContaining([member]),
      ])
    }
  })
  it('acts for a developer with its own token, and for nobody else', async () => {
    const acting = { ...OPERATOR, 'dev-id': account.dev_id }
    expect((await call('/v2/subscriptions', { headers: acting })).status).toBe(200)
    expect((await call('/v2/subscriptions', { headers: { ...acting, 'dev-id': 'dev_none' } })).status).toBe(404)
  })
  it('is told which field of a new developer is wrong', async () => {
    const send = async (body: string) =>
      problemOf(await call('/operator/developers', { method: 'POST', headers: OPERATOR, body }))
    expect((await send('{"name":"x","colour":1}')).detail).toBe('unknown field "colour"')
    expect((await send('{"name":"x","region":"E U"}')).detail).toContain('region')
    expect((await send('{\n "name": x}')).detail).toContain('line 2, column 10')
    expect((await send('null')).title).toBe('bad request')
    expect((await send('[1]')).title).toBe('bad request')
  })
})

describe('without a key', () => {
  it('there are a catalogue, a description, and a sign of life', async () => {
    const catalogue = (await (await call('/v2/integrations')).json()) as Record<string, unknown>
    expect(catalogue).toEqual({
      status: 'success',
      providers: expect.arrayContaining(['GARMIN', 'OURA', 'WITHINGS']),
      sdk_providers: expect.arrayContaining(['APPLE', 'HEALTH_CONNECT', 'SAMSUNG']),
      sdk_resource: expect.arrayContaining(['APPLE', 'HEALTH_CONNECT', 'SAMSUNG']),
    })
    const detailed = (await (await call('/api/v2/integrations/detailed')).json()) as {
      providers: { provider: string; types: Record<string, boolean> }[]
    }
    expect(detailed.providers.find(({ provider }) => provider === 'GARMIN')?.types).toMatchObject({
      activity: true,
      sleep: true,
    })
    expect((await call('/health')).status).toBe(200)
    expect((await call('/')).status).toBe(200)
  })
  it('the description names every path and needs no key itself', async () => {
    const document = (await (await call('/openapi.json')).json()) as {
      openapi: string
      paths: Record<string, Record<string, { security?: object[] }>>
      components: { schemas: Record<string, object> }
    }
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/activity', '/userInfo', '/subscriptions', '/destinations/{id}/replays', '/events']),
    )
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(['Sleep', 'Problem', 'TerraUser']))
    expect(document.paths['/integrations']!.get!.security).toEqual([])
  })
})
