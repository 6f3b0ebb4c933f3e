import { sha256 } from '../base/hash.ts'
import type { Http } from '../base/http.ts'
import type { ProviderApp } from '../base/settings.ts'
import { parseJson } from './big-numbers.ts'
import { carrying, type UserToken } from './carry.ts'
import { claimsOf } from './claims.ts'
import type { Identity, ProviderDefinition, RequestTemplate } from './define.ts'
import { kept } from './keep.ts'
import { type Granted, TokenRefused } from './oauth.ts'
import { goTo } from './reader.ts'
import { buildRequest } from './request.ts'
import { valuesOf } from './values.ts'

/** What calls for one user at the provider need. */
export interface AccountDeps {
  http: Http
  app?: ProviderApp
  token: UserToken
}

/** Who the user is to the provider, what they granted, and what later requests need to know. */
export async function identify(
  provider: ProviderDefinition,
  granted: Granted,
  deps: AccountDeps,
): Promise<{ provider_user_id: string; scopes: string[]; values: Record<string, string> }> {
  const { auth } = provider
  if (auth.kind === 'device' || auth.kind === 'file') throw new Error(`${provider.slug} has no accounts to sign in to`)
  const { identity } = auth
  const source = await sourceOf(provider, identity, granted, deps)
  const id = goTo(identity.path)(source)
  if (typeof id !== 'string' && typeof id !== 'number')
    throw new TokenRefused('the provider did not say who the user is')
  const provider_user_id = identity.digest ? sha256(`${provider.slug}/${id}`) : String(id)
  return {
    provider_user_id,
    scopes: await scopesOf(provider, granted, deps),
    values: { ...granted.values, provider_user_id, ...kept(identity.keep, source) },
  }
}
async function sourceOf(provider: ProviderDefinition, identity: Identity, granted: Granted, deps: AccountDeps) {
  const answer = identity.request && (await read(provider, identity.request, deps))
  if (identity.typed) return granted.values
  if (identity.request) return answer
  return identity.claims ? claimsOf(granted.access_token) : granted.answer
}
async function scopesOf(provider: ProviderDefinition, granted: Granted, deps: AccountDeps): Promise<string[]> {
  if (provider.auth.kind !== 'oauth2') return granted.scopes ?? []
  const { granted: asks, scopes } = provider.auth
  if (!asks) return granted.scopes ?? scopes
  if ('returned' in asks) return granted.returned?.[asks.returned]?.split(/[ ,]+/).filter(Boolean) ?? scopes
  const told = goTo(asks.path)(await read(provider, asks.request, deps))
  return Array.isArray(told) ? told.map(String) : (granted.scopes ?? scopes)
}

async function read(provider: ProviderDefinition, request: RequestTemplate, deps: AccountDeps): Promise<unknown> {
  const response = await call(provider, request, {}, deps)
  const { status } = response
  if (status >= 500 || status === 429) throw new Error(`the identity call answered ${status}`)
  if (!response.ok) throw new TokenRefused(`the identity call answered ${status}`)
  const answer: unknown = parseJson(await response.text())
  const { answers } = provider
  const code = answers?.code === undefined ? undefined : (goTo(answers.code)(answer) as number | string | undefined)
  if (code !== undefined && answers?.ok && !answers.ok.includes(code))
    throw new TokenRefused(`the identity call answered ${code}`)
  return answer
}

function call(
  provider: ProviderDefinition,
  request: RequestTemplate,
  values: Record<string, string>,
  { http, app, token }: AccountDeps,
): Promise<Response> {
  const { url, init } = buildRequest(
    request,
    { ...valuesOf(provider, app, token), ...values },
    { carry: carrying(provider, app, token) },
  )
  return http(url, init)
}

/** What a new connection needs at the provider: to be registered, and a subscription for each combination of the table's values. */
export async function prepare(
  provider: ProviderDefinition,
  values: Record<string, string>,
  deps: AccountDeps,
): Promise<void> {
  const { register, subscribe } = provider.connected
  if (register) await must(provider, register.request, register.fine, values, deps)
  if (subscribe?.per !== 'user') return
  for (const combination of combinations(subscribe.each))
    await must(provider, subscribe.request, subscribe.fine, { ...values, ...combination }, deps)
}
export function combinations(each: Record<string, string[]>): Record<string, string>[] {
  let all: Record<string, string>[] = [{}]
  for (const [name, options] of Object.entries(each))
    all = all.flatMap((one) => options.map((option) => ({ ...one, [name]: option })))
  return all
}
async function must(
  provider: ProviderDefinition,
  request: RequestTemplate,
  fine: number[] = [],
  values: Record<string, string>,
  deps: AccountDeps,
): Promise<void> {
  const response = await call(provider, request, values, deps)
  if (fine.includes(response.status)) return
  const { code: path, ok } = provider.answers ?? {}
  const code = path !== undefined && response.ok ? goTo(path)(await response.json()) : undefined
  if (!response.ok || (ok && code !== undefined && !ok.includes(code as number | string)))
    throw new Error(`${provider.slug} refused to prepare the connection (status ${response.status}, code ${code})`)
}

/** Takes the access back at the provider. What is gone there already is fine; a token that ended is renewed once, to do it. */
export async function revoke(
  provider: ProviderDefinition,
  values: Record<string, string>,
  deps: AccountDeps & { renew: () => Promise<UserToken | undefined> },
): Promise<boolean> {
  const requests = [provider.auth.revoke ?? []].flat()
  let revoked = requests.length > 0
  let { token } = deps
  for (const request of requests) {
    let response = await call(provider, request, values, { ...deps, token })
    const renewed = response.status === 401 ? await deps.renew() : undefined
    if (renewed) {
      token = renewed
      response = await call(provider, request, values, { ...deps, token })
    }
    revoked &&= response.ok || [401, 403, 404].includes(response.status)
  }
  return revoked
}
