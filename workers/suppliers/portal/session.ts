import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { deploymentKey, sealJson, unsealJson } from '../../../shared/access/vault.ts'
import { settings } from '../../../shared/base/settings.ts'
import { HOUR_MS } from '../../../shared/base/time.ts'
import type { Environment } from '../../../shared/supply/document.ts'

/** A credential of one environment, and the access token that it last got. */
export interface Held {
  client_id: string
  client_secret: string
  token?: string
  /** After this a new token is asked for. */
  token_until?: number
}
/** Who is signed in: in the browser's cookie, sealed, so that nothing but this Worker can read the secrets there. */
export interface PortalSession {
  here: Environment
  held: Partial<Record<Environment, Held>>
  until: number
}

const COOKIE = 'fascia-supplier'
const PATH = '/suppliers'
const SESSION_MS = 8 * HOUR_MS
const keyOf = (c: Context) => deploymentKey(settings(c.env).ROOT_KEY, 'supplier-portal')

export function portalSessionOf(c: Context): PortalSession | undefined {
  const sealed = getCookie(c, COOKIE)
  if (sealed === undefined) return undefined
  try {
    const session = unsealJson<PortalSession>(keyOf(c), sealed, COOKIE)
    return session.until > Date.now() && session.held[session.here] ? session : undefined
  } catch {
    // Of another deployment, or made up: as if there were none.
    return undefined
  }
}

/** Into the cookie; a session that goes on keeps its end. */
export function keepSession(c: Context, session: Omit<PortalSession, 'until'> & { until?: number }): void {
  const until = session.until ?? Date.now() + SESSION_MS
  setCookie(c, COOKIE, sealJson(keyOf(c), { ...session, until }, COOKIE), {
    path: PATH,
    httpOnly: true,
    sameSite: 'Strict',
    secure: new URL(c.req.url).protocol === 'https:',
    maxAge: Math.max(0, Math.floor((until - Date.now()) / 1_000)),
  })
}

export const endSession = (c: Context): void => {
  deleteCookie(c, COOKIE, { path: PATH })
}
