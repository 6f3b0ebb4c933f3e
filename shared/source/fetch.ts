import type { Http } from '../base/http.ts'
import type { ProviderApp } from '../base/settings.ts'
import { ask, type Caller, PullRefused, parsed } from './ask.ts'
import type { UserToken } from './carry.ts'
import type { Follow, Plan, ProviderDefinition, Pull } from './define.ts'
import { CARRIED } from './normalize.ts'
import { goTo, type Item } from './reader.ts'
import { buildRequest } from './request.ts'
import { cutWindow, rangeOf } from './window.ts'

/** An answer, to be accepted as a payload of its own. */
export interface FetchedPage {
  resource: string
  body: string
}
export interface FetchDeps {
  /** The user's token; `fresh`: the one given before was refused, renew it. */
  token: (fresh: boolean) => Promise<UserToken>
  app?: ProviderApp
  http: Http
  now: () => number
}
/** More pages of one pull than any provider has for a window: a cursor that runs in circles. */
const MOST_PAGES = 200

/**
 * Gets what a notification is about. Throws RetryLater where the provider asks for patience or is in trouble, AccessLost
 * where the token is refused for good, PullRefused where it says no. A second run fetches the same again; the pages'
 * payload ids make that harmless.
 */
export async function fetchPayloads(
  provider: ProviderDefinition,
  notice: { resource: string; body: string },
  deps: FetchDeps,
): Promise<FetchedPage[]> {
  const { http, now } = deps
  const run: Run = {
    provider,
    caller: { provider, app: deps.app, token: await deps.token(false), renew: () => deps.token(true), http, now },
    pages: [],
  }
  const page: Item = JSON.parse(notice.body)
  const { shape, link, deletion } = provider.webhook ?? {}
  const items: Item[] = shape?.kind === 'batch' && Array.isArray(page[notice.resource]) ? page[notice.resource] : [page]
  for (const item of items) {
    if (deletion && goTo(deletion.path)(item) === deletion.is) continue
    const url = link === undefined ? undefined : item[link]
    if (typeof url === 'string' && isRead(provider, notice.resource)) await followLink(run, notice.resource, url)
    for (const plan of provider.notices[notice.resource] ?? []) if (applies(plan, item)) await pull(run, plan, item)
  }
  return run.pages
}

/** The first notification of a connection, made by us: everything since some days ago. */
export const connectedNotice = (provider: ProviderDefinition, now: number): { resource: string; body: string } => ({
  resource: 'connected',
  body: JSON.stringify({
    from: Math.floor(now / 1000) - provider.connected.historyDays * 86_400,
    to: Math.floor(now / 1000),
  }),
})

interface Run {
  provider: ProviderDefinition
  caller: Caller
  pages: FetchedPage[]
}

const isRead = ({ maps }: ProviderDefinition, resource: string): boolean => (maps[resource]?.records.length ?? 0) > 0
const applies = ({ when }: Plan, item: Item): boolean =>
  when === undefined || when.in.includes(String(goTo(when.path)(item)))

/** A link in a notification is followed only to the provider itself: it carries the user's token. */
async function followLink(run: Run, resource: string, url: string): Promise<void> {
  const origin = URL.canParse(url) ? new URL(url).origin : undefined
  if (origin === undefined || !run.provider.origins.includes(origin))
    throw new PullRefused('the notification links to a foreign origin')
  const answer = await ask(run.caller, (carry) =>
    carry({ url, init: { headers: new Headers({ accept: 'application/json' }) } }),
  )
  if (answer !== undefined && answer !== '') run.pages.push({ resource, body: answer })
}

async function pull(run: Run, plan: Plan | Follow, item: Item): Promise<void> {
  const of = run.provider.pulls[plan.pull]
  if (!of) throw new Error(`there is no pull ${plan.pull}`)
  const values: Record<string, string> = 'fixed' in plan ? { ...plan.fixed } : {}
  for (const [name, path] of Object.entries(plan.params ?? {})) {
    const value = goTo(path)(item)
    if (value === undefined) return // a notification without it is about nothing that could be fetched
    values[name] = String(value)
  }
  const range = plan.span && rangeOf(plan.span, item)
  if (plan.span && !range) return
  const carried = 'carry' in plan && plan.carry !== undefined ? { [plan.carry]: item } : undefined
  for (const extra of of.window && range ? cutWindow(of.window, range) : [{}])
    await pullPages(run, plan.pull, of, values, extra, carried)
}

async function pullPages(
  run: Run,
  name: string,
  of: Pull,
  values: Record<string, string>,
  window: Record<string, string>,
  carried: object | undefined,
): Promise<void> {
  const extra = { ...window }
  for (let count = 0; count < MOST_PAGES; count++) {
    const answer = await ask(run.caller, (carry) => buildRequest(of.request, values, { carry, extra }), of.nothing)
    if (answer === undefined || of.asynchronous) return
    const page: Item = parsed(answer)
    const items = itemsOf(of, page)
    if (items === undefined || items.length > 0)
      run.pages.push({
        resource: of.resource ?? name,
        body: carried ? `${CARRIED}${JSON.stringify(carried)},"page":${answer}}` : answer,
      })
    for (const follow of of.follow ?? []) for (const item of items ?? []) await pull(run, follow, item)
    const next = nextPage(of, page)
    if (next === undefined) return
    Object.assign(extra, next)
  }
}
function itemsOf(of: Pull, page: Item): Item[] | undefined {
  if (of.items === undefined) return undefined
  const items = goTo(of.items)(page)
  return Array.isArray(items) ? items : of.single ? [page] : []
}
function nextPage({ paging }: Pull, page: Item): Record<string, string> | undefined {
  if (!paging) return undefined
  if (paging.kind === 'more' && !goTo(paging.more)(page)) return undefined
  const next = goTo(paging.from)(page)
  return next === undefined || next === '' ? undefined : { [paging.to]: String(next) }
}
