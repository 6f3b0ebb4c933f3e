import type { Env } from '../../durable-objects/env.ts'
import { assert, Fault } from '../../shared/base/fault.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import type { Developer } from '../../shared/db/developers.ts'
import { isStream } from '../../shared/source/define.ts'
import { namedPerson } from './named-people.ts'

/** The connection of a person who streams. */
export async function liveUserOf(env: Env, developer: Developer, reference_id: string | null): Promise<ConnectionRow> {
  const provider = Object.values(PROVIDERS).find(isStream)
  assert(provider, 'there is no provider of streams')
  const row = await namedPerson(env, developer, provider, reference_id)
  if (row.state !== 'active')
    throw new Fault('conflict', 'the user is switched off: PATCH /users/{user_id} with active true switches them on')
  return row
}
