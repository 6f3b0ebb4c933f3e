import { newId } from '../../shared/base/ids.ts'
import { DAY_MS } from '../../shared/base/time.ts'
import type { Change, Feed } from '../../shared/delivery/lanes.ts'
import type { Attempt, ParkedEvent } from '../../shared/delivery/types.ts'
import type { PendingOfDay } from '../manifest-api.ts'
import type { Cell } from './cell.ts'
import type { Destination } from './destinations.ts'
import type { LeasableEntry } from './feed-for.ts'
import type { RecordRow } from './records.ts'
import { keptAttempts } from './tries.ts'

export interface ParkedAbout {
  reason: string
  attempts: number
  trace_id: string
  row: Omit<RecordRow, 'body'>
  /** Absent in rows of before. */
  tried?: Attempt[]
}
export interface ParkedRow {
  parked_id: string
  destination: number
  connection: number
  type: number
  summary_id: string
  seq: number
  parked_at: number
  state: ParkedEvent['state']
  status: number | null
  about: string
  job: number | null
}
/** All but the sealed copy. */
export const PARKED_META =
  'parked_id, destination, connection, type, summary_id, seq, parked_at, state, status, about, job'

interface Why {
  reason: string
  status: number | null
  attempts: number
  tried: Attempt[]
}

/** Puts a failed parcel's events aside, each with a sealed copy of its own. Inside a transaction. */
export function park(
  cell: Cell,
  destination: Destination,
  feed: Feed & { seen: Map<number, LeasableEntry> },
  change: Extract<Change, { kind: 'park' }>,
  tried: Attempt[],
): void {
  const { connection, from, to } = change
  for (const { seq } of feed.of(connection, from - 1, 1_000)) {
    if (seq > to) break
    const entry = feed.seen.get(seq)!
    const before = parkedAt(cell, destination, connection, seq)
    if (before) parkAgain(cell, before, { ...change, tried })
    else
      parkRecord(cell, destination, cell.records.get(connection, entry.type, entry.summary_id)!, { ...change, tried })
  }
}

/** How many are parked, or were given up, of the days on which they were appended. What came before the destination is of none. */
export function parkedDays(cell: Cell, destination: Destination): Map<number, PendingOfDay> {
  const days = new Map<number, PendingOfDay>()
  for (const { day, expired, n } of cell.tables.read<{ day: number; expired: number; n: number }>(
    `SELECT CAST(json_extract(about, '$.row.appended_at') / ? AS INTEGER) AS day, state = 'expired' AS expired, count(*) AS n
       FROM parked WHERE destination = ? AND seq > ? AND state IN ('parked', 'replaying', 'expired') GROUP BY 1, 2`,
    DAY_MS,
    destination.number,
    destination.start,
  )) {
    const found = days.get(day) ?? { undelivered: 0, held: 0, parked: 0, expired: 0 }
    days.set(day, { ...found, [expired ? 'expired' : 'parked']: n })
  }
  return days
}

/** Parked, and sent again by the lane that was held at it. */
const parkedAt = (cell: Cell, destination: Destination, connection: number, seq: number): ParkedRow | undefined =>
  cell.tables.read<ParkedRow>(
    `SELECT ${PARKED_META} FROM parked WHERE destination = ? AND connection = ? AND seq = ? AND state = 'replaying'`,
    destination.number,
    connection,
    seq,
  )[0]

export function parkRecord(cell: Cell, destination: Destination, record: RecordRow, why: Why, job?: number): void {
  const { body, ...row } = record
  const { reason, attempts, status } = why
  const tried = keptAttempts(why.tried)
  const about: ParkedAbout = { reason, attempts, trace_id: tried.at(-1)?.trace_id ?? row.trace, row, tried }
  cell.tables.write(
    'parked',
    `INSERT INTO parked VALUES (?, ?, ?, ?, ?, ?, ?, 'parked', ?, ?, ?, ?)`,
    newId('prk'),
    destination.number,
    row.connection,
    row.type,
    row.summary_id,
    row.seq,
    cell.now(),
    status,
    JSON.stringify(about),
    body as ArrayBuffer | null,
    job ?? null,
  )
}

/** What was sent again failed again: it is as it was, with one more attempt to show. */
export function parkAgain(cell: Cell, row: ParkedRow, { reason, status, attempts, tried }: Why): void {
  const about = JSON.parse(row.about) as ParkedAbout
  const all = keptAttempts([...(about.tried ?? []), ...tried])
  cell.tables.write(
    'parked',
    `UPDATE parked SET state = 'parked', status = ?, about = ? WHERE parked_id = ?`,
    status,
    JSON.stringify({ ...about, reason, attempts: about.attempts + attempts, tried: all } satisfies ParkedAbout),
    row.parked_id,
  )
}

export function parkedMeta(cell: Cell, destination: Destination, id: string): ParkedRow | undefined {
  return cell.tables.read<ParkedRow>(
    `SELECT ${PARKED_META} FROM parked WHERE destination = ? AND parked_id = ?`,
    destination.number,
    id,
  )[0]
}
/** The copy that was parked, as a record. */
export function parkedCopy(cell: Cell, row: ParkedRow): RecordRow {
  const [found] = cell.tables.read<{ body: ArrayBuffer | null }>(
    `SELECT body FROM parked WHERE parked_id = ?`,
    row.parked_id,
  )
  return { ...(JSON.parse(row.about) as ParkedAbout).row, body: found?.body ?? null }
}

export const markParked = (cell: Cell, id: string, state: ParkedEvent['state'], job?: number): void =>
  job === undefined
    ? cell.tables.write('parked', `UPDATE parked SET state = ? WHERE parked_id = ?`, state, id)
    : cell.tables.write('parked', `UPDATE parked SET state = ?, job = ? WHERE parked_id = ?`, state, job, id)
/** It arrived after all. */
export function markReplayed(cell: Cell, row: ParkedRow, tried: Attempt[]): void {
  const about = JSON.parse(row.about) as ParkedAbout
  cell.tables.write(
    'parked',
    `UPDATE parked SET state = 'replayed', about = ? WHERE parked_id = ?`,
    JSON.stringify({ ...about, tried: keptAttempts([...(about.tried ?? []), ...tried]) } satisfies ParkedAbout),
    row.parked_id,
  )
}
/** Tried again, and to be tried once more. */
export function keepTries(cell: Cell, row: ParkedRow, tried: Attempt[]): void {
  const about = JSON.parse(row.about) as ParkedAbout
  const all = keptAttempts([...(about.tried ?? []), ...tried])
  cell.tables.write(
    'parked',
    `UPDATE parked SET about = ? WHERE parked_id = ?`,
    JSON.stringify({ ...about, attempts: about.attempts + tried.length, tried: all } satisfies ParkedAbout),
    row.parked_id,
  )
}

/** Erased with their connection. */
export const eraseParked = (cell: Cell, connection: number): void =>
  cell.tables.write('erase', `DELETE FROM parked WHERE connection = ?`, connection)
export const parkedCount = (cell: Cell, destination?: Destination): number =>
  cell.tables.read<{ n: number }>(
    `SELECT count(*) AS n FROM parked WHERE state = 'parked' AND (?1 IS NULL OR destination = ?1)`,
    destination?.number ?? null,
  )[0]!.n
/** Parked events are kept for a time, then shown as expired without their copy; in the end they go. */
export function expireParked(cell: Cell, keptMs: number): void {
  const before = cell.now() - keptMs
  cell.tables.write(
    'parked',
    `UPDATE parked SET state = 'expired', body = NULL WHERE state = 'parked' AND parked_at < ?`,
    before,
  )
  cell.tables.write(
    'parked',
    `DELETE FROM parked WHERE state IN ('expired', 'replayed', 'superseded') AND parked_at < ?`,
    before - keptMs,
  )
}
