import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outside } from '../../shared/base/http.ts'
import { type Oauth2, oauth2 } from '../../shared/source/define.ts'
import { authorizeUrl, exchangeCode, newVerifier, refreshTokens, TokenRefused } from '../../shared/source/oauth.ts'
import { type Answer, browse } from './consent-browser.ts'
import { type OidcClient, type OidcServer, SCOPES, startOidcServer } from './oidc-server.ts'

/** Our OAuth client against an authorization server that was written by others. */

const redirectUri = 'https://fascia.example/connect/return'
/** Secrets hold what form-encoding changes: a server that is true to the RFC decodes them. */
const client = (name: string, method: OidcClient['token_endpoint_auth_method']): OidcClient => ({
  client_id: name,
  client_secret: `${randomBytes(24).toString('base64url')}+/=:%`,
  token_endpoint_auth_method: method,
})
const CLIENTS = { basic: client('of-basic', 'client_secret_basic'), body: client('of-post', 'client_secret_post') }
const http = outside({ fetch })

let server: OidcServer
beforeAll(async () => {
  server = await startOidcServer(Object.values(CLIENTS), redirectUri)
})
afterAll(() => server?.close())

/** A provider's table as we would write it for this server. */
type Registered = 'basic' | 'body'
const tableOf = (clientAuth: Registered, more: Partial<Oauth2> = {}): Oauth2 =>
  oauth2({
    authorize: `${server.url}/auth`,
    token: `${server.url}/token`,
    scopes: SCOPES,
    pkce: true,
    clientAuth,
    identity: { path: 'sub' },
    ...more,
  })
const depsOf = (clientAuth: Registered, more: object = {}) => ({
  http,
  app: { ...CLIENTS[clientAuth], ingest_secret: 'not used in this test', ...more },
  now: () => 0,
})

async function consent(auth: Oauth2, answer: Answer = 'consents') {
  const [state, verifier] = [newVerifier(), newVerifier()]
  const start = authorizeUrl(auth, depsOf(auth.clientAuth as Registered).app, { state, redirectUri, verifier })
  const back = await browse(start, redirectUri, answer)
  expect(back.searchParams.get('state')).toBe(state)
  return { code: back.searchParams.get('code') ?? '', error: back.searchParams.get('error'), verifier, redirectUri }
}

describe.each(['basic', 'body'] as const)('with the client secret in the %s', (clientAuth) => {
  const deps = (more?: object) => depsOf(clientAuth, more)

  it('consent becomes tokens with their scopes and their end, and they are renewed again and again', async () => {
    const auth = tableOf(clientAuth)
    const first = await exchangeCode(auth, await consent(auth), deps())
    expect(first.scopes).toEqual(SCOPES)
    expect(first.expiresAt).toBe(Number(first.answer.expires_in) * 1_000)
    const second = await refreshTokens(auth, first.refresh_token!, deps())
    const third = await refreshTokens(auth, second.refresh_token!, deps())
    const all = [first, second, third]
    expect(new Set(all.map((tokens) => tokens.refresh_token)).size).toBe(3)
    expect(new Set(all.map((tokens) => tokens.access_token)).size).toBe(3)
  })
  it('a refresh token that was used is refused, and takes those after it along', async () => {
    const auth = tableOf(clientAuth)
    const first = await exchangeCode(auth, await consent(auth), deps())
    const second = await refreshTokens(auth, first.refresh_token!, deps())
    await expect(refreshTokens(auth, first.refresh_token!, deps())).rejects.toBeInstanceOf(TokenRefused)
    await expect(refreshTokens(auth, second.refresh_token!, deps())).rejects.toBeInstanceOf(TokenRefused)
  })
  it('a code is good once, and with its own verifier only', async () => {
    const auth = tableOf(clientAuth)
    const wrong = { ...(await consent(auth)), verifier: newVerifier() }
    await expect(exchangeCode(auth, wrong, deps())).rejects.toBeInstanceOf(TokenRefused)
    const right = await consent(auth)
    await exchangeCode(auth, right, deps())
    await expect(exchangeCode(auth, right, deps())).rejects.toBeInstanceOf(TokenRefused)
  })
  it('a wrong secret is refused', async () => {
    const auth = tableOf(clientAuth)
    const given = await consent(auth)
    await expect(exchangeCode(auth, given, deps({ client_secret: 'guess' }))).rejects.toBeInstanceOf(TokenRefused)
  })
})

describe('the way to consent', () => {
  it('ends with access_denied and no code where the person says no', async () => {
    expect(await consent(tableOf('basic'), 'denies')).toMatchObject({ code: '', error: 'access_denied' })
  })
  it('is closed without PKCE: the server insists on it', async () => {
    expect(await consent(tableOf('basic', { pkce: false }))).toMatchObject({ code: '', error: 'invalid_request' })
  })
})
