import type { Http } from '../base/http.ts'
import type { ProviderApp } from '../base/settings.ts'
import { grantOf } from './credentials.ts'
import type { ProviderDefinition } from './define.ts'
import { type Granted, refreshTokens, TokenRefused, type Tokens } from './oauth.ts'
import { valuesOf } from './values.ts'

/** New tokens for old: by the refresh token, or by what the user typed. Throws TokenRefused where the user has to connect again. */
export async function renew(
  provider: ProviderDefinition,
  tokens: Tokens,
  { http, app, now }: { http: Http; app: ProviderApp | undefined; now: () => number },
): Promise<Granted> {
  const { auth, answers } = provider
  const values = { ...valuesOf(provider, app), ...tokens.values }
  if (auth.kind === 'credentials' && auth.login) return grantOf(auth, tokens.values ?? {}, { http, now, values })
  if (auth.kind !== 'oauth2') throw new TokenRefused('the provider refuses what the user gave')
  if (!app) throw new TokenRefused(`${provider.slug} is not set up`)
  if (!tokens.refresh_token) throw new TokenRefused('the provider gave no refresh token')
  return refreshTokens(auth, tokens.refresh_token, {
    http,
    app,
    now,
    answers,
    values,
    accessToken: tokens.access_token,
  })
}
