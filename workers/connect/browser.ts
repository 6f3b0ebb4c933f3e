import { randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { base64url, sameText } from '../../shared/base/bytes.ts'
import { sha256 } from '../../shared/base/hash.ts'
import { FLOW_MS } from '../../shared/base/limits.ts'
import type { FlowRow } from '../../shared/db/flows.ts'

/** One cookie per sign-in, so that two in one browser do not disturb each other. */
const cookieOf = (flowId: string) => `fascia-${flowId.slice(-12)}`

/** The browser's secret for this sign-in: the one that it has, or a new one. */
export function knowBrowser(c: Context, flow: Pick<FlowRow, 'flow_id' | 'browser_hash'>): string {
  const known = getCookie(c, cookieOf(flow.flow_id))
  const secret = known && sha256(known) === flow.browser_hash ? known : base64url(new Uint8Array(randomBytes(32)))
  setCookie(c, cookieOf(flow.flow_id), secret, {
    path: '/connect',
    httpOnly: true,
    // The provider's pages lead back with a top-level GET.
    sameSite: 'Lax',
    secure: new URL(c.req.url).protocol === 'https:',
    maxAge: FLOW_MS / 1000,
  })
  return secret
}

/** What goes to the provider and comes back: it names the sign-in, and only its browser can have made it. */
export const stateOf = (flowId: string, secret: string): string => `${flowId}.${sha256(`${flowId}/${secret}`)}`
export const flowIdOf = (state: string): string => state.slice(0, Math.max(state.indexOf('.'), 0))

export type Stranger = 'cookie_missing' | 'opened_elsewhere' | 'state_mismatch'
/** Why this browser and state are not those of the sign-in; undefined: they are. */
export function strangerTo(c: Context, flow: FlowRow, state?: string): Stranger | undefined {
  const secret = getCookie(c, cookieOf(flow.flow_id))
  if (secret === undefined) return 'cookie_missing'
  if (sha256(secret) !== flow.browser_hash) return 'opened_elsewhere'
  return state === undefined || sameText(state, stateOf(flow.flow_id, secret)) ? undefined : 'state_mismatch'
}
