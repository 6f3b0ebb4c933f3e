import { concat, fromHex, hex } from '../../shared/base/bytes.ts'
import { MANIFEST_DAYS, MANIFEST_FOLD_EVENTS } from '../../shared/base/limits.ts'
import { deliveryMember, hashOf, hashText, memberHash, plus } from '../../shared/base/set-hash.ts'
import { dayOf } from '../../shared/base/time.ts'
import type { Cell } from './cell.ts'
import type { Destination } from './destinations.ts'
import type { GivenEvent } from './given.ts'

/** What was delivered to one connection on one day. */
export interface DayTally {
  events: number
  first: number
  last: number
  /** Of the set of its deliveries. */
  hash: bigint
}

/**
 * Counts what was taken. It waits in the cursor's row, which is written anyway, and goes into the row of its day when there
 * is enough of it. Inside the transaction that writes the cursor. → whether there was anything.
 */
export function countTaken(cell: Cell, destination: Destination, taken: GivenEvent[]): boolean {
  const { taken: waiting } = destination
  let counted = 0
  for (const { connection, seq, day } of taken) {
    // A backfill may send one twice, and so would every other.
    if (seq <= destination.start) continue
    const pairs = waiting.get(day) ?? []
    pairs.push(connection, seq)
    waiting.set(day, pairs)
    counted++
  }
  // A day's row holds all of its connections: the more there are, the less often it is written.
  const enough = Math.max(MANIFEST_FOLD_EVENTS, cell.connections.size / 8)
  let events = 0
  for (const pairs of waiting.values()) events += pairs.length / 2
  if (events >= enough) fold(cell, destination)
  return counted > 0
}

function fold(cell: Cell, destination: Destination): void {
  for (const day of destination.taken.keys()) {
    const tallies = dayTallies(cell, destination, day)
    cell.tables.write(
      'manifests',
      `INSERT INTO manifests VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET events = excluded.events, packed = excluded.packed`,
      destination.number,
      day,
      sum(tallies),
      packed(tallies),
    )
  }
  destination.taken.clear()
}
const sum = (tallies: Map<number, DayTally>) => [...tallies.values()].reduce((n, { events }) => n + events, 0)

/** Of all connections, by number: the day's row and what waits for it. */
export function dayTallies(cell: Cell, destination: Destination, day: number): Map<number, DayTally> {
  const [row] = cell.tables.read<{ packed: ArrayBuffer }>(
    `SELECT packed FROM manifests WHERE destination = ? AND day = ?`,
    destination.number,
    day,
  )
  const tallies = row ? unpacked(new Uint8Array(row.packed)) : new Map<number, DayTally>()
  const pairs = destination.taken.get(day) ?? []
  for (let i = 0; i < pairs.length; i += 2) {
    const [connection, seq] = [pairs[i]!, pairs[i + 1]!]
    const { events, first, last, hash } = tallies.get(connection) ?? { events: 0, first: seq, last: seq, hash: 0n }
    const { user_id } = cell.connections.numbered(connection)!
    tallies.set(connection, {
      events: events + 1,
      first: Math.min(first, seq),
      last: Math.max(last, seq),
      hash: plus(hash, memberHash(deliveryMember(user_id, seq))),
    })
  }
  return tallies
}

/** Days that anything was delivered of, with how much. */
export function takenDays(cell: Cell, destination: Destination, now: number): Map<number, number> {
  const days = new Map<number, number>()
  for (const { day, events } of cell.tables.read<{ day: number; events: number }>(
    `SELECT day, events FROM manifests WHERE destination = ? AND day > ?`,
    destination.number,
    dayOf(now) - MANIFEST_DAYS,
  ))
    days.set(day, events)
  for (const [day, pairs] of destination.taken) days.set(day, (days.get(day) ?? 0) + pairs.length / 2)
  return days
}

/** Days that are told no more. */
export const dropOldDays = (cell: Cell, now: number): void =>
  cell.tables.write('manifests', `DELETE FROM manifests WHERE day <= ?`, dayOf(now) - MANIFEST_DAYS)

/** By connection: its number, how many, first and last seq, and 32 bytes of hash. */
const ENTRY_BYTES = 4 + 4 + 8 + 8 + 32
function packed(tallies: Map<number, DayTally>): Uint8Array<ArrayBuffer> {
  return concat(
    ...[...tallies].map(([connection, { events, first, last, hash }]) => {
      const numbers = new DataView(new ArrayBuffer(ENTRY_BYTES - 32))
      numbers.setUint32(0, connection)
      numbers.setUint32(4, events)
      numbers.setFloat64(8, first)
      numbers.setFloat64(16, last)
      return concat(new Uint8Array(numbers.buffer), fromHex(hashText(hash)))
    }),
  )
}
function unpacked(bytes: Uint8Array): Map<number, DayTally> {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const tallies = new Map<number, DayTally>()
  for (let at = 0; at < bytes.length; at += ENTRY_BYTES)
    tallies.set(view.getUint32(at), {
      events: view.getUint32(at + 4),
      first: view.getFloat64(at + 8),
      last: view.getFloat64(at + 16),
      hash: hashOf(hex(bytes.subarray(at + 24, at + ENTRY_BYTES))),
    })
  return tallies
}
