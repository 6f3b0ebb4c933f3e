import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Env } from '../../durable-objects/env.ts'
import { signOauth1 } from '../../shared/source/oauth1.ts'
import { type Account, call, house, migrate, newAccount } from '../house.ts'
import { KEY, LOGIN, OAUTH1, OWN, shelve } from './shelf.ts'
import { eventsOf, led, newDestination, REDIRECTS, type Started, userInfo, Visitor } from './visitor.ts'

/** Ways in beside OAuth 2.0: a pasted key, a login, OAuth 1.0a. */

let account: Account
beforeAll(async () => {
  await migrate()
  shelve('keyed', KEY)
  shelve('login', LOGIN)
  shelve('own', OWN)
  shelve('signed', OAUTH1)
})
beforeEach(async () => {
  account = await newAccount()
})
afterEach(() => vi.restoreAllMocks())

const APP = { client_id: 'app', client_secret: 'app-secret' }
async function start(resource: string): Promise<Started> {
  const answer = await call(`/v2/auth/authenticateUser?resource=${resource}`, {
    method: 'POST',
    headers: account.headers,
    body: JSON.stringify({ ...REDIRECTS, reference_id: 'person' }),
  })
  return (await answer.json()) as Started
}
function provider(answer: (request: Request) => Response | Promise<Response>) {
  return vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => answer(new Request(input, init)))
}
const reached = (response: Response) => led(response).params

describe('a provider that takes a pasted key', () => {
  const taking = (key: string) =>
    provider(({ headers }) =>
      headers.get('x-provider-key') === key ? Response.json({ id: 7 }) : Response.json({}, { status: 401 }),
    )
  it('asks for it in a form, says when it is wrong, and connects with the right one', async () => {
    taking('right')
    const visitor = new Visitor()
    const { user_id, auth_url } = await start('KEYED')
    expect(await (await visitor.open(auth_url)).text()).toContain('name="api_key"')
    const again = await visitor.submit(auth_url, { api_key: 'a-wrong-secret' })
    expect(again.status).toBe(400)
    const page = await again.text()
    expect(page).toContain('not accepted')
    expect(page).not.toContain('a-wrong-secret')
    expect((await visitor.submit(auth_url, { api_key: ' ' })).status).toBe(400)
    expect(reached(await visitor.submit(auth_url, { api_key: 'right' }))).toMatchObject({ user_id, resource: 'KEYED' })
    expect(await (await userInfo(account, user_id)).json()).toMatchObject({ is_authenticated: true })
    expect(reached(await visitor.submit(auth_url, { api_key: 'right' }))).toMatchObject({ reason: 'already_used' })
  })
  it('takes no form from a browser that did not open the link', async () => {
    taking('right')
    const { auth_url } = await start('KEYED')
    await new Visitor().open(auth_url)
    expect(reached(await new Visitor().submit(auth_url, { api_key: 'right' }))).toMatchObject({
      reason: 'cookie_missing',
    })
  })
})

describe('a provider that is at an address of the person’s own', () => {
  const typing = async (base_url: string) => {
    const visitor = new Visitor()
    const { auth_url } = await start('OWN')
    await visitor.open(auth_url)
    // As it is deployed; the tests let addresses within.
    const env: Env = Object.assign({ ...house }, { ALLOW_PRIVATE_DESTINATIONS: 'false' })
    return visitor.submit(auth_url, { api_key: 'right', base_url }, env)
  }
  it.each([
    ['http://127.0.0.1:8080', 'use https'],
    ['http://example.com', 'use https'],
    ['https://127.0.0.1', 'private, local or reserved'],
    ['https://0x7f.1', 'private, local or reserved'],
    ['https://[::1]:8443/', 'private, local or reserved'],
    ['https://169.254.169.254/latest', 'private, local or reserved'],
    ['https://nas.local', 'not a public name'],
    ['https://me@example.com', 'an address such as'],
    ['https://:secret@example.com', 'an address such as'],
    ['ftp://example.com', 'an address such as'],
    ['example.com', 'an address such as'],
  ])('is not asked at %s', async (address, reason) => {
    const asked = provider(() => Response.json({ id: 7 }))
    const answer = await typing(address)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain(reason)
    expect(asked).not.toHaveBeenCalled()
  })
  it('is asked at a public one', async () => {
    const asked = provider(() => Response.json({ id: 7 }))
    expect(reached(await typing('https://93.184.215.14/site/'))).toMatchObject({ resource: 'OWN' })
    expect(String(asked.mock.calls[0]![0])).toBe('https://93.184.215.14/site/me')
  })
})

describe('a provider that takes a name and a password', () => {
  it('gets them once: what is kept and used is its token', async () => {
    const asked = provider(async (request) => {
      const { pathname } = new URL(request.url)
      if (pathname !== '/login')
        return Response.json(request.headers.get('authorization') === 'Bearer the-token' ? { id: 'u' } : {})
      const { password } = (await request.json()) as { password: string }
      return password === 'right'
        ? Response.json({ session: { token: 'the-token' } })
        : Response.json({}, { status: 403 })
    })
    const visitor = new Visitor()
    const { user_id, auth_url } = await start('LOGIN')
    await visitor.open(auth_url)
    const wrong = await (await visitor.submit(auth_url, { email: 'a@b.example', password: 'wrong' })).text()
    expect(wrong).toContain('value="a@b.example"')
    expect(reached(await visitor.submit(auth_url, { email: 'a@b.example', password: 'right' }))).toMatchObject({
      user_id,
    })
    const logins = asked.mock.calls.filter(([url]) => String(url).endsWith('/login'))
    expect(logins).toHaveLength(2)
  })
})

/** Signs what came with the secrets that it should know; a signature that differs is refused. */
function signedRight(request: Request, secret: string): boolean {
  const fields = Object.fromEntries(
    [...request.headers.get('authorization')!.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [
      name!,
      decodeURIComponent(value!),
    ]),
  )
  const { oauth_token, oauth_callback, oauth_verifier, oauth_nonce, oauth_timestamp, oauth_signature } = fields
  const more = {
    oauth_version: '1.0',
    ...(oauth_callback && { oauth_callback }),
    ...(oauth_verifier && { oauth_verifier }),
  }
  const again = signOauth1(
    { url: request.url, init: { method: request.method, headers: new Headers() } },
    {
      app: APP,
      token: oauth_token ? { access_token: oauth_token, token_secret: secret } : undefined,
      more,
      nonce: oauth_nonce,
      now: Number(oauth_timestamp) * 1_000,
    },
  )
  return again.init.headers.get('authorization')!.includes(encodeURIComponent(oauth_signature!))
}

describe('a provider of OAuth 1.0a', () => {
  const serving = () =>
    provider((request) => {
      const { pathname } = new URL(request.url)
      const secret = pathname === '/request-token' ? '' : pathname === '/access-token' ? 'temporary' : 'lasting'
      if (!signedRight(request, secret)) return new Response('signature', { status: 401 })
      if (pathname === '/request-token')
        return new Response('oauth_token=req&oauth_token_secret=temporary&oauth_callback_confirmed=true')
      if (pathname === '/access-token') return new Response('oauth_token=acc&oauth_token_secret=lasting')
      return Response.json({ id: 'person-1' })
    })
  async function opened() {
    const visitor = new Visitor()
    const started = await start('SIGNED')
    const to = led(await visitor.open(started.auth_url))
    expect(to).toEqual({ to: 'https://provider.example/authorize', params: { oauth_token: 'req' } })
    const callback = serving.callback()
    return { visitor, started, callback }
  }
  // The address to come back to is a protocol parameter of the first request.
  serving.callback = () => {
    const [input, init] = vi.mocked(fetch).mock.calls[0]!
    const header = new Request(input, init).headers.get('authorization')!
    return new URL(decodeURIComponent(/oauth_callback="([^"]*)"/.exec(header)![1]!))
  }
  it('is asked for a token, consented at, and asked again: every request signed', async () => {
    serving()
    const { visitor, started, callback } = await opened()
    callback.searchParams.set('oauth_token', 'req')
    callback.searchParams.set('oauth_verifier', 'v')
    expect(reached(await visitor.open(callback.href))).toMatchObject({ user_id: started.user_id, resource: 'SIGNED' })
    expect(await (await userInfo(account, started.user_id)).json()).toMatchObject({ is_authenticated: true })
  })
  it('may be denied at, and destinations hear it', async () => {
    serving()
    const destination = await newDestination(account)
    const { visitor, started, callback } = await opened()
    callback.searchParams.set('denied', 'req')
    expect(reached(await visitor.open(callback.href))).toMatchObject({ reason: 'access_denied' })
    expect(await eventsOf(account, destination, started.user_id)).toMatchObject([
      { type: 'auth_cancelled', reason: 'access_denied' },
    ])
  })
  it('is not believed where it comes back with another token', async () => {
    serving()
    const { visitor, callback } = await opened()
    callback.searchParams.set('oauth_token', 'another')
    callback.searchParams.set('oauth_verifier', 'v')
    expect(reached(await visitor.open(callback.href))).toMatchObject({ reason: 'no_code' })
  })
  it('that gives no token ends on the failure redirect', async () => {
    provider(() => new Response('no', { status: 401 }))
    const { auth_url } = await start('SIGNED')
    expect(reached(await new Visitor().open(auth_url))).toMatchObject({ reason: 'refused_by_provider' })
  })
})
