import { inTime, type KeptSecrets, openSecrets, secretsContext } from '../durable-objects/destination-context.ts'
import type { Env } from '../durable-objects/env.ts'
import { eventLog } from '../durable-objects/stubs.ts'
import { developerKey, sealJson } from '../shared/access/vault.ts'
import { Fault } from '../shared/base/fault.ts'
import { settings } from '../shared/base/settings.ts'
import { z } from '../shared/base/zod.ts'
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
import { insideHost } from '../shared/delivery/address.ts'
import { type DestinationDefinition, Refused } from '../shared/delivery/define.ts'
import { resolveHost } from './resolve-host.ts'

export function unitOf(type: string): DestinationDefinition {
  const unit = DESTINATIONS[type]
  if (!unit)
    throw new Fault('bad_request', `type "${type}" is not known; use ${Object.keys(DESTINATIONS).join(' or ')}`)
  return unit
}

/** The unit's own settings, checked; a host inside a private network is refused unless the deployment allows it. */
export async function checkedSettings(
  env: Env,
  unit: DestinationDefinition,
  given: Record<string, unknown>,
  resolve = resolveHost,
): Promise<Record<string, unknown>> {
  const checked = parsed(unit.settings, given, 'settings')
  if (settings(env).ALLOW_PRIVATE_DESTINATIONS) return checked
  for (const host of unit.hosts(checked)) {
    const inside = await insideHost(host, resolve)
    if (inside) throw new Fault('bad_request', `settings: ${inside}; a destination must be reachable from the internet`)
  }
  return checked
}
export const checkedSecrets = (unit: DestinationDefinition, given: Record<string, unknown>): Record<string, unknown> =>
  parsed(unit.secrets, given, 'secrets')

/** Refusals name the member of the body, not of the part. */
function parsed(schema: z.ZodType, given: Record<string, unknown>, where: string): Record<string, unknown> {
  return z.object({ [where]: schema }).parse({ [where]: given })[where] as Record<string, unknown>
}

/** Connects with these settings before they are kept; what the other side said is told as it said it. */
export async function tryOut(env: Env, row: DestinationRow): Promise<void> {
  const unit = unitOf(row.type)
  if (!unit.check) return
  try {
    await inTime(env, cellDestination(row), undefined, (context) => unit.check!(context))
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    throw new Fault('bad_request', `${error.field ? `${error.field}: ` : ''}${error.message}`)
  }
}

const keyOf = (env: Env, developerId: string) => developerKey(settings(env).ROOT_KEY, developerId)
export const sealSecrets = (env: Env, developerId: string, id: string, secrets: KeptSecrets): string =>
  sealJson(keyOf(env, developerId), secrets, secretsContext(id))
export const secretsOf = (env: Env, row: DestinationRow): KeptSecrets => openSecrets(settings(env).ROOT_KEY, row)

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
