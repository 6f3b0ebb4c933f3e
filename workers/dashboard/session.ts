import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { deploymentKey, sealJson, unsealJson } from '../../shared/access/vault.ts'
import { settings } from '../../shared/base/settings.ts'
import { HOUR_MS } from '../../shared/base/time.ts'

/** Who is signed in. The key itself is in the browser's cookie, sealed: nothing but this Worker can read it there. */
export interface Session {
  dev_id: string
  api_key: string
  until: number
}

const COOKIE = 'fascia-dashboard'
const PATH = '/dashboard'
const SESSION_MS = 8 * HOUR_MS
const keyOf = (c: Context) => deploymentKey(settings(c.env).ROOT_KEY, 'dashboard')

export function sessionOf(c: Context): Session | undefined {
  const sealed = getCookie(c, COOKIE)
  if (sealed === undefined) return undefined
  try {
    const session = unsealJson<Session>(keyOf(c), sealed, COOKIE)
    return session.until > Date.now() ? session : undefined
  } catch {
    // Of another deployment, or made up: as if there were none.
    return undefined
  }
}

export function begin(c: Context, who: Pick<Session, 'dev_id' | 'api_key'>): void {
  setCookie(c, COOKIE, sealJson(keyOf(c), { ...who, until: Date.now() + SESSION_MS }, COOKIE), {
    path: PATH,
    httpOnly: true,
    sameSite: 'Strict',
    secure: new URL(c.req.url).protocol === 'https:',
    maxAge: SESSION_MS / 1000,
  })
}

export const end = (c: Context): void => {
  deleteCookie(c, COOKIE, { path: PATH })
}
