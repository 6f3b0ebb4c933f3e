import { createHash, randomBytes } from 'node:crypto'
import { base64url } from '../base/bytes.ts'
import type { Http } from '../base/http.ts'
import type { ProviderApp } from '../base/settings.ts'
import { SECOND_MS } from '../base/time.ts'
import { parseJson } from './big-numbers.ts'
import type { UserToken } from './carry.ts'
import type { Answers, Oauth2 } from './define.ts'
import { goTo } from './reader.ts'
import { type BuiltRequest, fill } from './request.ts'
import { basic } from './values.ts'

export interface Tokens extends UserToken {
  refresh_token?: string
  /** When the access token ends, ms; undefined: it does not. */
  expiresAt?: number
  /** What the answer said was granted. */
  scopes?: string[]
}
/** The provider refused: a code or refresh token that is used, expired or unknown. No retry mends it. */
export class TokenRefused extends Error {
  override name = 'TokenRefused'
}

export const newVerifier = (): string => base64url(new Uint8Array(randomBytes(48)))

/** Where the user's browser goes to consent. */
export function authorizeUrl(
  auth: Oauth2,
  app: ProviderApp,
  { state, redirectUri, verifier }: { state: string; redirectUri: string; verifier: string },
  values: Record<string, string> = {},
): string {
  const url = new URL(fill(auth.authorize, values, encodeURIComponent))
  const standard: Record<string, string> = {
    response_type: 'code',
    client_id: app.client_id,
    redirect_uri: redirectUri,
    state,
  }
  if (auth.scopes.length > 0) standard[auth.scopeParam] = auth.scopes.join(auth.scopeSeparator)
  if (auth.pkce) {
    standard.code_challenge = createHash('sha256').update(verifier).digest('base64url')
    standard.code_challenge_method = 'S256'
  }
  for (const [name, value] of params(standard, auth.authorizeParams, values)) url.searchParams.set(name, value)
  return url.href
}

/** The standard's parameters and the provider's; an empty text leaves one out. */
function params(
  standard: Record<string, string>,
  own: Record<string, string> | undefined,
  values: Record<string, string>,
): [string, string][] {
  const filled = Object.entries(own ?? {}).map(([name, text]) => [name, fill(text, values, (value) => value)])
  const all: Record<string, string> = { ...standard, ...Object.fromEntries(filled) }
  return Object.entries(all).filter(([, value]) => value !== '')
}

/** `returned`: what the address that the user came back to held. */
export type Granted = Tokens & { answer: Record<string, unknown>; returned?: Record<string, string> }
/** `answers`: how the provider tells errors in a field; `values` fill the braces. */
type TokenDeps = {
  http: Http
  app: ProviderApp
  now: () => number
  answers?: Answers
  values?: Record<string, string>
}

export const exchangeCode = (
  auth: Oauth2,
  code: { code: string; redirectUri: string; verifier: string },
  deps: TokenDeps,
): Promise<Granted> =>
  tokenRequest(
    auth,
    {
      grant_type: 'authorization_code',
      code: code.code,
      redirect_uri: code.redirectUri,
      ...(auth.pkce ? { code_verifier: code.verifier } : {}),
    },
    auth.tokenParams,
    deps,
  )
/** `accessToken`: the one there is, for providers that only make it last longer. */
export const refreshTokens = (
  auth: Oauth2,
  refreshToken: string,
  deps: TokenDeps & { accessToken?: string },
): Promise<Granted> =>
  tokenRequest(
    auth.extension ? { ...auth, token: auth.extension.url } : auth,
    { grant_type: 'refresh_token', refresh_token: refreshToken },
    { ...auth.tokenParams, ...auth.refreshParams },
    { ...deps, values: { ...deps.values, refresh_token: refreshToken } },
  )

async function tokenRequest(
  auth: Oauth2,
  standard: Record<string, string>,
  own: Record<string, string> | undefined,
  { http, app, now, answers, values = {}, accessToken }: TokenDeps & { accessToken?: string },
): Promise<Granted> {
  const named: Record<string, string> = auth.clientAuth === 'basic' ? {} : { client_id: app.client_id }
  if (auth.clientAuth === 'body') named.client_secret = app.client_secret
  const all = params({ ...standard, ...named }, own, values)
  const { url, init } = asked(auth, all, values)
  if (auth.clientAuth === 'basic') init.headers.set('authorization', `Basic ${basic(app.client_id, app.client_secret)}`)
  const response = await http(url, init)
  const text = await response.text()
  if (response.status >= 500 || response.status === 429)
    throw new Error(`the token endpoint answered ${response.status}`)
  const body = parse(text)
  // A page of a proxy, or a limit told in a field, passes; only a refusal ends the access.
  if (response.ok && !body) throw new Error('the token endpoint answered something that is not JSON')
  const code = answers?.code === undefined ? undefined : (goTo(answers.code)(body) as number | string | undefined)
  if (code !== undefined && [...(answers?.limited ?? []), ...(answers?.unavailable ?? [])].includes(code))
    throw new Error(`the token endpoint answered ${code}`)
  const { extension } = auth
  if (extension && auth.token === extension.url && accessToken !== undefined) {
    if (!response.ok || (code !== undefined && !answers?.ok?.includes(code)))
      throw new TokenRefused(`the token was not extended: ${response.status}, code ${code}`)
    const expiresAt = now() + extension.seconds * SECOND_MS
    return { answer: body ?? {}, access_token: accessToken, refresh_token: undefined, expiresAt, scopes: undefined }
  }
  const answer = (auth.unwrap === undefined ? body : body?.[auth.unwrap]) as Record<string, unknown> | undefined
  const field = (name: keyof NonNullable<Oauth2['names']>) => answer?.[auth.names?.[name] ?? name]
  const access_token = field('access_token')
  if (!response.ok || !answer || typeof access_token !== 'string')
    throw new TokenRefused(`the token endpoint answered ${response.status} without a token`)
  const [refresh_token, seconds, scope] = [field('refresh_token'), field('expires_in'), field('scope')]
  return {
    answer,
    access_token,
    refresh_token: typeof refresh_token === 'string' ? refresh_token : undefined,
    expiresAt: seconds === undefined ? undefined : now() + Number(seconds) * SECOND_MS,
    scopes: typeof scope === 'string' ? scope.split(/[ ,]+/).filter(Boolean) : undefined,
  }
}
/** The request with its parameters where the provider reads them. */
function asked(auth: Oauth2, all: [string, string][], values: Record<string, string>): BuiltRequest {
  const url = new URL(fill(auth.token, values, encodeURIComponent))
  const headers = new Headers({ accept: 'application/json' })
  for (const [name, text] of Object.entries(auth.tokenHeaders ?? {}))
    headers.set(
      name,
      fill(text, values, (value) => value),
    )
  if (auth.tokenIn === 'query') {
    for (const [name, value] of all) url.searchParams.set(name, value)
    return { url: url.href, init: { method: 'POST', headers } }
  }
  headers.set('content-type', auth.tokenIn === 'json' ? 'application/json' : 'application/x-www-form-urlencoded')
  const body = auth.tokenIn === 'json' ? JSON.stringify(Object.fromEntries(all)) : new URLSearchParams(all).toString()
  return { url: url.href, init: { method: 'POST', headers, body } }
}
function parse(text: string): Record<string, unknown> | undefined {
  try {
    return parseJson(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}
