import type { Env } from '../durable-objects/env.ts'
import { eventLog } from '../durable-objects/stubs.ts'
import { developerKey, sealJson, unsealJson } from '../shared/access/vault.ts'
import { Fault } from '../shared/base/fault.ts'
import { settings } from '../shared/base/settings.ts'
import { DESTINATIONS } from '../shared/catalog/units.ts'
import { listCells } from '../shared/db/cells.ts'
import { cellDestination, type DestinationRow, saveDestination } from '../shared/db/destinations.ts'
import { open } from '../shared/db/open.ts'
import { insideAddress } from '../shared/delivery/address.ts'
import type { DestinationDefinition } from '../shared/delivery/define.ts'
import { secretsContext } from './queues/send.ts'

export function unitOf(type: string): DestinationDefinition {
  const unit = DESTINATIONS[type]
  if (!unit)
    throw new Fault('bad_request', `type "${type}" is not known; use ${Object.keys(DESTINATIONS).join(' or ')}`)
  return unit
}

/** The unit's own settings, checked; an address inside a private network is refused unless the deployment allows it. */
export function checkedSettings(
  env: Env,
  unit: DestinationDefinition,
  given: Record<string, unknown>,
): Record<string, unknown> {
  const checked = unit.settings.parse(given) as Record<string, unknown>
  const address = unit.address(checked)
  const inside = address !== undefined && !settings(env).ALLOW_PRIVATE_DESTINATIONS && insideAddress(address)
  if (inside)
    throw new Fault('bad_request', `settings.url: ${inside}; a destination must be reachable from the internet`)
  return checked
}

const keyOf = (env: Env, developerId: string) => developerKey(settings(env).ROOT_KEY, developerId)
export const sealSecrets = (env: Env, developerId: string, id: string, secrets: unknown): string =>
  sealJson(keyOf(env, developerId), secrets, secretsContext(id))
export const secretsOf = (env: Env, row: DestinationRow): Record<string, string> =>
  unsealJson(keyOf(env, row.developer_id), row.secrets, secretsContext(row.destination_id))

/** Saves and tells every cell of the developer; it exists when the last of them knows it. */
export async function save(env: Env, row: DestinationRow): Promise<void> {
  const db = open(env.DB)
  const starting = row.state === 'active' && row.version === 1
  await saveDestination(db, starting ? { ...row, state: 'starting' } : row)
  for (const cell of await listCells(db, row.developer_id))
    await eventLog(env, cell).setDestination(cellDestination(row))
  if (starting) await saveDestination(db, row)
}
