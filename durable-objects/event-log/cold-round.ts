import { logLine } from '../../shared/base/log-line.ts'
import { MINUTE_MS, SECOND_MS } from '../../shared/base/time.ts'
import type { Cell } from './cell.ts'
import { aged, chill, firstBatch, sweepCold } from './chill.ts'
import { oldBefore, roundMs, shedsBodies } from './hot-window.ts'
import { shedBodies } from './shed-bodies.ts'

/** One turn moves so many objects' worth and looks at so many connections, and no more: live work goes on beside it. */
const TURN_OBJECTS = 8
const TURN_CONNECTIONS = 64
const TURN_EVERY_MS = SECOND_MS
/** Where object storage does not answer. */
const RETRY_MS = 10 * MINUTE_MS

/** Where the walk over the connections is; `next` 1: it is over, and begins again after a while. */
export interface ColdRound {
  next: number
  endedAt: number
}
export function loadRound(cell: Pick<Cell, 'tables' | 'connections'>): ColdRound {
  const stored = cell.tables.meta('cold_round')
  if (stored !== undefined) return JSON.parse(stored) as ColdRound
  // Nothing of a connection is older than its first day here, as far as being appended goes.
  const [first] = cell.connections.all()
  return { next: 1, endedAt: first?.createdAt ?? Number.POSITIVE_INFINITY }
}

/** When old records are looked for next; undefined: nothing can be old yet. */
export function coldDueAt(cell: Cell): number | undefined {
  if (cell.coldRound.endedAt === Number.POSITIVE_INFINITY) cell.coldRound = loadRound(cell)
  const { next, endedAt } = cell.coldRound
  const due = next > 1 ? cell.coldTurnAt + TURN_EVERY_MS : endedAt + roundMs(cell)
  return Number.isFinite(due) ? Math.max(due, cell.coldRetryAt) : undefined
}

/** One turn of the walk. A failure is told and tried again later: nothing is lost while records stay hot. */
export async function stepCold(cell: Cell): Promise<void> {
  const due = coldDueAt(cell)
  if (cell.coldTurn || due === undefined || due > cell.now()) return
  cell.coldTurn = true
  try {
    await turn(cell)
    await sweepCold(cell)
  } catch (error) {
    cell.coldRetryAt = cell.now() + RETRY_MS
    logLine('cold history failed', { cell: cell.name, error: error instanceof Error ? error.message : 'unknown' })
  } finally {
    cell.coldTurn = false
    cell.coldTurnAt = cell.now()
  }
}

async function turn(cell: Cell): Promise<void> {
  const parked = parkedKeys(cell)
  let { next } = cell.coldRound
  let [objects, looked, moved] = [0, 0, 0]
  for (; next <= cell.connections.last && objects < TURN_OBJECTS && looked < TURN_CONNECTIONS; looked++) {
    const { state } = cell.connections.numbered(next) ?? { state: 'closed' }
    let whole = true
    if (state === 'active' || state === 'inactive') {
      if (shedsBodies(cell)) objects += await shedBodies(cell, next)
      while (objects < TURN_OBJECTS) {
        const rows = aged(cell, next, oldBefore(cell)).filter(
          ({ connection, type, summary_id }) => !parked.has(`${connection}/${type}/${summary_id}`),
        )
        if (rows.length === 0) break
        const taken = await chill(cell, firstBatch(rows))
        objects++
        moved += taken
        whole = objects < TURN_OBJECTS
        // Changed meanwhile: its turn comes again in the next round.
        if (taken === 0) break
      }
      // Other callers have their turn.
      await scheduler.wait(0)
    }
    if (whole) next++
    else break
  }
  const over = next > cell.connections.last
  cell.coldRound = over ? { next: 1, endedAt: cell.now() } : { next, endedAt: cell.coldRound.endedAt }
  cell.tables.setMeta('cold_round', JSON.stringify(cell.coldRound))
  if (moved > 0) logLine('records became cold', { cell: cell.name, records: moved, objects })
}

/** What is parked may be sent again as it is: it stays where it is until that is over. */
const parkedKeys = (cell: Cell): Set<string> =>
  new Set(
    cell.tables
      .read<{ key: string }>(
        `SELECT connection || '/' || type || '/' || summary_id AS key FROM parked WHERE state IN ('parked', 'replaying')`,
      )
      .map(({ key }) => key),
  )
