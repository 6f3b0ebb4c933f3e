import { randomUUID } from 'node:crypto'
import type { Env } from '../../durable-objects/env.ts'
import { Fault } from '../../shared/base/fault.ts'
import { newId, newUserId } from '../../shared/base/ids.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import type { Developer } from '../../shared/db/developers.ts'
import { type Plan, tokenOf } from '../../shared/source/people/plan.ts'
import { placeConnection } from '../cells.ts'
import { finishConnection } from './finish.ts'
import { isHere } from './start.ts'

/** Connects a synthetic person without a browser: they have nothing to consent to. → user_id */
export async function connectSynthetic(
  env: Env,
  asked: { developer: Developer; reference_id: string | null; plan: Omit<Plan, 'account'>; baseUrl: string },
): Promise<string> {
  const { developer, reference_id, baseUrl } = asked
  const provider = Object.values(PROVIDERS).find(({ synthetic }) => synthetic)
  if (!provider || !isHere(env, provider))
    throw new Fault('not_found', 'synthetic people are off in this deployment: set SYNTHETIC_PEOPLE to true')
  const cell = await placeConnection(env, developer)
  const user_id = newUserId(cell)
  const access_token = tokenOf({ ...asked.plan, account: randomUUID() })
  await finishConnection(env, {
    developer,
    provider,
    app: undefined,
    signIn: { user_id, cell, reference_id, provider: provider.slug, verifier: '', redirectUri: '' },
    flow: { flow_id: newId('flw') },
    grant: async () => ({ access_token, answer: {} }),
    claim: async () => true,
    baseUrl,
  })
  return user_id
}
