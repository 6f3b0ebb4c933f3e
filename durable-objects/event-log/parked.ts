import { newId } from '../../shared/base/ids.ts'
import { type Change, newLane } from '../../shared/delivery/lanes.ts'
import type { Attempt, ParkedEvent } from '../../shared/delivery/types.ts'
import type { ParkedQuery } from '../event-log-api.ts'
import type { Cell } from './cell.ts'
import type { Destination } from './destinations.ts'
import type { RecordRow } from './records.ts'
import { typeOf } from './types.ts'

interface About {
  reason: string
  attempts: number
  trace_id: string
  row: Omit<RecordRow, 'body'>
}
interface Row {
  parked_id: string
  connection: number
  type: number
  summary_id: string
  seq: number
  parked_at: number
  state: ParkedEvent['state']
  status: number | null
  about: string
  body: ArrayBuffer | null
}

/** Puts a failed parcel's events aside, each with a sealed copy of its own. Inside a transaction. */
export function park(
  cell: Cell,
  destination: Destination,
  change: Extract<Change, { kind: 'park' }>,
  attempts: Attempt[],
): void {
  const { connection, from, to, reason, status } = change
  const last = attempts.findLast((attempt) => attempt.connection === connection && attempt.from === from)
  for (const meta of cell.records.ofConnection(connection, from - 1, 1_000)) {
    if (meta.seq > to) break
    const row = cell.records.get(connection, meta.type, meta.summary_id)!
    const { body, ...rest } = row
    const about: About = { reason, attempts: change.attempts, trace_id: last?.trace_id ?? meta.trace, row: rest }
    cell.tables.write(
      'parked',
      `INSERT INTO parked VALUES (?, ?, ?, ?, ?, ?, ?, 'parked', ?, ?, ?)`,
      newId('prk'),
      destination.number,
      connection,
      meta.type,
      meta.summary_id,
      meta.seq,
      cell.now(),
      status,
      JSON.stringify(about),
      body as ArrayBuffer | null,
    )
  }
}

export function parkedRow(cell: Cell, destination: Destination, id: string) {
  const [row] = cell.tables.read<Row>(
    `SELECT * FROM parked WHERE destination = ? AND parked_id = ?`,
    destination.number,
    id,
  )
  if (!row) return undefined
  return { ...row, copy: { ...(JSON.parse(row.about) as About).row, body: row.body } as RecordRow }
}

export function listParked(cell: Cell, destination: Destination, query: ParkedQuery): ParkedEvent[] {
  return find(cell, destination, query).map((row) => {
    const { reason, attempts, trace_id } = JSON.parse(row.about) as About
    return {
      parked_id: row.parked_id,
      destination_id: destination.config.destination_id,
      user_id: cell.connections.numbered(row.connection)!.user_id,
      type: typeOf(row.type, row.summary_id),
      summary_id: row.summary_id,
      seq: row.seq,
      reason,
      status: row.status,
      attempts,
      parkedAt: row.parked_at,
      state: row.state,
      trace_id,
    }
  })
}

function find(cell: Cell, destination: Destination, query: ParkedQuery): Row[] {
  const connection = query.userId === undefined ? null : (cell.connections.of(query.userId)?.number ?? -1)
  return cell.tables
    .read<Row>(
      `SELECT * FROM parked WHERE destination = ?1 AND (?2 IS NULL OR parked_id = ?2) AND (?3 IS NULL OR connection = ?3)
         AND (?4 IS NULL OR status = ?4) AND parked_at >= ?5 AND parked_at < ?6 ORDER BY parked_at, seq LIMIT ?7`,
      destination.number,
      query.parkedId ?? null,
      connection,
      query.status ?? null,
      query.fromAt ?? 0,
      query.toAt ?? Number.MAX_SAFE_INTEGER,
      query.limit,
    )
    .filter((row) => query.type === undefined || typeOf(row.type, row.summary_id) === query.type)
}

const mark = (cell: Cell, id: string, state: ParkedEvent['state']) =>
  cell.tables.write('parked', `UPDATE parked SET state = ? WHERE parked_id = ?`, state, id)
export const markReplayed = (cell: Cell, ids: string[]): void => {
  for (const id of ids) mark(cell, id, 'replayed')
}
/** Replays that were not delivered are parked again. */
export const markParked = (cell: Cell, destination: Destination, connection: number, replaying: string[]): void => {
  for (const row of cell.tables.read<Row>(
    `SELECT * FROM parked WHERE destination = ? AND connection = ? AND state = 'replaying'`,
    destination.number,
    connection,
  ))
    if (!replaying.includes(row.parked_id)) mark(cell, row.parked_id, 'parked')
}
/** Policy `hold`: the lane itself has delivered what was parked. */
export const markPassed = (cell: Cell, destination: Destination, connection: number, to: number): void =>
  cell.tables.write(
    'parked',
    `UPDATE parked SET state = 'replayed' WHERE destination = ? AND connection = ? AND state = 'replaying' AND seq <= ?`,
    destination.number,
    connection,
    to,
  )

/** Queues parked events in their connections' lanes, before what is live there. One that has newer content is closed. */
export function replay(cell: Cell, destination: Destination, query: ParkedQuery & { dryRun: boolean }) {
  const rows = find(cell, destination, query).filter((row) => row.state === 'parked')
  if (query.dryRun) return { matched: rows.length, replaying: 0, superseded: 0 }
  const { state, leases } = destination
  const window = leases.main === undefined ? undefined : leases.byId.get(leases.main)
  let superseded = 0
  const changed = new Set<number>()
  cell.tables.transaction(() => {
    for (const row of rows) {
      const current = cell.records.seqOf(row.connection, row.type, row.summary_id)
      if (current !== undefined && current > row.seq) {
        mark(cell, row.parked_id, 'superseded')
        superseded++
        continue
      }
      mark(cell, row.parked_id, 'replaying')
      const lane = state.lanes.get(row.connection) ?? newLane(row.connection, state.cursor + 1)
      if (lane.blocked) Object.assign(lane, { blocked: false, attempts: 0 })
      else lane.replays.push(row.parked_id)
      // The main window may have this connection in flight: the lane starts when that lease is over.
      lane.nextTryAt = window?.window.has(row.connection) ? window.expiresAt : cell.now()
      state.lanes.set(row.connection, lane)
      changed.add(row.connection)
    }
    cell.destinations.persist(
      destination,
      [...changed].map((connection) => ({ kind: 'lane', lane: state.lanes.get(connection)! })),
    )
  })
  if (changed.size > 0) cell.arm(cell.now())
  return { matched: rows.length, replaying: rows.length - superseded, superseded }
}

/** Erased with their connection. */
export const eraseParked = (cell: Cell, connection: number): void =>
  cell.tables.write('erase', `DELETE FROM parked WHERE connection = ?`, connection)
export const parkedCount = (cell: Cell, destination?: Destination): number =>
  cell.tables.read<{ n: number }>(
    `SELECT count(*) AS n FROM parked WHERE state = 'parked' AND (?1 IS NULL OR destination = ?1)`,
    destination?.number ?? null,
  )[0]!.n
/** Parked events are kept for a time, then shown as expired without their copy. */
export const expireParked = (cell: Cell, before: number): void =>
  cell.tables.write(
    'parked',
    `UPDATE parked SET state = 'expired', body = NULL WHERE state = 'parked' AND parked_at < ?`,
    before,
  )
