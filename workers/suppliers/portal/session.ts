import type { Context } from 'hono'
import type { Environment } from '../../../shared/supply/document.ts'
import { sealedCookie } from '../../pages/sealed-cookie.ts'

/** A credential of one environment, and the access token that it last got. */
export interface Held {
  client_id: string
  client_secret: string
  token?: string
  /** After this a new token is asked for. */
  token_until?: number
}
/** Who is signed in: by a credential of one environment, or of both. */
export interface PortalSession {
  here: Environment
  held: Partial<Record<Environment, Held>>
  /** When it ends; a session that is kept anew keeps its end. */
  until?: number
}

const session = sealedCookie<PortalSession>({ cookie: 'fascia-supplier', path: '/suppliers', key: 'supplier-portal' })
export const { keep: keepSession, end: endSession } = session

export function portalSessionOf(c: Context) {
  const found = session.read(c)
  return found?.held[found.here] && found
}
