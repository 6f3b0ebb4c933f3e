import type { Env } from '../../durable-objects/env.ts'
import { eventLog } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { newUserId } from '../../shared/base/ids.ts'
import { releaseCell } from '../../shared/db/cells.ts'
import { type ConnectionRow, claimConnection, connectionsOfReference } from '../../shared/db/connections.ts'
import type { Developer } from '../../shared/db/developers.ts'
import { open } from '../../shared/db/open.ts'
import type { ProviderDefinition } from '../../shared/source/define.ts'
import { placeConnection } from '../cells.ts'

type Provider = Pick<ProviderDefinition, 'slug' | 'resource'>
/** Names of accounts that were given on to another reference_id, one after the other: more is a mistake. */
const MOST_NAMES = 20

/**
 * The connection of a person at a provider that has no accounts: found by the developer's name for them, or opened. The directory
 * holds one of each name: of two that come at once one opens it, and both have it. Without a name it is somebody new.
 */
export async function namedPerson(
  env: Env,
  developer: Developer,
  provider: Provider,
  reference_id: string | null,
): Promise<ConnectionRow> {
  const row =
    (reference_id !== null && (await known(env, developer, provider, reference_id))) ||
    (await newcomer(env, developer, provider, reference_id))
  const { user_id, created_at: createdAt } = row
  const about = { user_id, provider: row.provider, resource: provider.resource, reference_id: row.reference_id }
  // Does nothing where it is open: where somebody broke off in between, the next one does this.
  if (row.state === 'active') await eventLog(env, row).openConnection({ ...about, scopes: [], createdAt })
  return row
}

async function known(
  env: Env,
  { developer_id }: Developer,
  { slug }: Provider,
  reference_id: string,
): Promise<ConnectionRow | undefined> {
  const rows = await connectionsOfReference(open(env.DB), developer_id, reference_id)
  return rows.find(({ provider }) => provider === slug)
}

async function newcomer(
  env: Env,
  developer: Developer,
  { slug }: Provider,
  reference_id: string | null,
): Promise<ConnectionRow> {
  const { developer_id, region } = developer
  const db = open(env.DB)
  const cell = await placeConnection(env, developer)
  const user_id = newUserId(cell)
  const row = {
    user_id,
    developer_id,
    region,
    cell,
    provider: slug,
    reference_id,
    state: 'active' as const,
    scopes: '',
    created_at: Date.now(),
  }
  for (let name = 1; name <= MOST_NAMES; name++) {
    const provider_user_id = reference_id === null ? user_id : name === 1 ? reference_id : `${reference_id} (${name})`
    const holder = await claimConnection(db, { ...row, provider_user_id })
    if (holder.user_id === user_id) return holder
    // Else the account was opened under this name, and its person is called otherwise now.
    if (holder.reference_id !== reference_id) continue
    await releaseCell(db, developer_id, cell)
    return holder
  }
  await releaseCell(db, developer_id, cell)
  throw new Fault('conflict', 'too many users had this reference_id before; use another')
}
