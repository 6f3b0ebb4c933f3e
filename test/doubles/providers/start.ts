import { readdirSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import type { ProviderApp } from '../../../shared/base/settings.ts'
import { PROVIDERS } from '../../../shared/catalog/units.ts'
import type { SandboxAnswer, SandboxDays } from '../../../shared/sdk/sandbox.ts'
import { daysOf, type MakeDouble, type ProviderDouble } from './double.ts'
import { type Call, type Reply, readCall, reply, serve } from './http.ts'

/** Doubles are named for their provider: what is named otherwise is shared by them. */
interface DoubleModule {
  default: MakeDouble
  demonstrated?: true
}
const slugs = readdirSync(import.meta.dirname)
  .map((name) => name.slice(0, -3))
  .filter((slug) => slug in PROVIDERS)
const modules = await Promise.all(
  slugs.map(async (slug) => [slug, (await import(/* @vite-ignore */ `./${slug}.ts`)) as DoubleModule] as const),
)
const MAKERS: Record<string, MakeDouble> = Object.fromEntries(modules.map(([slug, made]) => [slug, made.default]))
/** The providers that have a double, and those of them that a demonstration shows. */
export const SANDBOXES = Object.keys(MAKERS)
export const DEMONSTRATED = modules.flatMap(([slug, { demonstrated }]) => (demonstrated ? [slug] : []))
const MOST_DAYS = 400

/** What a double answers instead of the truth, for the next calls to its API. */
interface Fault {
  status: number
  times: number
  headers?: Record<string, string>
  body?: unknown
}
export interface Doubles {
  url: string
  /** For the setting PROVIDER_ORIGINS. */
  origins: Record<string, string>
  double: (slug: string) => ProviderDouble
  /** Makes the next calls to a provider's data API fail. */
  fail: (slug: string, fault: Fault) => void
  days: (days: SandboxDays) => Promise<SandboxAnswer>
  /** Where Fascia is, once it is known. */
  aim: (fasciaUrl: string) => void
  close: () => Promise<void>
}

/** Stands in for the providers: one server on loopback, a path for each of their hosts, and a control under /sandbox. */
export async function startProviderDoubles(options: {
  apps: Record<string, ProviderApp>
  fasciaUrl: string
  port?: number
}): Promise<Doubles> {
  let { fasciaUrl } = options
  const doubles = new Map<string, ProviderDouble>()
  for (const [slug, app] of Object.entries(options.apps)) {
    const make = MAKERS[slug]
    if (make) doubles.set(slug, make({ app, ingestUrl: () => `${fasciaUrl}/ingest/${slug}/${app.ingest_secret}` }))
  }
  const faults = new Map<string, Fault>()
  const prefixes = [...doubles].flatMap(([slug, double]) =>
    Object.values(double.origins).map((prefix) => ({ slug, prefix, double })),
  )

  const find = (slug: string): ProviderDouble => {
    const double = doubles.get(slug)
    if (!double) throw new Error(`no sandbox of ${slug}`)
    return double
  }
  async function days({ provider, provider_user_id, from, to }: SandboxDays): Promise<SandboxAnswer> {
    const all = daysOf(from, to)
    if (all.length === 0 || all.length > MOST_DAYS) throw new Error(`from..to must be 1 to ${MOST_DAYS} days`)
    const items = await find(provider).days(provider_user_id, all)
    return { sent: items.length, items }
  }
  async function handle(request: IncomingMessage): Promise<Reply> {
    const url = new URL(request.url ?? '/', 'http://sandbox')
    if (url.pathname.startsWith('/sandbox/')) return control(await readCall(request, url.pathname, url.searchParams))
    const host = prefixes.find(({ prefix }) => url.pathname.startsWith(`${prefix}/`))
    if (!host) return reply(404, { error: 'no such provider in the sandbox' })
    const call = await readCall(request, url.pathname.slice(host.prefix.length), url.searchParams)
    return faultFor(host.slug, call) ?? host.double.handle(host.prefix, call)
  }
  function faultFor(slug: string, call: Call): Reply | undefined {
    const fault = faults.get(slug)
    // Signing in stays possible: faults are about data.
    if (!fault || fault.times <= 0 || call.token === undefined) return undefined
    fault.times--
    return reply(fault.status, fault.body ?? { error: 'commanded' }, fault.headers)
  }
  async function control(call: Call): Promise<Reply> {
    const asked = JSON.parse(call.body || '{}') as SandboxDays & Fault
    if (call.path === '/sandbox/days') return reply(200, await days(asked))
    if (call.path !== '/sandbox/faults') return reply(404, { error: 'no such control' })
    faults.set(asked.provider, asked)
    return reply(200, {})
  }

  const server = await serve(options.port ?? 0, handle)
  const origins = Object.fromEntries(
    [...doubles.values()].flatMap((double) =>
      Object.entries(double.origins).map(([origin, prefix]) => [origin, server.url + prefix]),
    ),
  )
  return {
    url: server.url,
    origins,
    double: find,
    fail: (slug, fault) => void faults.set(slug, { ...fault }),
    days,
    aim: (url) => {
      fasciaUrl = url
    },
    close: server.close,
  }
}
