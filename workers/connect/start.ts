import type { Env } from '../../durable-objects/env.ts'
import { developerKey, sealJson } from '../../shared/access/vault.ts'
import { Fault } from '../../shared/base/fault.ts'
import { newId, newUserId } from '../../shared/base/ids.ts'
import { FLOW_MS } from '../../shared/base/limits.ts'
import { settings } from '../../shared/base/settings.ts'
import type { Developer } from '../../shared/db/developers.ts'
import { saveFlow } from '../../shared/db/flows.ts'
import { open } from '../../shared/db/open.ts'
import type { UserToken } from '../../shared/source/carry.ts'
import { isSupplied, type ProviderDefinition } from '../../shared/source/define.ts'
import { newVerifier } from '../../shared/source/oauth.ts'
import { placeConnection } from '../cells.ts'

/** What the sender of a user said, kept until the user is back. */
export interface Errand {
  reference_id: string | null
  language?: string
  auth_success_redirect_url?: string
  auth_failure_redirect_url?: string
  widget_session_id?: string
  /** Back to the picker after a success. */
  multi_auth?: boolean
}
/** What the provider's return needs; sealed, because the browser carries only the state. */
export interface SignIn extends Errand {
  user_id: string
  cell: number
  provider: string
  verifier: string
  redirectUri: string
  /** OAuth 1.0a: the token that the user is asked to consent to. */
  requestToken?: UserToken
}
export const flowContext = (flowId: string) => `flow/${flowId}`

/** Begins a sign-in: the user_id exists before the user consents, and is active when they have. */
export async function startConnection(
  env: Env,
  asked: { developer: Developer; provider: ProviderDefinition; errand: Errand; baseUrl: string },
): Promise<{ user_id: string; auth_url: string }> {
  const { developer, provider, errand, baseUrl } = asked
  const { developer_id } = developer
  if (provider.auth.kind === 'device')
    throw new Fault(
      'bad_request',
      `${provider.resource} lives on the phone: the app connects it with a token of POST /auth/generateAuthToken`,
    )
  if (isSupplied(provider))
    throw new Fault('bad_request', `${provider.resource} has no sign-in: a supplier connects its subjects`)
  if (provider.auth.kind === 'file')
    throw new Fault('bad_request', `${provider.resource} has no sign-in: send its files to POST /v2/files`)
  if (provider.closed !== undefined)
    throw new Fault('bad_request', `${provider.resource} takes no new connections: ${provider.closed}`)
  if (!isHere(env, provider))
    throw new Fault('not_found', `${provider.resource} is off in this deployment: its people are synthetic`)
  if (needsApp(provider) && !settings(env).PROVIDER_APPS[provider.slug])
    throw new Fault('not_found', `${provider.resource} is not set up in this deployment`)
  const cell = await placeConnection(env, developer)
  const user_id = newUserId(cell)
  const flow_id = newId('flw')
  const signIn: SignIn = {
    ...errand,
    user_id,
    cell,
    provider: provider.slug,
    verifier: newVerifier(),
    redirectUri: `${baseUrl}/connect/return/${provider.slug}`,
  }
  await saveFlow(open(env.DB), {
    flow_id,
    developer_id,
    provider: provider.slug,
    cell,
    state: 'open',
    browser_hash: null,
    sealed: sealSignIn(env, developer_id, flow_id, signIn),
    expires_at: Date.now() + FLOW_MS,
  })
  return { user_id, auth_url: `${baseUrl}/connect/flow/${flow_id}` }
}

export const sealSignIn = (env: Env, developerId: string, flowId: string, signIn: SignIn): string =>
  sealJson(developerKey(settings(env).ROOT_KEY, developerId), signIn, flowContext(flowId))
/** Synthetic people are for tests: not in production, unless the deployment says so. */
export function isHere(env: Env, { synthetic }: ProviderDefinition): boolean {
  const { SYNTHETIC_PEOPLE, ENVIRONMENT } = settings(env)
  return synthetic === undefined || (SYNTHETIC_PEOPLE ?? ENVIRONMENT !== 'production')
}
/** A provider whose users sign in at it knows us by an app; one that takes their key does not. */
export const needsApp = ({ auth }: ProviderDefinition): boolean =>
  auth.kind === 'oauth2' || auth.kind === 'oauth1' || (auth.kind === 'credentials' && auth.app === true)
