import type { Env } from '../../durable-objects/env.ts'
import { findOwners } from '../../shared/db/connections.ts'
import { open } from '../../shared/db/open.ts'
import { type CellAddress, cellName } from '../../shared/delivery/cell.ts'

export interface Owner extends CellAddress {
  user_id: string
  cellName: string
}

/** A look-up is believed this long; a stranger is looked up again at once, because their connection may just land. */
const BELIEVED_MS = 5_000
const MOST_OWNERS = 50_000
const known = new Map<string, { owners: Owner[]; until: number }>()

/** Every connection with the account, in whatever developer's cell. */
export async function ownersOf(env: Env, provider: string, providerUserId: string): Promise<Owner[]> {
  const name = `${provider}/${providerUserId}`
  const found = known.get(name)
  if (found && found.until > Date.now()) return found.owners
  const rows = await findOwners(open(env.DB), provider, providerUserId)
  const owners = rows.map((row) => ({ ...row, cellName: cellName(row) }))
  if (owners.length === 0) {
    known.delete(name)
    return owners
  }
  if (known.size >= MOST_OWNERS) known.clear()
  known.set(name, { owners, until: Date.now() + BELIEVED_MS })
  return owners
}
/** The cell said that it does not know them: the look-up was old. */
export const forgetOwners = (provider: string, providerUserId: string): void => {
  known.delete(`${provider}/${providerUserId}`)
}
