import type { Context } from 'hono'
import type { Answer } from '../pages/call-api.ts'
import { ask, type DashboardEnv } from './ask.ts'

/** What lets one app send for one user. */
export interface Pairing {
  rt_token: string
  user_id: string
  reference_id: string | null
  expires_at: string | number
  deep_link: string
}

/** Pairs for a user who is there, or for somebody new, who is registered first as a phone would do it. */
export async function pairFor(
  c: Context<DashboardEnv>,
  who: { user_id: string; reference_id: string },
): Promise<Answer<Pairing>> {
  const user = who.user_id === '' ? await register(c, who.reference_id) : ({ ok: true, body: who } as const)
  if (!user.ok) return user
  return ask<Pairing>(c, 'POST', '/stream/pairings', { user_id: user.body.user_id })
}

/** The same reference_id again is the same user again. */
async function register(c: Context<DashboardEnv>, reference_id: string): Promise<Answer<{ user_id: string }>> {
  if (reference_id === '')
    return { ok: false, status: 400, detail: 'choose a user, or give the reference_id of somebody new' }
  const path = `/auth/tokens?reference_id=${encodeURIComponent(reference_id)}`
  const token = await ask<{ token: string }>(c, 'POST', path)
  if (!token.ok) return token
  const bearer = { authorization: `Bearer ${token.body.token}` }
  return ask<{ user_id: string }>(c, 'POST', '/stream/phones', { reference_id }, bearer)
}

/**
 * The strap page of this deployment, paired: behind the `#`, so that no server and no log is told the token. Only what that
 * page reads is in it: a code of fewer squares is read by more cameras.
 */
export function strapLink(base: string, { rt_token, reference_id, user_id, expires_at }: Pairing): string {
  const pairing = { rt_token, reference_id: reference_id ?? user_id, expires_at }
  return `${base}/stream/strap#p=${encodeURIComponent(JSON.stringify(pairing))}`
}
