import { base64 } from '../base/bytes.ts'
import type { Http } from '../base/http.ts'
import type { ProviderApp } from '../base/settings.ts'
import { type Allowance, ask, askText, type Caller, PullRefused, parsed } from './ask.ts'
import { parseJson } from './big-numbers.ts'
import type { UserToken } from './carry.ts'
import type { Follow, Plan, ProviderDefinition, Pull, When } from './define.ts'
import { CARRIED } from './normalize.ts'
import { itemsOfNotice, saysGone } from './notice.ts'
import { nextPage, type Turn } from './paging.ts'
import { goTo, type Item } from './reader.ts'
import { type BuiltRequest, buildRequest } from './request.ts'
import { valuesOf } from './values.ts'
import { cutWindow, rangeOf } from './window.ts'

/** An answer, to be accepted as a payload of its own. */
export interface FetchedPage {
  resource: string
  body: string
}
export interface Fetched {
  pages: FetchedPage[]
  /** To be called when the pages are committed here: until then the provider offers them again. */
  commit: () => Promise<void>
}
export interface FetchDeps {
  /** The user's token; `fresh`: the one given before was refused, renew it. */
  token: (fresh: boolean) => Promise<UserToken>
  app?: ProviderApp
  http: Http
  now: () => number
  allowance?: Allowance
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
): Promise<Fetched> {
  const { http, now, app, allowance } = deps
  const token = await deps.token(false)
  const caller: Caller = { provider, app, token, renew: () => deps.token(true), http, now, allowance }
  const run: Run = { provider, caller, pages: [], commits: [] }
  const { link } = provider.webhook ?? {}
  for (const item of itemsOfNotice(provider, notice.resource, parseJson(notice.body))) {
    if (saysGone(provider, item)) continue
    const url = link === undefined ? undefined : goTo(link)(item)
    if (typeof url === 'string' && isRead(provider, notice.resource)) await followLink(run, notice.resource, url)
    for (const plan of provider.notices[notice.resource] ?? []) await pull(run, plan, item)
  }
  return {
    pages: run.pages,
    commit: async () => {
      for (const built of run.commits) await ask(caller, built, [404])
    },
  }
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
  commits: ((carry: (built: BuiltRequest) => BuiltRequest) => BuiltRequest)[]
}

const isRead = ({ maps }: ProviderDefinition, resource: string): boolean => (maps[resource]?.records.length ?? 0) > 0
function applies(when: When | undefined, item: Item): boolean {
  if (!when) return true
  const value = goTo(when.path)(item)
  return 'in' in when ? when.in.includes(String(value)) : when.there === (value !== undefined)
}

/** A link in a notification is followed only to the provider itself: it carries the user's token. */
async function followLink(run: Run, resource: string, url: string): Promise<void> {
  mustBeOurs(run, url)
  const answer = await askText(run.caller, (carry) =>
    carry({ url, init: { headers: new Headers({ accept: 'application/json' }) } }),
  )
  if (answer === undefined || answer === '') return
  parsed(answer)
  run.pages.push({ resource, body: answer })
}
function mustBeOurs({ provider, caller }: Run, url: string): void {
  const origin = URL.canParse(url) ? new URL(url).origin : undefined
  const own = caller.token.values?.base_url
  const origins = own === undefined ? provider.origins : [...provider.origins, new URL(own).origin]
  if (origin === undefined || !origins.includes(origin)) throw new PullRefused('the data link to a foreign origin')
}

async function pull(run: Run, plan: Plan | Follow, item: Item): Promise<void> {
  const of = run.provider.pulls[plan.pull]
  if (!of) throw new Error(`there is no pull ${plan.pull}`)
  if (!applies(plan.when, item)) return
  const values: Record<string, string> = 'fixed' in plan ? { ...plan.fixed } : {}
  for (const [name, path] of Object.entries(plan.params ?? {})) {
    const value = goTo(path)(item)
    if (value === undefined) return // a notification without it is about nothing that could be fetched
    values[name] = String(value)
  }
  const range = plan.span && rangeOf(plan.span, item)
  if (plan.span && !range) return
  const carried = 'carry' in plan && plan.carry !== undefined ? { [plan.carry]: item } : undefined
  const { window } = of
  const windows = window && range ? cutWindow(window, range, run.caller.now()) : [{}]
  for (const part of windows) {
    const inTemplate = window?.in === 'values'
    const known = { ...values, ...(inTemplate ? part : {}) }
    await pullPages(run, { name: plan.pull, of, values: known, extra: inTemplate ? {} : part, carried })
  }
}

interface Pulling {
  name: string
  of: Pull
  values: Record<string, string>
  extra: Record<string, string>
  carried: object | undefined
}
async function pullPages(run: Run, { name, of, values, extra, carried }: Pulling): Promise<void> {
  const build = (turn: Turn) => (carry: (built: BuiltRequest) => BuiltRequest) => {
    const { provider, caller } = run
    const all = { ...valuesOf(provider, caller.app, caller.token), ...values }
    if ('url' in turn) return carry({ url: turn.url, init: { headers: new Headers({ accept: 'application/json' }) } })
    const built = buildRequest(of.request, all, { carry, extra: { ...extra, ...turn.params } })
    // An address that came with the data gets the user's token: only at the provider's own.
    if (of.request.url.startsWith('{+')) mustBeOurs(run, built.url)
    return built
  }
  let turn: Turn = { params: of.paging?.kind === 'page' ? { [of.paging.to]: String(of.paging.first) } : {} }
  for (let count = 0; count < MOST_PAGES; count++) {
    const bytes = await ask(run.caller, build(turn), of.nothing)
    if (bytes === undefined || bytes.length === 0 || of.asynchronous) return
    if (of.file) {
      const file = JSON.stringify({ file: { format: of.file, base64: base64(bytes) } })
      run.pages.push({ resource: of.resource ?? name, body: withCarried(file, carried) })
      return
    }
    const answer = new TextDecoder().decode(bytes)
    const page: Item = parsed(answer)
    const items = itemsOf(of, page)
    if (!of.index && (items === undefined || items.length > 0))
      run.pages.push({ resource: of.resource ?? name, body: withCarried(answer, carried) })
    for (const follow of of.follow ?? []) for (const item of items ?? []) await pull(run, follow, item)
    if (of.commit) commitLater(run, of.commit, values, page)
    const next = nextPage(of.paging, page, items, turn)
    if (!next) return
    turn = 'url' in next ? { url: absolute(run, next.url) } : next
  }
  throw new PullRefused(`more than ${MOST_PAGES} pages of one window: its cursor runs in circles`)
}
/** The address of a next page may leave out the host. */
function absolute(run: Run, url: string): string {
  const whole = URL.canParse(url) ? url : new URL(url, run.provider.origins[0]).href
  mustBeOurs(run, whole)
  return whole
}
const withCarried = (answer: string, carried: object | undefined): string =>
  carried ? `${CARRIED}${JSON.stringify(carried)},"page":${answer}}` : answer

/** The values of the answer fill the request: `{transaction-id}` is written `{transaction_id}`. */
function commitLater(run: Run, commit: NonNullable<Pull['commit']>, values: Record<string, string>, page: Item): void {
  const told = Object.entries(page as object).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' || typeof value === 'number' ? [[name.replaceAll('-', '_'), String(value)]] : [],
  )
  const { provider, caller } = run
  run.commits.push((carry) =>
    buildRequest(
      commit,
      { ...valuesOf(provider, caller.app, caller.token), ...values, ...Object.fromEntries(told) },
      { carry },
    ),
  )
}

function itemsOf(of: Pull, page: Item): Item[] | undefined {
  if (of.items === undefined) return undefined
  const items = goTo(of.items)(page)
  return Array.isArray(items) ? items : of.single ? [page] : []
}
