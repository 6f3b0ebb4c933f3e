import { EVENT_ATTEMPTS, EVENT_RESPONSE_BYTES } from '../../shared/base/limits.ts'
import type { Attempt } from '../../shared/delivery/types.ts'
import type { Tables } from '../tables.ts'
import type { Destination } from './destinations.ts'

/** The last attempts at one event, with less of older answers: whatever is tried meanwhile at others, these stay. */
export const keptAttempts = (attempts: Attempt[]): Attempt[] =>
  attempts.slice(-EVENT_ATTEMPTS).map(({ response, ...attempt }) => ({
    ...attempt,
    ...(response !== undefined && { response: response.slice(0, EVENT_RESPONSE_BYTES) }),
  }))

/** The attempts at the first event of each held connection: one row a lane, not in memory. */
export class Tries {
  private readonly tables: Tables
  constructor(tables: Tables) {
    this.tables = tables
  }

  of(destination: Destination, connection: number): Attempt[] {
    const [row] = this.tables.read<{ about: string }>(
      `SELECT about FROM tries WHERE destination = ? AND connection = ?`,
      destination.number,
      connection,
    )
    return row ? (JSON.parse(row.about) as Attempt[]) : []
  }
  /** Inside a transaction. */
  add(destination: Destination, connection: number, attempts: Attempt[]): void {
    if (attempts.length === 0) return
    this.tables.write(
      'lanes',
      `INSERT INTO tries VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET about = excluded.about`,
      destination.number,
      connection,
      JSON.stringify(keptAttempts([...this.of(destination, connection), ...attempts])),
    )
  }
  /** Its first event is through, or parked. */
  forget(destination: Destination, connection: number): void {
    this.tables.write(
      'lanes',
      `DELETE FROM tries WHERE destination = ? AND connection = ?`,
      destination.number,
      connection,
    )
  }
}
