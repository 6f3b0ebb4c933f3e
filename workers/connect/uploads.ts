import type { Env } from '../../durable-objects/env.ts'
import { assert } from '../../shared/base/fault.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import type { Developer } from '../../shared/db/developers.ts'
import { namedPerson } from './named-people.ts'

/** The connection under which a person's files stand who has no other. */
export async function uploadsOf(env: Env, developer: Developer, reference_id: string): Promise<ConnectionRow> {
  const provider = Object.values(PROVIDERS).find(({ auth }) => auth.kind === 'file' && auth.any)
  assert(provider, 'there is no provider that takes files of every format')
  return namedPerson(env, developer, provider, reference_id)
}
