import type { Env } from '../durable-objects/env.ts'
import { eventLog } from '../durable-objects/stubs.ts'
import { CELL_CONNECTIONS } from '../shared/base/limits.ts'
import { settings } from '../shared/base/settings.ts'
import { allocateCell } from '../shared/db/cells.ts'
import { cellDestination, listDestinations } from '../shared/db/destinations.ts'
import type { Developer } from '../shared/db/developers.ts'
import { open } from '../shared/db/open.ts'

/** Takes a place for a connection. A cell that is born learns the developer's destinations before it takes anybody. */
export async function placeConnection(env: Env, developer: Developer, limit = CELL_CONNECTIONS): Promise<number> {
  const db = open(env.DB)
  const most = { connections: limit, bytes: settings(env).CELL_SHED_BYTES }
  return allocateCell(db, developer, most, Date.now(), async (cell) => {
    const log = eventLog(env, { ...developer, cell })
    for (const row of await listDestinations(db, developer.developer_id)) await log.setDestination(cellDestination(row))
  })
}
