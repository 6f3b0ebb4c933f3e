import type { Http } from '../base/http.ts'
import type { ProviderApp } from '../base/settings.ts'
import type { UserToken } from './carry.ts'
import type { Oauth1 } from './define.ts'
import { type Granted, TokenRefused } from './oauth.ts'
import { OAUTH_VERSION, signOauth1 } from './oauth1.ts'

interface Deps {
  http: Http
  app: ProviderApp
}

/** Section 2.1: a request token, and where the user's browser goes with it. */
export async function requestToken(
  auth: Oauth1,
  callback: string,
  deps: Deps,
): Promise<{ token: UserToken; authorizeUrl: string }> {
  const answer = await ask(auth.requestToken, { oauth_callback: callback }, undefined, deps)
  if (answer.get('oauth_callback_confirmed') !== 'true')
    throw new TokenRefused('the provider did not take our address to come back to')
  const token = tokenIn(answer)
  const url = new URL(auth.authorize)
  url.searchParams.set('oauth_token', token.access_token)
  return { token, authorizeUrl: url.href }
}

/** Section 2.3: the consented request token becomes the user's token. */
export async function exchangeVerifier(
  auth: Oauth1,
  consented: { token: UserToken; verifier: string },
  deps: Deps,
): Promise<Granted> {
  const answer = await ask(auth.accessToken, { oauth_verifier: consented.verifier }, consented.token, deps)
  return { ...tokenIn(answer), answer: Object.fromEntries(answer) }
}

async function ask(url: string, more: Record<string, string>, token: UserToken | undefined, { http, app }: Deps) {
  const signed = signOauth1(
    { url, init: { method: 'POST', headers: new Headers() } },
    { app, token, more: { ...OAUTH_VERSION, ...more } },
  )
  const response = await http(signed.url, signed.init)
  const text = await response.text()
  if (response.status >= 500 || response.status === 429)
    throw new Error(`the token endpoint answered ${response.status}`)
  if (!response.ok) throw new TokenRefused(`the token endpoint answered ${response.status}`)
  return new URLSearchParams(text)
}
function tokenIn(answer: URLSearchParams): Required<Pick<UserToken, 'access_token' | 'token_secret'>> {
  const [access_token, token_secret] = [answer.get('oauth_token'), answer.get('oauth_token_secret')]
  if (!access_token || token_secret === null) throw new TokenRefused('the token endpoint answered without a token')
  return { access_token, token_secret }
}
