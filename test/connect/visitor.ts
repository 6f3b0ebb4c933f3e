import { vi } from 'vitest'
import type { Env } from '../../durable-objects/env.ts'
import { eventLog } from '../../durable-objects/stubs.ts'
import { cellOf } from '../../shared/base/ids.ts'
import { DELIVERY_DEFAULTS } from '../../shared/delivery/defaults.ts'
import { parcels } from '../../shared/delivery/parcel.ts'
import type { LeaseAnswer } from '../../shared/delivery/types.ts'
import { app } from '../../workers/app.ts'
import { type Account, call, house } from '../house.ts'

/** A browser that keeps cookies and does not follow redirects. */
export class Visitor {
  readonly cookies = new Map<string, string>()

  /** `env`: of a deployment that is set up otherwise. */
  async open(address: string, init: RequestInit = {}, env?: Env): Promise<Response> {
    const url = new URL(address, 'https://fascia.test')
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = new Headers(init.headers)
    if (cookie !== '') headers.set('cookie', cookie)
    const asked = { redirect: 'manual' as const, ...init, headers }
    const response = env ? await app.request(url.href, asked, env) : await call(url.pathname + url.search, asked)
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(line) ?? []
      this.cookies.set(name!, value!)
    }
    return response
  }
  submit(address: string, form: Record<string, string>, env?: Env): Promise<Response> {
    return this.open(address, { method: 'POST', body: new URLSearchParams(form) }, env)
  }
}

/** Where a redirect leads, as its address and parameters. */
export function led(response: Response): { to: string; params: Record<string, string> } {
  const url = new URL(response.headers.get('location') ?? 'missing:', 'https://fascia.test')
  return { to: `${url.protocol}//${url.host}${url.pathname}`, params: Object.fromEntries(url.searchParams) }
}

/** A provider of the two steps after consent: tokens, and who the user is. */
export function oura(account: string, more: { scope?: string; token?: () => Response } = {}) {
  return vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    const { pathname } = new URL(input instanceof Request ? input.url : String(input))
    if (pathname === '/oauth/token')
      return (
        more.token?.() ??
        Response.json({ access_token: 'a', refresh_token: 'r', expires_in: 86_400, scope: more.scope ?? 'daily' })
      )
    if (pathname.endsWith('/personal_info')) return Response.json({ id: account })
    return Response.json({ data: [], next_token: null })
  })
}

export interface Started {
  user_id: string
  auth_url: string
}
export const REDIRECTS = {
  auth_success_redirect_url: 'myapp://connected?from=fascia',
  auth_failure_redirect_url: 'https://app.test/failed?step=2',
}
export async function start(account: Account, more: object = {}): Promise<Started> {
  const response = await call('/v2/auth/authenticateUser?resource=OURA', {
    method: 'POST',
    headers: account.headers,
    body: JSON.stringify({ ...REDIRECTS, reference_id: 'person', ...more }),
  })
  return (await response.json()) as Started
}

/** Opens the link and consents. → the address that the provider leads back to. */
export async function consent(visitor: Visitor, { auth_url }: Started): Promise<URL> {
  const { params } = led(await visitor.open(auth_url))
  const back = new URL(params.redirect_uri!)
  back.searchParams.set('state', params.state!)
  back.searchParams.set('code', 'the-code')
  return back
}
export async function connect(
  account: Account,
  providerAccount: string,
  more: { reference_id?: string; scope?: string } = {},
) {
  oura(providerAccount, more)
  const visitor = new Visitor()
  const started = await start(account, more.reference_id === undefined ? {} : { reference_id: more.reference_id })
  await visitor.open((await consent(visitor, started)).href)
  return started.user_id
}

/** What a destination of everything would be sent next, oldest first. */
export async function eventsOf(
  account: Account,
  destinationId: string,
  userId: string,
): Promise<Record<string, unknown>[]> {
  const log = eventLog(house, { ...account.developer, cell: cellOf(userId)! })
  const answer = (await log.lease(destinationId)) as LeaseAnswer
  if (answer.kind !== 'lease') return []
  return answer.lease.groups
    .flatMap((group) => parcels(group, destinationId, DELIVERY_DEFAULTS))
    .toSorted((a, b) => a.seqs[0]! - b.seqs[0]!)
    .map((parcel) => JSON.parse(parcel.body) as Record<string, unknown>)
}
export async function newDestination(account: Account): Promise<string> {
  const body = JSON.stringify({ type: 'webhook', settings: { url: 'http://127.0.0.1:9/' } })
  const made = await call('/v2/destinations', { method: 'POST', headers: account.headers, body })
  return ((await made.json()) as { destination_id: string }).destination_id
}
export const userInfo = async (account: Account, userId: string) =>
  call(`/v2/userInfo?user_id=${userId}`, { headers: account.headers })
