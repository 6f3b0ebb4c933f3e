import type { Env } from '../durable-objects/env.ts'
import { eventLog } from '../durable-objects/stubs.ts'
import { developerKey, sealJson, unsealJson } from '../shared/access/vault.ts'
import { Fault } from '../shared/base/fault.ts'
import { settings } from '../shared/base/settings.ts'
import { DESTINATIONS } from '../shared/catalog/units.ts'
import { listCells } from '../shared/db/cells.ts'
import {
  cellDestination,
  changeDestination,
  type DestinationRow,
  deleteDestination,
  saveDestination,
  setDestinationState,
} from '../shared/db/destinations.ts'
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

/** A new destination exists when the last cell of the developer knows it. */
export async function create(env: Env, row: DestinationRow): Promise<void> {
  const db = open(env.DB)
  await saveDestination(db, { ...row, state: 'starting' })
  await tell(env, row)
  await setDestinationState(db, row.destination_id, 'active', null)
}

export async function change(env: Env, row: DestinationRow): Promise<void> {
  await write(env, row)
  await tell(env, row)
}

async function write(env: Env, row: DestinationRow): Promise<void> {
  if (!(await changeDestination(open(env.DB), row)))
    throw new Fault('conflict', 'the destination was changed by another call at the same time; read it and try again')
}

/** Stopped first, forgotten last: where this breaks off, it can be asked for again. Cells born meanwhile are told too. */
export async function remove(env: Env, row: DestinationRow): Promise<void> {
  const db = open(env.DB)
  await write(env, { ...row, state: 'paused', version: row.version + 1 })
  const forget = async () => {
    for (const cell of await listCells(db, row.developer_id))
      await eventLog(env, cell).removeDestination(row.destination_id)
  }
  await forget()
  await deleteDestination(db, row.destination_id)
  await forget()
}

/** Cells are listed after the row was saved: one that is born later reads the row itself. */
async function tell(env: Env, row: DestinationRow): Promise<void> {
  for (const cell of await listCells(open(env.DB), row.developer_id))
    await eventLog(env, cell).setDestination(cellDestination(row))
}
