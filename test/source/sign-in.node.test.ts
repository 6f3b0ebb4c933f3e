import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { outside } from '../../shared/base/http.ts'
import { identify, prepare, revoke } from '../../shared/source/account.ts'
import { carrying } from '../../shared/source/carry.ts'
import { grantOf } from '../../shared/source/credentials.ts'
import { type Auth, type Credentials, defineProvider, oauth2, type ProviderTable } from '../../shared/source/define.ts'
import { authorizeUrl, exchangeCode, refreshTokens, TokenRefused } from '../../shared/source/oauth.ts'
import { renew } from '../../shared/source/renew.ts'

/** What providers do differently when a user lets us in. */
const ORIGIN = 'https://provider.example'
const app = { client_id: 'id', client_secret: 's:ecret', ingest_secret: 'x'.repeat(16), more: { code: 'c-7' } }
const now = () => 0
function listening(answer: (request: Request, body: string) => Response | Promise<Response>) {
  const log: string[] = []
  const http = outside({
    fetch: (async (input: string, init: RequestInit) => {
      const request = new Request(input, init)
      const body = await request.clone().text()
      log.push(`${request.method} ${request.url.replace(ORIGIN, '')}${body ? ` ${body}` : ''}`)
      return answer(request, body)
    }) as unknown as typeof fetch,
  })
  return { http, log }
}
const provider = (auth: Auth, more: Partial<ProviderTable> = {}) =>
  defineProvider({
    slug: 'made-up',
    resource: 'MADE_UP',
    name: 'Made up',
    category: 'training',
    origins: [ORIGIN],
    auth,
    connected: { historyDays: 0 },
    pulls: {},
    notices: {},
    maps: {},
    ...more,
  })
const OAUTH = { authorize: `${ORIGIN}/authorize`, token: `${ORIGIN}/token`, identity: { path: 'user' } }
const sent = { state: 'st', redirectUri: 'https://here.example/back', verifier: 'v' }
const code = { code: 'c', redirectUri: sent.redirectUri, verifier: 'v' }
const tokens = { access_token: 'a', refresh_token: 'r', expires_in: 60, user: 7 }

describe('OAuth 2.0', () => {
  test('with scopes under another name, separated by commas, and parameters of the provider’s own', () => {
    const auth = oauth2({
      ...OAUTH,
      scopes: ['one', 'two'],
      scopeSeparator: ',',
      scopeParam: 'APIName',
      authorizeParams: { access_type: 'offline', state2: '{code}' },
    })
    const url = new URL(authorizeUrl(auth, app, sent, app.more))
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'id',
      redirect_uri: sent.redirectUri,
      state: 'st',
      APIName: 'one,two',
      access_type: 'offline',
      state2: 'c-7',
    })
  })
  test.each([
    [
      'the body',
      {},
      'POST /token grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Fhere.example%2Fback&client_id=id&client_secret=s%3Aecret',
      null,
    ],
    [
      'a header',
      { clientAuth: 'basic' },
      'POST /token grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Fhere.example%2Fback',
      'Basic aWQ6cyUzQWVjcmV0',
    ],
    [
      'nowhere, for a client without a secret',
      { clientAuth: 'none' },
      'POST /token grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Fhere.example%2Fback&client_id=id',
      null,
    ],
    [
      'JSON',
      { tokenIn: 'json' },
      `POST /token ${JSON.stringify({ grant_type: 'authorization_code', code: 'c', redirect_uri: sent.redirectUri, client_id: 'id', client_secret: 's:ecret' })}`,
      null,
    ],
    [
      'the query',
      { tokenIn: 'query' },
      'POST /token?grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Fhere.example%2Fback&client_id=id&client_secret=s%3Aecret',
      null,
    ],
  ] as const)('with the client’s secret in %s', async (_, knobs, asked, header) => {
    let authorization: string | null = null
    const { http, log } = listening((request) => {
      authorization = request.headers.get('authorization')
      return Response.json(tokens)
    })
    await exchangeCode(oauth2({ ...OAUTH, ...knobs }), code, { http, app, now })
    expect(log).toEqual([asked])
    expect(authorization).toBe(header)
  })
  test('whose answer has names of its own, and whose refresh goes by another parameter', async () => {
    const auth = oauth2({
      ...OAUTH,
      names: { access_token: 'AccessToken', refresh_token: 'RefreshToken', expires_in: 'Expires', scope: 'APIName' },
      refreshParams: { grant_type: '', response_type: 'refresh_token' },
    })
    const { http, log } = listening(() =>
      Response.json({ AccessToken: 'a2', RefreshToken: 'r2', Expires: 3_672_000, APIName: 'one two' }),
    )
    expect(await refreshTokens(auth, 'r1', { http, app, now })).toMatchObject({
      access_token: 'a2',
      refresh_token: 'r2',
      expiresAt: 3_672_000_000,
      scopes: ['one', 'two'],
    })
    expect(log[0]).toContain('refresh_token=r1&client_id=id&client_secret=s%3Aecret&response_type=refresh_token')
    expect(log[0]).not.toContain('grant_type')
  })
  test('is made to last longer at an address of its own, and stays the same', async () => {
    const auth = oauth2({
      authorize: ORIGIN,
      token: `${ORIGIN}/token`,
      identity: { path: 'id' },
      extension: { url: `${ORIGIN}/extend`, seconds: 60 },
    })
    const answers = { code: 'result', ok: ['0000'] }
    const { http, log } = listening(() => Response.json({ result: '0000' }))
    expect(await refreshTokens(auth, 'r1', { http, app, now, answers, accessToken: 'a1' })).toMatchObject({
      access_token: 'a1',
      expiresAt: 60_000,
    })
    expect(log[0]).toContain('POST /extend grant_type=refresh_token&refresh_token=r1')
    const refusing = listening(() => Response.json({ result: '1020' })).http
    const extended = refreshTokens(auth, 'r1', { http: refusing, app, now, answers, accessToken: 'a1' })
    await expect(extended).rejects.toThrow(TokenRefused)
  })
})

describe('who the user is', () => {
  const granted = { access_token: 'a', answer: tokens }
  const deps = { http: listening(() => Response.json({ data: { id: 'u-9', realm: 'eu' } })).http, app, token: granted }
  test('stands in the token', async () => {
    const claims = Buffer.from(JSON.stringify({ user: 'someone' })).toString('base64url')
    const jwt = `e30.${claims}.signature`
    const auth = oauth2({ ...OAUTH, identity: { path: 'user', claims: true } })
    expect(await identify(provider(auth), { access_token: jwt, answer: {} }, deps)).toMatchObject({
      provider_user_id: 'someone',
    })
  })
  test('stands in the answer to a call, with what later requests need', async () => {
    const request = { method: 'GET', url: `${ORIGIN}/me`, as: 'user' } as const
    const auth = oauth2({ ...OAUTH, identity: { path: 'data.id', request, keep: { realm: 'data.realm' } } })
    expect(await identify(provider(auth), granted, deps)).toMatchObject({
      provider_user_id: 'u-9',
      values: { provider_user_id: 'u-9', realm: 'eu' },
    })
  })
  test('is told by the digest of a token where the provider names nobody: the token itself is nowhere', async () => {
    const auth = oauth2({ ...OAUTH, identity: { path: 'access_token', digest: true } })
    const made = await identify(provider(auth), { access_token: 'a', answer: { access_token: 'a' } }, deps)
    expect(made.provider_user_id).toMatch(/^[0-9a-f]{64}$/)
  })
  test('is what they typed where each has a server of their own, once a call has proved it good', async () => {
    const identity = {
      path: 'base_url',
      typed: true,
      request: { method: 'GET', url: `${ORIGIN}/me`, as: 'user' },
    } as const
    const auth = oauth2({ ...OAUTH, identity })
    const typed = { ...granted, values: { base_url: 'https://mine.test' } }
    expect((await identify(provider(auth), typed, deps)).provider_user_id).toBe('https://mine.test')
    const { http } = listening(() => new Response('', { status: 401 }))
    await expect(identify(provider(auth), typed, { ...deps, http })).rejects.toThrow(TokenRefused)
  })
  test('what they granted may come back with them', async () => {
    const auth = oauth2({ ...OAUTH, scopes: ['all'], granted: { returned: 'scope' } })
    const returned = { scope: 'read,activity:read' }
    expect((await identify(provider(auth), { ...granted, returned }, deps)).scopes).toEqual(['read', 'activity:read'])
  })
  test('an error told in a field of a 200 is not a name', async () => {
    const request = { method: 'GET', url: `${ORIGIN}/me`, as: 'user' } as const
    const auth = oauth2({ ...OAUTH, identity: { path: 'id', request } })
    const { http } = listening(() => Response.json({ id: 5, status: 401 }))
    const table = { answers: { code: 'status', ok: [0] } }
    await expect(identify(provider(auth, table), granted, { ...deps, http })).rejects.toThrow(TokenRefused)
  })
})

describe('a login', () => {
  const LOGIN: Credentials = {
    kind: 'credentials',
    fields: [
      { name: 'email', label: 'Email', secret: false, type: 'email' },
      { name: 'password', label: 'Password', secret: true, type: 'password' },
    ],
    login: {
      request: {
        method: 'POST',
        url: 'https://api{+region}.provider.example/login',
        json: { email: '{email}', password: '{password}' },
        as: 'app',
      },
      token: 'ticket.token',
      moved: { path: 'region', name: 'region', otherwise: '' },
      keep: { id: 'user.id' },
      unfinished: 'step',
    },
    hashes: { account: { of: 'id', algorithm: 'sha256' } },
    carry: { kind: 'header', name: 'authorization', value: 'Bearer {access_token} {account}' },
    identity: { path: 'id', request: { method: 'GET', url: `${ORIGIN}/me`, as: 'user' } },
  }
  const typed = { email: 'e', password: 'p' }
  const account = createHash('sha256').update('u1').digest('hex')
  test('is sent on to the host where the account lives, and what it told is kept', async () => {
    const { http, log } = listening((request) =>
      Response.json(
        request.url.includes('api-eu') ? { ticket: { token: 't' }, user: { id: 'u1' } } : { region: '-eu' },
      ),
    )
    const granted = await grantOf(LOGIN, typed, { http, now })
    expect(log.map((line) => line.split(' ')[1])).toEqual([
      'https://api.provider.example/login',
      'https://api-eu.provider.example/login',
    ])
    expect(granted).toMatchObject({ access_token: 't', values: { region: '-eu', id: 'u1', account } })
    const carried = carrying(provider(LOGIN), undefined, granted)({ url: ORIGIN, init: { headers: new Headers() } })
    expect(carried.init.headers.get('authorization')).toBe(`Bearer t ${account}`)
    // Its session ends some day: what was typed opens the next.
    const again = await renew(provider(LOGIN), granted, { http, app: undefined, now })
    expect(again.access_token).toBe('t')
    expect(log.at(-1)).toContain('api-eu')
  })
  test('may give its token in a header, and nothing else', async () => {
    const { http } = listening(() => new Response(null, { headers: { 'x-session-token': 's' } }))
    const login = {
      ...LOGIN.login!,
      token: { header: 'x-session-token' },
      moved: undefined,
      request: { ...LOGIN.login!.request, url: `${ORIGIN}/login` },
    }
    expect((await grantOf({ ...LOGIN, login }, typed, { http, now })).access_token).toBe('s')
  })
  test.each([
    ['that wants something of the user first', { step: { type: 'tou' } }, 200, TokenRefused],
    ['that refuses', {}, 401, TokenRefused],
    ['that is in trouble', {}, 503, Error],
  ])('%s is told as that', async (_, answer, status, kind) => {
    const { http } = listening(() => Response.json(answer, { status }))
    const failure = await grantOf(LOGIN, typed, { http, now }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(kind)
    if (kind === Error) expect(failure).not.toBeInstanceOf(TokenRefused)
  })
})

describe('a key', () => {
  const fields: Credentials['fields'] = [{ name: 'key', label: 'Key', secret: true, type: 'password' }]
  const identity = { path: 'id', request: { method: 'GET', url: `${ORIGIN}/me`, as: 'user' } } as const
  test.each([
    ['in the query', { kind: 'query', name: 'token', value: '{access_token}' }, `${ORIGIN}/x?token=k`, null],
    [
      'as the password of a fixed name',
      { kind: 'basic', user: 'API_KEY', password: '{access_token}' },
      `${ORIGIN}/x`,
      'Basic QVBJX0tFWTpr',
    ],
    [
      'as a digest of it',
      { kind: 'header', name: 'authorization', value: '{digest}' },
      `${ORIGIN}/x`,
      createHash('sha1').update('k').digest('hex'),
    ],
  ] as const)('is carried %s', async (_, carry, url, header) => {
    const auth: Credentials = {
      kind: 'credentials',
      fields,
      carry,
      identity,
      hashes: { digest: { of: 'key', algorithm: 'sha1' } },
    }
    const granted = await grantOf(auth, { key: 'k' }, { http: fetch, now })
    const built = carrying(provider(auth), undefined, granted)({ url: `${ORIGIN}/x`, init: { headers: new Headers() } })
    expect([built.url, built.init.headers.get('authorization')]).toEqual([url, header])
  })
})

describe('before anything else', () => {
  const register = {
    request: { method: 'POST', url: `${ORIGIN}/users`, json: { 'member-id': '{user_id}' }, as: 'user' },
    fine: [409],
  } as const
  const subscribe = {
    per: 'user',
    request: { method: 'POST', url: `${ORIGIN}/subscribe/{what}`, as: 'user' },
    each: { what: ['sleep', 'food'] },
    fine: [409],
  } as const
  const deps = { app, token: { access_token: 'a' } }
  test('the user is registered and subscribed; that both were done before is fine', async () => {
    const { http, log } = listening(() => new Response('', { status: 409 }))
    const table = {
      connected: {
        historyDays: 0,
        register,
        subscribe: { ...subscribe, each: { what: [...subscribe.each.what] }, fine: [...subscribe.fine] },
      },
    }
    await prepare(provider(oauth2(OAUTH), table as never), { user_id: '7' }, { ...deps, http })
    expect(log).toEqual(['POST /users {"member-id":"7"}', 'POST /subscribe/sleep', 'POST /subscribe/food'])
  })
  test('a provider that refuses ends the sign-in', async () => {
    const { http } = listening(() => new Response('', { status: 403 }))
    const table = { connected: { historyDays: 0, register } }
    await expect(prepare(provider(oauth2(OAUTH), table as never), {}, { ...deps, http })).rejects.toThrow('user_id')
    await expect(prepare(provider(oauth2(OAUTH), table as never), { user_id: '7' }, { ...deps, http })).rejects.toThrow(
      '403',
    )
  })
})

test('access is taken back by as many calls as it takes, with a token that is renewed for it', async () => {
  const requests = ['one', 'two'].map((name) => ({ method: 'DELETE', url: `${ORIGIN}/${name}`, as: 'user' }) as const)
  const { http, log } = listening(
    (request) => new Response(null, { status: request.headers.get('authorization') === 'Bearer new' ? 204 : 401 }),
  )
  const deps = { http, app, token: { access_token: 'old' }, renew: async () => ({ access_token: 'new' }) }
  expect(await revoke(provider(oauth2({ ...OAUTH, revoke: requests })), {}, deps)).toBe(true)
  expect(log).toEqual(['DELETE /one', 'DELETE /one', 'DELETE /two'])
})
