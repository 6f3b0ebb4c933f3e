import type { Http } from '../base/http.ts'
import type { ProviderApp } from '../base/settings.ts'
import { DAY_MS } from '../base/time.ts'
import { combinations } from './account.ts'
import type { ProviderDefinition, RequestTemplate, Subscribe, Upkeep } from './define.ts'
import { goTo, type Item } from './reader.ts'
import { buildRequest } from './request.ts'
import { valuesOf } from './values.ts'

/** One that ends sooner than this is renewed. */
const RENEW_BEFORE_MS = 7 * DAY_MS

/** What became of an app's subscriptions at a provider. */
export interface Subscriptions {
  made: number
  renewed: number
  /** As they should be. */
  kept: number
  /** Shown once by the provider: to be put into the app's `more` by these names. */
  secrets: Record<string, string>
}
interface Deps {
  http: Http
  app: ProviderApp
  now: number
  /** Where the provider is to call us. */
  callbackUrl: string
}

/**
 * Makes an app's subscriptions what the table says: those that are missing are made, those that end soon are renewed. May be
 * run at any time, as often as one likes. undefined: the provider has none of the app as a whole.
 */
export async function keepSubscriptions(provider: ProviderDefinition, deps: Deps): Promise<Subscriptions | undefined> {
  const { subscribe } = provider.connected
  if (subscribe?.per !== 'app') return undefined
  const done: Subscriptions = { made: 0, renewed: 0, kept: 0, secrets: {} }
  const there = subscribe.upkeep ? await listed(provider, subscribe.upkeep, deps) : []
  for (const wanted of combinations(subscribe.each)) {
    const found = subscribe.upkeep && there.find((item) => isFor(subscribe.upkeep!, item, wanted, deps))
    if (!found) await make(provider, subscribe, wanted, deps, done)
    else if (endsSoon(subscribe.upkeep!, found, deps.now)) await extend(provider, subscribe, found, wanted, deps, done)
    else done.kept++
  }
  return done
}

async function listed(provider: ProviderDefinition, { list, items }: Upkeep, deps: Deps): Promise<Item[]> {
  const answer = await call(provider, list, {}, deps)
  const found = goTo(items)(answer)
  return Array.isArray(found) ? found : found === undefined ? [] : [found]
}
const isFor = ({ params }: Upkeep, item: Item, wanted: Record<string, string>, { callbackUrl }: Deps): boolean =>
  Object.entries(params).every(
    ([name, path]) => String(goTo(path)(item)) === (name === 'callback_url' ? callbackUrl : wanted[name]),
  )
function endsSoon({ expires }: Upkeep, item: Item, now: number): boolean {
  const text = expires === undefined ? undefined : goTo(expires)(item)
  return typeof text === 'string' && Date.parse(text) - now < RENEW_BEFORE_MS
}

async function make(
  provider: ProviderDefinition,
  { request, fine, upkeep }: Subscribe,
  wanted: Record<string, string>,
  deps: Deps,
  done: Subscriptions,
): Promise<void> {
  const answer = await call(provider, request, wanted, deps, fine)
  const secret = upkeep?.secret && goTo(upkeep.secret.path)(answer)
  if (typeof secret === 'string') done.secrets[upkeep!.secret!.name] = secret
  done.made++
}
/** Renewed where that can be done, else made anew: the old one ends by itself. */
async function extend(
  provider: ProviderDefinition,
  subscribe: Subscribe,
  item: Item,
  wanted: Record<string, string>,
  deps: Deps,
  done: Subscriptions,
): Promise<void> {
  const { renew, id } = subscribe.upkeep!
  if (!renew) return make(provider, subscribe, wanted, deps, done)
  await call(provider, renew, { ...wanted, id: String(goTo(id)(item)) }, deps)
  done.renewed++
}

async function call(
  provider: ProviderDefinition,
  request: RequestTemplate,
  values: Record<string, string>,
  { http, app, callbackUrl }: Deps,
  fine: number[] = [],
): Promise<unknown> {
  const known = { callback_url: callbackUrl, verification_token: app.ingest_secret }
  const { url, init } = buildRequest(request, { ...valuesOf(provider, app), ...known, ...values })
  const response = await http(url, init)
  const text = await response.text()
  if (!response.ok && !fine.includes(response.status))
    throw new Error(`${provider.slug} answered ${response.status} to ${request.method} ${new URL(url).pathname}`)
  try {
    return JSON.parse(text)
  } catch {
    return undefined // nothing, or a text for people: it was taken
  }
}
