import { createHash, randomBytes } from 'node:crypto'
import { base64, base64url, utf8 } from '../base/bytes.ts'
import type { Http } from '../base/http.ts'
import type { ProviderApp } from '../base/settings.ts'
import { SECOND_MS } from '../base/time.ts'
import type { UserToken } from './carry.ts'
import type { Answers, Oauth2 } from './define.ts'

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

export const newState = (): string => base64url(new Uint8Array(randomBytes(32)))
export const newVerifier = (): string => base64url(new Uint8Array(randomBytes(48)))

/** Where the user's browser goes to consent. */
export function authorizeUrl(
  auth: Oauth2,
  app: ProviderApp,
  { state, redirectUri, verifier }: { state: string; redirectUri: string; verifier: string },
): string {
  const url = new URL(auth.authorize)
  const params: Record<string, string> = {
    response_type: 'code',
    client_id: app.client_id,
    redirect_uri: redirectUri,
    state,
    ...auth.authorizeParams,
  }
  if (auth.scopes.length > 0) params.scope = auth.scopes.join(auth.scopeSeparator)
  if (auth.pkce) {
    params.code_challenge = createHash('sha256').update(verifier).digest('base64url')
    params.code_challenge_method = 'S256'
  }
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
  return url.href
}

export type Granted = Tokens & { answer: Record<string, unknown> }
/** `answers`: how the provider tells errors in a field. */
type TokenDeps = { http: Http; app: ProviderApp; now: () => number; answers?: Answers }

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
      ...auth.tokenParams,
    },
    deps,
  )
export const refreshTokens = (auth: Oauth2, refreshToken: string, deps: TokenDeps): Promise<Granted> =>
  tokenRequest(
    auth,
    { grant_type: 'refresh_token', refresh_token: refreshToken, ...auth.tokenParams, ...auth.refreshParams },
    deps,
  )

async function tokenRequest(
  auth: Oauth2,
  params: Record<string, string>,
  { http, app, now, answers }: TokenDeps,
): Promise<Granted> {
  const headers = new Headers({ 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' })
  const form = new URLSearchParams(params)
  if (auth.clientAuth === 'basic')
    headers.set(
      'authorization',
      `Basic ${base64(utf8(`${formEncoded(app.client_id)}:${formEncoded(app.client_secret)}`))}`,
    )
  else {
    form.set('client_id', app.client_id)
    form.set('client_secret', app.client_secret)
  }
  const response = await http(auth.token, { method: 'POST', headers, body: form.toString() })
  const text = await response.text()
  if (response.status >= 500 || response.status === 429)
    throw new Error(`the token endpoint answered ${response.status}`)
  const body = parse(text)
  // A page of a proxy, or a limit told in a field, passes; only a refusal ends the access.
  if (response.ok && !body) throw new Error('the token endpoint answered something that is not JSON')
  const code = answers && Number(body?.[answers.code])
  if (code !== undefined && [...answers!.limited, ...answers!.unavailable].includes(code))
    throw new Error(`the token endpoint answered ${code}`)
  const answer = (auth.unwrap === undefined ? body : body?.[auth.unwrap]) as Record<string, unknown> | undefined
  if (!response.ok || typeof answer?.access_token !== 'string')
    throw new TokenRefused(`the token endpoint answered ${response.status} without a token`)
  const { expires_in } = answer
  const separated = typeof answer.scope === 'string' ? answer.scope.split(/[ ,]+/).filter(Boolean) : undefined
  return {
    answer,
    access_token: answer.access_token,
    refresh_token: typeof answer.refresh_token === 'string' ? answer.refresh_token : undefined,
    expiresAt: expires_in === undefined ? undefined : now() + Number(expires_in) * SECOND_MS,
    scopes: separated,
  }
}
/** RFC 6749 section 2.3.1: both parts are form-encoded first, so that a secret may hold a colon, a plus or a percent sign. */
const formEncoded = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)
function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}
