import { WINDOW_BYTES } from '../../shared/base/limits.ts'
import { readItem } from '../../shared/delivery/again.ts'
import type { LeasedEvent } from '../../shared/delivery/types.ts'
import { takesRecord } from './backfill.ts'
import type { Cell } from './cell.ts'
import type { Destination } from './destinations.ts'
import { leasedEvent } from './leased-events.ts'
import { markParked, parkedCopy, parkedMeta } from './parked.ts'
import type { RecordRow } from './records.ts'
import { outlivesConnection } from './types.ts'

/**
 * Items of a lane as the log has them now, as many as fit into a window. `gone`: the record has content that the live feed
 * sent or sends, or it is there no more.
 */
export async function eventsAgain(
  cell: Cell,
  destination: Destination,
  connection: number,
  items: string[],
): Promise<{ events: LeasedEvent[]; taken: string[]; gone: string[] }> {
  const events: LeasedEvent[] = []
  const gone: string[] = []
  let bytes = 0
  for (const [i, item] of items.entries()) {
    const row = rowOf(cell, destination, connection, item)
    if (row && events.length > 0 && bytes + row.size > WINDOW_BYTES) return { events, taken: items.slice(0, i), gone }
    const found = row ? await leasedEvent(cell, row) : []
    const origin = readItem(item).kind === 'parked' ? ('replay' as const) : ('backfill' as const)
    if (found.length === 0) gone.push(item)
    events.push(...found.map((event) => ({ ...event, replayOf: item, origin })))
    bytes += row?.size ?? 0
  }
  return { events, taken: items, gone }
}

function rowOf(cell: Cell, destination: Destination, connection: number, text: string): RecordRow | undefined {
  const item = readItem(text)
  const parked = item.kind === 'parked' ? parkedMeta(cell, destination, item.parked_id) : undefined
  const key = item.kind === 'parked' ? parked : item
  if (!key) return undefined
  const { state } = cell.connections.numbered(connection) ?? { state: 'closed' }
  if ((state === 'closing' || state === 'closed') && !outlivesConnection(key.type)) return undefined
  const current = cell.record(connection, key.type, key.summary_id)
  if (parked) return current === undefined ? parkedCopy(cell, parked) : current.seq > parked.seq ? undefined : current
  const job = destination.jobs.get(item.job)
  if (job?.what.kind !== 'backfill' || !current || current.seq > job.what.upTo) return undefined
  return takesRecord(cell, destination, current) ? current : undefined
}

/** What is gone is closed; memory and disk alike. */
export function closeGone(cell: Cell, destination: Destination, connection: number, gone: string[]): void {
  const lane = destination.state.lanes.get(connection)
  if (!lane || gone.length === 0) return
  const together = lane.replays.slice(0, lane.again.size).filter((item) => !gone.includes(item))
  lane.again = { ...lane.again, size: together.length }
  lane.replays = lane.replays.filter((item) => !gone.includes(item))
  const jobs = new Set<number>()
  try {
    cell.tables.transaction(() => {
      for (const text of gone) {
        const item = readItem(text)
        if (item.kind === 'parked') markParked(cell, item.parked_id, 'superseded')
        const job = destination.jobs.get(item.job)
        if (!job) continue
        job.counts.superseded++
        jobs.add(item.job)
      }
      for (const number of jobs) cell.jobs.write(destination, destination.jobs.get(number)!)
      cell.destinations.persist(destination, [{ kind: 'lane', lane }])
    })
  } catch (error) {
    cell.abort(error)
  }
  // A lane with nothing left goes back to the window at the next look.
  if (lane.replays.length === 0) cell.arm(cell.now())
}
