import type { Context } from 'hono'
import { Fault } from '../../shared/base/fault.ts'
import { cellOf } from '../../shared/base/ids.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { type ConnectionRow, findConnection } from '../../shared/db/connections.ts'
import { open } from '../../shared/db/open.ts'
import type { TerraUser } from '../../shared/schema/user.ts'
import type { ApiEnv } from '../access.ts'

/** The caller's connection. A cell number beyond the highest known is nobody's: no object is opened for it. */
export async function connectionOf(c: Context<ApiEnv>, userId: string): Promise<ConnectionRow> {
  const developer = c.get('developer')
  const cell = cellOf(userId)
  const row =
    cell === undefined ? undefined : await findConnection(open(c.env.DB), developer.developer_id, userId.toLowerCase())
  if (!row) throw new Fault('not_found', 'user not found')
  return row
}

export const wireUserOf = (row: ConnectionRow, lastEventAt: number | null = null): TerraUser => ({
  user_id: row.user_id,
  provider: PROVIDERS[row.provider]?.resource ?? row.provider.toUpperCase(),
  created_at: new Date(row.created_at).toISOString(),
  last_webhook_update: lastEventAt === null ? null : new Date(lastEventAt).toISOString(),
  scopes: row.scopes === '' ? null : row.scopes,
  reference_id: row.reference_id,
  active: row.state === 'active',
})
