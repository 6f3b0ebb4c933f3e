import type { Context } from 'hono'
import type { Env } from '../../../durable-objects/env.ts'
import { type Answer, type Api, callApi } from '../../pages/call-api.ts'
import type { Side } from '../pages/side.ts'
import { type Held, keepSession, type PortalSession } from './session.ts'

/** `ended`: the API takes the session's token no more. */
export type PortalEnv = { Bindings: Env; Variables: { api: Api; session: PortalSession; side: Side; ended: boolean } }

interface Granted {
  access_token: string
  expires_in: number
}
/** A token is renewed this long before it ends: a page may ask several times. */
const SPARE_MS = 60_000

/** Where the person is, for credentials that are good from some addresses only. */
function fromWhere(c: Context<PortalEnv>): Record<string, string> {
  const address = c.req.header('cf-connecting-ip')
  return address === undefined ? {} : { 'cf-connecting-ip': address }
}

/** An access token for a credential, by its secret. */
export async function grant(
  c: Context<PortalEnv>,
  { client_id, client_secret }: Pick<Held, 'client_id' | 'client_secret'>,
): Promise<Answer<Held>> {
  const answer = await callApi<Granted>(c.get('api'), {
    url: new URL('/oauth/token', c.req.url),
    method: 'POST',
    headers: { ...fromWhere(c), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret }).toString(),
  })
  if (!answer.ok) return answer
  const { access_token, expires_in } = answer.body
  return {
    ok: true,
    body: { client_id, client_secret, token: access_token, token_until: Date.now() + expires_in * 1_000 - SPARE_MS },
  }
}

/** The token of the credential that is signed in; a new one goes into the cookie. */
export async function tokenOf(c: Context<PortalEnv>): Promise<Answer<string>> {
  const session = c.get('session')
  const held = session.held[session.here]!
  if (held.token !== undefined && (held.token_until ?? 0) > Date.now()) return { ok: true, body: held.token }
  const fresh = await grant(c, held)
  if (!fresh.ok) return fresh
  const next = { ...session, held: { ...session.held, [session.here]: fresh.body } }
  c.set('session', next)
  keepSession(c, next)
  return { ok: true, body: fresh.body.token! }
}

/** Asks the API as the supplier who is signed in. */
export async function portalAsk<T>(
  c: Context<PortalEnv>,
  method: string,
  path: string,
  body?: { text: string; type: string },
): Promise<Answer<T>> {
  const token = await tokenOf(c)
  if (!token.ok) return token
  const answer = await callApi<T>(c.get('api'), {
    url: new URL(`/v2${path}`, c.req.url),
    method,
    headers: {
      ...fromWhere(c),
      authorization: `Bearer ${token.body}`,
      'content-type': body?.type ?? 'application/json',
    },
    body: body?.text,
  })
  if (!answer.ok && answer.status === 401) c.set('ended', true)
  return answer
}

/** As the API streams it, to whoever is signed in. */
export async function portalStream(c: Context<PortalEnv>, path: string, accept: string): Promise<Response> {
  const { token } = c.get('session').held[c.get('session').here]!
  return c.get('api')(
    new Request(new URL(`/v2${path}`, c.req.url), {
      headers: { ...fromWhere(c), authorization: `Bearer ${token}`, accept },
    }),
  )
}
