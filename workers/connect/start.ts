import type { Env } from '../../durable-objects/env.ts'
import { developerKey, sealJson } from '../../shared/access/vault.ts'
import { Fault } from '../../shared/base/fault.ts'
import { sha256 } from '../../shared/base/hash.ts'
import { rewrite } from '../../shared/base/http.ts'
import { newUserId } from '../../shared/base/ids.ts'
import { AUTH_SESSION_MS } from '../../shared/base/limits.ts'
import { settings } from '../../shared/base/settings.ts'
import { saveAuthSession } from '../../shared/db/auth-sessions.ts'
import type { Developer } from '../../shared/db/developers.ts'
import { open } from '../../shared/db/open.ts'
import type { ProviderDefinition } from '../../shared/source/define.ts'
import { authorizeUrl, newState, newVerifier } from '../../shared/source/oauth.ts'
import { placeConnection } from '../cells.ts'

/** What the provider's return needs; sealed, because the browser carries only the state. */
export interface SignIn {
  user_id: string
  cell: number
  provider: string
  reference_id: string | null
  verifier: string
  redirectUri: string
  auth_success_redirect_url?: string
  auth_failure_redirect_url?: string
}
export const signInContext = (stateHash: string) => `sign-in/${stateHash}`

/** Begins a sign-in: the user_id exists before the user consents, and is active when they have. */
export async function startConnection(
  env: Env,
  asked: {
    developer: Developer
    provider: ProviderDefinition
    reference_id: string | null
    auth_success_redirect_url?: string
    auth_failure_redirect_url?: string
    baseUrl: string
  },
): Promise<{ user_id: string; auth_url: string }> {
  const { developer, provider, baseUrl } = asked
  const { PROVIDER_APPS, PROVIDER_ORIGINS, ROOT_KEY } = settings(env)
  const app = PROVIDER_APPS[provider.slug]
  if (!app) throw new Fault('not_found', `${provider.resource} is not set up in this deployment`)
  const cell = await placeConnection(env, developer)
  const user_id = newUserId(cell)
  const [state, verifier] = [newState(), newVerifier()]
  const redirectUri = `${baseUrl}/connect/return/${provider.slug}`
  const { auth_success_redirect_url, auth_failure_redirect_url, reference_id } = asked
  const signIn: SignIn = {
    user_id,
    cell,
    provider: provider.slug,
    reference_id,
    verifier,
    redirectUri,
    auth_success_redirect_url,
    auth_failure_redirect_url,
  }
  const state_hash = sha256(state)
  await saveAuthSession(open(env.DB), {
    state_hash,
    developer_id: developer.developer_id,
    provider: provider.slug,
    cell,
    sealed: sealJson(developerKey(ROOT_KEY, developer.developer_id), signIn, signInContext(state_hash)),
    expires_at: Date.now() + AUTH_SESSION_MS,
  })
  return {
    user_id,
    auth_url: rewrite(authorizeUrl(provider.auth, app, { state, redirectUri, verifier }), PROVIDER_ORIGINS),
  }
}
