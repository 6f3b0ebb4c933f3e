import type { Http } from '../base/http.ts'
import type { ProviderApp } from '../base/settings.ts'
import { carrying, type UserToken } from './carry.ts'
import type { ProviderDefinition, RequestTemplate } from './define.ts'
import { type Granted, TokenRefused } from './oauth.ts'
import { goTo } from './reader.ts'
import { buildRequest } from './request.ts'

/** What calls for one user at the provider need. */
export interface AccountDeps {
  http: Http
  app?: ProviderApp
  token: UserToken
}

/** Who the user is to the provider, and what they granted. */
export async function identify(
  provider: ProviderDefinition,
  granted: Granted,
  deps: AccountDeps,
): Promise<{ provider_user_id: string; scopes: string[] }> {
  const { auth } = provider
  if (auth.kind === 'device') throw new Error(`${provider.slug} is signed in to on the phone`)
  const read = async (request: RequestTemplate) => {
    const { url, init } = buildRequest(request, {}, { carry: carrying(auth, deps.app, deps.token) })
    const response = await deps.http(url, init)
    if (response.status >= 500 || response.status === 429)
      throw new Error(`the identity call answered ${response.status}`)
    if (!response.ok) throw new TokenRefused(`the identity call answered ${response.status}`)
    return (await response.json()) as Record<string, unknown>
  }
  const source = auth.identity.request ? await read(auth.identity.request) : granted.answer
  const id = goTo(auth.identity.path)(source)
  if (typeof id !== 'string' && typeof id !== 'number')
    throw new TokenRefused('the provider did not say who the user is')
  const { granted: asks, scopes } = auth.kind === 'oauth2' ? auth : { scopes: [] }
  const told = asks ? goTo(asks.path)(await read(asks.request)) : undefined
  return { provider_user_id: String(id), scopes: Array.isArray(told) ? told.map(String) : (granted.scopes ?? scopes) }
}

/** What a new connection needs at the provider: a subscription for each combination of the table's values. */
export async function subscribe(
  provider: ProviderDefinition,
  values: Record<string, string>,
  deps: AccountDeps,
): Promise<void> {
  const { subscribe } = provider.connected
  if (subscribe?.per !== 'user') return
  let combinations: Record<string, string>[] = [values]
  for (const [name, options] of Object.entries(subscribe.each))
    combinations = combinations.flatMap((one) => options.map((option) => ({ ...one, [name]: option })))
  for (const combination of combinations) {
    const { url, init } = buildRequest(subscribe.request, combination, {
      carry: carrying(provider.auth, deps.app, deps.token),
    })
    const response = await deps.http(url, init)
    const { answers } = provider
    const code = answers && response.ok ? Number(((await response.json()) as Record<string, unknown>)[answers.code]) : 0
    if (!response.ok || (answers && !answers.ok.includes(code)))
      throw new Error(`${provider.slug} refused a subscription (status ${response.status}, code ${code})`)
  }
}

/** Takes the access back at the provider. What is gone there already is fine. */
export async function revoke(
  provider: ProviderDefinition,
  values: Record<string, string>,
  deps: AccountDeps,
): Promise<boolean> {
  if (!provider.auth.revoke) return false
  const { url, init } = buildRequest(provider.auth.revoke, values, {
    carry: carrying(provider.auth, deps.app, deps.token),
  })
  const response = await deps.http(url, init)
  return response.ok || [401, 403, 404].includes(response.status)
}
