import { DAY_MS } from '../../shared/base/time.ts'
import type { Cell } from './cell.ts'
import { passedBy } from './chill.ts'

/** In a cell that grows full, bodies larger than this leave first, once they are so old. */
const HEAVY_BYTES = 16 * 1024
const HOT_MS = DAY_MS
/** Of one connection at a time. */
const AT_ONCE = 6

/**
 * Makes claim checks of a connection's large bodies: the row stays, its content is in object storage. Key: the body's
 * name, which holds its hash. → how many objects were written
 */
export async function shedBodies(cell: Cell, connection: number): Promise<number> {
  const passed = passedBy(cell, connection)
  const rows = cell.records
    .heavy(connection, HEAVY_BYTES, cell.now() - HOT_MS, AT_ONCE)
    .filter(({ seq }) => seq <= passed)
  if (rows.length === 0) return 0
  cell.chilling = connection
  try {
    const stored = await Promise.all(
      rows.map(async (row) => {
        const body = cell.records.get(connection, row.type, row.summary_id)?.body
        if (!body) return undefined
        const large = cell.texts.largeName(connection, row.type, row.summary_id, row.hash)
        await cell.env.RAW.put(large, body as ArrayBuffer)
        return { row, large }
      }),
    )
    const { state } = cell.connections.numbered(connection) ?? { state: 'closed' }
    if (state !== 'active' && state !== 'inactive') return 0
    cell.tables.transaction(() => {
      for (const one of stored) if (one) cell.records.lighten(one.row, one.large)
    })
    return rows.length
  } finally {
    cell.chilling = undefined
  }
}
