import { Hono } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { providerHttp } from '../../shared/base/http.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { settings } from '../../shared/base/settings.ts'
import { findFlow, takeFlow } from '../../shared/db/flows.ts'
import { open } from '../../shared/db/open.ts'
import { exchangeCode, type Granted, TokenRefused } from '../../shared/source/oauth.ts'
import { exchangeVerifier } from '../../shared/source/oauth1-sign-in.ts'
import { valuesOf } from '../../shared/source/values.ts'
import { baseUrlOf } from '../base-url.ts'
import { flowIdOf, strangerTo } from './browser.ts'
import { cancelled, failed, succeeded } from './end.tsx'
import { finishConnection } from './finish.ts'
import { unknownLink } from './flow.tsx'
import { type Recalled, recall } from './recall.ts'

/** Where providers send the user's browser back to. */
export const returned = new Hono<{ Bindings: Env }>()

returned.get('/return/:provider', async (c) => {
  const db = open(c.env.DB)
  const query = c.req.query()
  const row = await findFlow(db, flowIdOf(query.state ?? ''))
  if (!row || row.provider !== c.req.param('provider')) return unknownLink(c)
  const recalled = await recall(c.env, row)
  const stranger = strangerTo(c, row, query.state)
  // A stranger uses nothing up: who began the sign-in may still end it.
  if (stranger) return failed(c, recalled, stranger)
  if (!(await takeFlow(db, row.flow_id, Date.now())))
    return failed(c, recalled, row.state === 'used' ? 'already_used' : 'expired')
  const denied = query.error ?? ('denied' in query ? 'access_denied' : undefined)
  if (denied !== undefined) return cancelled(c, recalled, safeReason(denied))
  const grant = grantFrom(c.env, recalled, query)
  if (!grant) return cancelled(c, recalled, 'no_code')
  try {
    await finishConnection(c.env, { ...recalled, grant, claim: async () => true, baseUrl: baseUrlOf(c) })
  } catch (failure) {
    const reason = failure instanceof Error ? failure.message : 'unknown'
    logLine('sign-in failed', { user_id: recalled.signIn.user_id, reason })
    return cancelled(c, recalled, failure instanceof TokenRefused ? 'refused_by_provider' : 'provider_unavailable')
  }
  return succeeded(c, recalled)
})

/** What came back becomes tokens; undefined: nothing came. */
function grantFrom(
  env: Env,
  { provider, app, signIn }: Recalled,
  query: Record<string, string>,
): (() => Promise<Granted>) | undefined {
  const { auth } = provider
  const deps = { http: providerHttp(settings(env)), app: app! }
  const { code, oauth_token, oauth_verifier } = query
  if (auth.kind === 'oauth2' && code)
    return async () => ({
      ...(await exchangeCode(
        auth,
        { ...signIn, code },
        { ...deps, now: Date.now, answers: provider.answers, values: valuesOf(provider, app) },
      )),
      returned: query,
    })
  const token = signIn.requestToken
  if (auth.kind === 'oauth1' && token && oauth_verifier && oauth_token === token.access_token)
    return () => exchangeVerifier(auth, { token, verifier: oauth_verifier }, deps)
  return undefined
}

/** The provider's own code where it is one (RFC 6749 section 4.1.2.1), not whatever text the address held. */
const safeReason = (reason: string): string => (/^[a-z_]{1,40}$/.test(reason) ? reason : 'refused_by_provider')
