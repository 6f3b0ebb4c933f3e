import { type Context, Hono } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { developerKey, unsealJson } from '../../shared/access/vault.ts'
import { Fault } from '../../shared/base/fault.ts'
import { sha256 } from '../../shared/base/hash.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { settings } from '../../shared/base/settings.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { takeAuthSession } from '../../shared/db/auth-sessions.ts'
import { releaseCell } from '../../shared/db/cells.ts'
import { findDeveloper } from '../../shared/db/developers.ts'
import { open } from '../../shared/db/open.ts'
import { TokenRefused } from '../../shared/source/oauth.ts'
import { baseUrlOf } from '../base-url.ts'
import { finishConnection } from './finish.ts'
import { resultPage } from './result-page.ts'
import { type SignIn, signInContext } from './start.ts'

/** Where providers send the user's browser back to. */
export const connect = new Hono<{ Bindings: Env }>()

connect.get('/return/:provider', async (c) => {
  const { env } = c
  const { state, code, error } = c.req.query()
  if (!state) throw new Fault('bad_request', 'the provider sent no state; start again from the app that sent you')
  const session = await takeAuthSession(open(env.DB), sha256(state), Date.now())
  if (!session || session.provider !== c.req.param('provider'))
    throw new Fault('bad_request', 'this sign-in is unknown, used or expired; start again from the app that sent you')
  const developer = (await findDeveloper(open(env.DB), session.developer_id))!
  const key = developerKey(settings(env).ROOT_KEY, developer.developer_id)
  const signIn = unsealJson<SignIn>(key, session.sealed, signInContext(session.state_hash))
  const provider = PROVIDERS[signIn.provider]!
  const app = settings(env).PROVIDER_APPS[signIn.provider]!
  if (error || !code) return failed(c, developer.developer_id, signIn, error || 'no_code')
  try {
    await finishConnection(env, { developer, provider, app, signIn, code, baseUrl: baseUrlOf(c) })
  } catch (failure) {
    logLine('sign-in failed', {
      user_id: signIn.user_id,
      reason: failure instanceof Error ? failure.message : 'unknown',
    })
    return failed(
      c,
      developer.developer_id,
      signIn,
      failure instanceof TokenRefused ? 'refused_by_provider' : 'provider_unavailable',
    )
  }
  const { user_id, reference_id } = signIn
  return done(
    c,
    signIn.auth_success_redirect_url,
    { user_id, resource: provider.resource, reference_id: reference_id ?? 'null' },
    true,
  )
})

async function failed(
  c: Context<{ Bindings: Env }>,
  developerId: string,
  signIn: SignIn,
  reason: string,
): Promise<Response> {
  await releaseCell(open(c.env.DB), developerId, signIn.cell)
  const resource = PROVIDERS[signIn.provider]!.resource
  return done(c, signIn.auth_failure_redirect_url, { resource, reason }, false)
}

/** Back to the developer's app, what its address held before kept; or a page that says how it went. */
function done(c: Context, target: string | undefined, params: Record<string, string>, ok: boolean): Response {
  if (!target) return c.html(resultPage(ok, params))
  const url = new URL(target)
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
  return c.redirect(url.href, 302)
}
