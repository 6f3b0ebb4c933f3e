import { rejected, retry } from '../outcome.ts'
import {
  type Failed,
  type GroupShipped,
  notShipped,
  type Shipment,
  type Shipped,
  type ShippedEvent,
  type ShippedGroup,
  shipped,
} from '../shipment.ts'
import { SqlFailure } from './failure.ts'
import { NO_POSITIONS, type Positions, positionsOf } from './positions.ts'

export interface Putting<Rows> {
  /** What an event becomes: made once, whatever becomes of it. */
  rowsOf: (event: ShippedEvent, group: ShippedGroup, shipment: Shipment) => Rows
  /** Tables that this event writes to; those that every event writes to are not told. */
  tablesOf: (rows: Rows) => string[]
  /** One transaction. Throws a `SqlFailure`; then nothing of it is in. */
  put: (rows: Rows[], positions: Positions) => Promise<void>
  now: () => number
  /** When a guilty event is looked for no longer, ms: what is left comes again. */
  until: number
}

/** Events of one connection. What is in is in the order of its events. */
interface Part<Rows> {
  group: ShippedGroup
  rows: Rows[]
  delivered: number
  /** Up to where it is to go in now. */
  goal: number
  refused?: { at: number; reason: string }
}

/**
 * All shipments and their positions in one transaction. Where a row is refused, the guilty event is found by halves and refused
 * by itself; a table that takes no row at all refuses the first event of each connection that needs it.
 * Key: the rows' own. A turn whose answer was lost is put again and changes nothing.
 */
export async function putShipments<Rows>(shipments: Shipment[], putting: Putting<Rows>): Promise<Shipped[]> {
  const parts = shipments.map((shipment) =>
    shipment.groups.map((group): Part<Rows> => {
      const rows = group.events.map((event) => putting.rowsOf(event, group, shipment))
      return { group, rows, delivered: 0, goal: rows.length }
    }),
  )
  const all = parts.flat()
  try {
    try {
      await putting.put(all.flatMap(left), positionsOf(shipments, parts.map(wholly), putting.now()))
      for (const part of all) part.delivered = part.goal
    } catch (error) {
      await apart(all, error, putting)
      await putting.put([], positionsOf(shipments, parts.map(told), putting.now()))
    }
    return parts.map((ofOne) => shipped(told(ofOne)))
  } catch (error) {
    if (!(error instanceof SqlFailure)) throw error
    return shipments.map(() => notShipped(retry('destination', error.message) as Failed))
  }
}

const left = <Rows>({ rows, delivered, goal }: Part<Rows>): Rows[] => rows.slice(delivered, goal)
const open = <Rows>(parts: Part<Rows>[]): Part<Rows>[] => parts.filter(({ delivered, goal }) => delivered < goal)
const wholly = <Rows>(parts: Part<Rows>[]): GroupShipped[] =>
  parts.map(({ group: { connection, lane }, goal }) => ({ connection, lane, delivered: goal }))
const told = <Rows>(parts: Part<Rows>[]): GroupShipped[] =>
  parts.map(({ group: { connection, lane }, delivered, refused }) => ({
    connection,
    lane,
    delivered,
    ...(refused?.at === delivered && { failed: rejected(refused.reason) as GroupShipped['failed'] & {} }),
  }))

async function together<Rows>(parts: Part<Rows>[], putting: Putting<Rows>): Promise<void> {
  if (parts.length === 0 || putting.now() >= putting.until) return
  try {
    await putting.put(parts.flatMap(left), NO_POSITIONS)
    for (const part of parts) part.delivered = part.goal
  } catch (error) {
    await apart(parts, error, putting)
  }
}

/** What was refused together, put in smaller transactions. Throws what is no event's fault. */
async function apart<Rows>(parts: Part<Rows>[], error: unknown, putting: Putting<Rows>): Promise<void> {
  if (!(error instanceof SqlFailure) || error.kind === 'server') throw error
  const some = open(parts)
  if (error.kind === 'table') return withoutTable(some, error, putting)
  const [first] = some
  if (!first) throw new SqlFailure('server', error.message)
  if (some.length === 1) return oneByOne(first, error, putting)
  const half = Math.ceil(some.length / 2)
  await together(some.slice(0, half), putting)
  await together(some.slice(half), putting)
}

/** Of one connection: the first half, and only when all of it is in, what comes after it. */
async function oneByOne<Rows>(part: Part<Rows>, error: SqlFailure, putting: Putting<Rows>): Promise<void> {
  const { goal, delivered } = part
  if (goal - delivered === 1) {
    part.refused = { at: delivered, reason: error.message }
    return
  }
  const half = delivered + Math.ceil((goal - delivered) / 2)
  part.goal = half
  await together([part], putting)
  if (part.delivered < half || part.refused?.at === half) return
  part.goal = goal
  await together([part], putting)
}

/** Nothing that needs the table goes in: each connection stops at its first event that does. */
async function withoutTable<Rows>(parts: Part<Rows>[], error: SqlFailure, putting: Putting<Rows>): Promise<void> {
  const needs = (rows: Rows) => putting.tablesOf(rows).includes(error.table ?? '')
  const stopped = parts.filter((part) => left(part).some(needs))
  // Not one event more than another: that is the destination's own trouble.
  if (stopped.length === 0) throw new SqlFailure('server', error.message)
  for (const part of stopped) {
    part.goal = part.delivered + left(part).findIndex(needs)
    part.refused = { at: part.goal, reason: error.message }
  }
  await together(open(parts), putting)
}
