import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { deploymentKey, sealJson, unsealJson } from '../../shared/access/vault.ts'
import { settings } from '../../shared/base/settings.ts'
import { HOUR_MS } from '../../shared/base/time.ts'

const SESSION_MS = 8 * HOUR_MS

interface Named {
  cookie: string
  /** Pages below this have it. */
  path: string
  /** What its key is derived for: no other session's. */
  key: string
}
/**
 * Who is signed in, in the browser's cookie: sealed, so that nothing but this Worker can read there what signed in.
 * It ends by itself after eight hours.
 */
export function sealedCookie<T extends object>({ cookie, path, key }: Named) {
  type Session = T & { until: number }
  const keyOf = (c: Context) => deploymentKey(settings(c.env).ROOT_KEY, key)
  return {
    read(c: Context): Session | undefined {
      const sealed = getCookie(c, cookie)
      if (sealed === undefined) return undefined
      try {
        const session = unsealJson<Session>(keyOf(c), sealed, cookie)
        return session.until > Date.now() ? session : undefined
      } catch {
        // Of another deployment, or made up: as if there were none.
        return undefined
      }
    },
    /** A session that goes on keeps its end. */
    keep(c: Context, session: T & { until?: number }): void {
      const until = session.until ?? Date.now() + SESSION_MS
      setCookie(c, cookie, sealJson(keyOf(c), { ...session, until }, cookie), {
        path,
        httpOnly: true,
        sameSite: 'Strict',
        secure: new URL(c.req.url).protocol === 'https:',
        maxAge: Math.max(0, Math.floor((until - Date.now()) / 1_000)),
      })
    },
    end(c: Context): void {
      deleteCookie(c, cookie, { path })
    },
  }
}
