import type { Env } from '../../durable-objects/env.ts'
import { eventLog } from '../../durable-objects/stubs.ts'
import { assert } from '../../shared/base/fault.ts'
import { newUserId } from '../../shared/base/ids.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { type ConnectionRow, connectionsOfReference, createConnection } from '../../shared/db/connections.ts'
import type { Developer } from '../../shared/db/developers.ts'
import { open } from '../../shared/db/open.ts'
import { placeConnection } from '../cells.ts'
import { disconnect } from './disconnect.ts'

/** The connection under which a person's files stand who has no other: found by the developer's name for them, or opened. */
export async function uploadsOf(env: Env, developer: Developer, reference_id: string): Promise<ConnectionRow> {
  const db = open(env.DB)
  const provider = Object.values(PROVIDERS).find(({ auth }) => auth.kind === 'file' && auth.any)
  assert(provider, 'there is no provider that takes files of every format')
  const known = async () =>
    (await connectionsOfReference(db, developer.developer_id, reference_id))
      .filter((row) => row.provider === provider.slug)
      .toSorted((a, b) => a.created_at - b.created_at || (a.user_id < b.user_id ? -1 : 1))
  const [first] = await known()
  if (first) return first
  const { developer_id, region } = developer
  const cell = await placeConnection(env, developer)
  const row: ConnectionRow = {
    user_id: newUserId(cell),
    developer_id,
    region,
    cell,
    provider: provider.slug,
    provider_user_id: reference_id,
    reference_id,
    state: 'active',
    scopes: '',
    created_at: Date.now(),
  }
  const { resource } = provider
  const about = { user_id: row.user_id, provider: row.provider, resource, reference_id, scopes: [] }
  await eventLog(env, row).openConnection({ ...about, createdAt: row.created_at })
  await createConnection(db, row)
  // Two first files at the same time open two: the earlier one stays.
  const [earliest = row] = await known()
  if (earliest.user_id !== row.user_id) await disconnect(env, row, { replaced: true })
  return earliest
}
