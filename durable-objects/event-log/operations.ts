import { newId, newUserId } from '../../shared/base/ids.ts'
import { MINUTE_MS } from '../../shared/base/time.ts'
import { isOperational, OPERATIONAL_TYPES, type OperationalType } from '../../shared/schema/operational-event.ts'
import { API_VERSION } from '../../shared/schema/version.ts'
import type { News } from '../news.ts'
import { appendEvent } from './append.ts'
import type { Cell } from './cell.ts'
import type { CellConnection } from './connections.ts'
import type { Destination } from './destinations.ts'
import type { Batch } from './group-commit.ts'
import { codeOf } from './types.ts'

/** What is parked at one destination is told once in this time. */
const PARKED_TOLD_EVERY_MS = MINUTE_MS
const PARKED_IDS = 10
const CODES = OPERATIONAL_TYPES.map(codeOf)

/** Those who did not ask for it by its name do not know it. */
export const isAsked = (cell: Cell, type: OperationalType): boolean =>
  [...cell.destinations.all()].some(({ filter }) => filter.event_types.includes(type))

/** Key: event_id. An event like any other from here on: in order, at least once. */
export async function tell(cell: Cell, news: News): Promise<void> {
  if (!isOperational(news.type) || !isAsked(cell, news.type)) return
  const connection = await operationsOf(cell)
  await cell.commit.run((batch) => {
    if (cell.records.seqOf(connection.number, codeOf(news.type), news.event_id) === undefined)
      append(cell, batch, connection, news)
  })
  // No door goes on with this event: the alarm says "look" at once.
  cell.arm(cell.now())
}

const append = (cell: Cell, batch: Batch, connection: CellConnection, { event_id, type, fields }: News): void =>
  appendEvent(
    cell,
    batch,
    connection,
    { type, ...fields },
    { trace: newId('req'), receivedAt: cell.now(), summary_id: event_id },
  )

/** These events need a connection to stand under, in whose lane they wait where a receiver refuses one: nobody's. */
function operationsOf(cell: Cell): Promise<CellConnection> {
  cell.operations ??= openOperations(cell).catch((error: unknown) => {
    cell.operations = undefined
    throw error
  })
  return cell.operations
}
async function openOperations(cell: Cell): Promise<CellConnection> {
  const known = cell.tables.meta('operations')
  if (known !== undefined) return cell.connections.numbered(Number(known))!
  const connection: CellConnection = {
    number: cell.connections.takeNumber(),
    user_id: newUserId(cell.address.cell),
    provider: '',
    resource: '',
    reference_id: null,
    scopes: [],
    createdAt: cell.now(),
    state: 'closed',
  }
  await cell.commit.run((batch) => {
    batch.after.push(cell.connections.write(connection))
    cell.tables.setMeta('operations', String(connection.number))
  })
  return connection
}

/** When what was parked is told; undefined: nothing is to tell. */
export const parkedToldAt = ({ untold }: Destination): number | undefined =>
  untold.from === 0 ? undefined : Math.max(untold.from, untold.toldAt + PARKED_TOLD_EVERY_MS)

/** Something is parked now. Before the cursor is written, with which it is remembered. */
export function noteParked(cell: Cell, destination: Destination): void {
  if (destination.untold.from === 0 && isAsked(cell, 'event.parked')) destination.untold.from = cell.now()
}

/** Tells what was parked since it was told last, of which that it is told is a part of the same commit. */
export async function tellParked(cell: Cell, destination: Destination): Promise<void> {
  const due = parkedToldAt(destination)
  if (due === undefined || due > cell.now()) return
  const connection = await operationsOf(cell)
  try {
    await cell.commit.run((batch) => {
      const { untold } = destination
      if (untold.from === 0) return
      const fields = parkedSince(cell, destination, untold.from)
      if (fields) append(cell, batch, connection, { event_id: newId('evt'), type: 'event.parked', fields })
      destination.untold = { from: 0, toldAt: fields ? cell.now() : untold.toldAt }
      cell.destinations.persist(destination, [{ kind: 'cursor' }])
    })
  } catch (error) {
    cell.abort(error)
  }
}

/** undefined: only events of this kind, of which none is made. */
function parkedSince(cell: Cell, { number, config }: Destination, from: number): News['fields'] | undefined {
  const where = `destination = ? AND parked_at >= ? AND type NOT IN (${CODES.join()})`
  const counts = cell.tables.read<{ status: number | null; n: number; first: number; last: number }>(
    `SELECT status, count(*) AS n, min(parked_at) AS first, max(parked_at) AS last FROM parked WHERE ${where} GROUP BY status`,
    number,
    from,
  )
  if (counts.length === 0) return undefined
  const ids = cell.tables.read<{ parked_id: string }>(
    `SELECT parked_id FROM parked WHERE ${where} ORDER BY parked_at, seq LIMIT ${PARKED_IDS}`,
    number,
    from,
  )
  const events = counts.reduce((sum, { n }) => sum + n, 0)
  return {
    status: 'warning',
    ...aboutDestination(config.destination_id, config.type, cell.now()),
    message: `${events === 1 ? 'An event is' : `${events} events are`} out of attempts and parked`,
    events,
    parked_ids: ids.map(({ parked_id }) => parked_id),
    statuses: Object.fromEntries(counts.map(({ status, n }) => [status ?? 'none', n])),
    first_parked_at: new Date(Math.min(...counts.map(({ first }) => first))).toISOString(),
    last_parked_at: new Date(Math.max(...counts.map(({ last }) => last))).toISOString(),
  }
}

/** What every such event says. */
export const aboutDestination = (destination_id: string, destination_type: string, now: number) => ({
  version: API_VERSION,
  destination_id,
  destination_type,
  occurred_at: new Date(now).toISOString(),
})
