import type { Env } from '../../durable-objects/env.ts'
import { developerKey, unsealJson } from '../../shared/access/vault.ts'
import { type ProviderApp, settings } from '../../shared/base/settings.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { type Developer, findDeveloper } from '../../shared/db/developers.ts'
import type { FlowRow } from '../../shared/db/flows.ts'
import { open } from '../../shared/db/open.ts'
import type { ProviderDefinition } from '../../shared/source/define.ts'
import { flowContext, type SignIn } from './start.ts'

/** A sign-in with all that it is about. */
export interface Recalled {
  flow: FlowRow
  developer: Developer
  provider: ProviderDefinition
  app: ProviderApp | undefined
  signIn: SignIn
}

export async function recall(env: Env, flow: FlowRow): Promise<Recalled> {
  const developer = (await findDeveloper(open(env.DB), flow.developer_id))!
  const key = developerKey(settings(env).ROOT_KEY, flow.developer_id)
  const signIn = unsealJson<SignIn>(key, flow.sealed, flowContext(flow.flow_id))
  return {
    flow,
    developer,
    provider: PROVIDERS[flow.provider]!,
    app: settings(env).PROVIDER_APPS[flow.provider],
    signIn,
  }
}
