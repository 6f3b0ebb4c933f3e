import { USER_HOUR_DAYS } from '../../shared/base/limits.ts'
import { HOUR_MS } from '../../shared/base/time.ts'
import type { DayQuota } from '../event-log-api.ts'
import type { Tables } from '../tables.ts'

/** A read costs no row: the count is written once it has grown by this much, and a restart forgets no more than that. */
const WRITTEN_EVERY_DAYS = 500

interface Asked {
  hour: number
  days: number
  written: number
}

/** Days that reads asked for in the hour, by connection. */
export class RequestedDays {
  private readonly known = new Map<number, Asked>()
  private readonly tables: Tables

  constructor(tables: Tables) {
    this.tables = tables
  }

  /** Counts a read's days against the user's hour. A read over the limit is not counted. */
  spend(connection: number | undefined, days: number, now: number): DayQuota {
    const hour = Math.floor(now / HOUR_MS)
    const asked = connection === undefined ? { hour, days: 0, written: 0 } : this.of(connection, hour)
    const allowed = asked.days + days <= USER_HOUR_DAYS
    if (allowed) asked.days += days
    if (connection !== undefined && asked.days - asked.written >= WRITTEN_EVERY_DAYS) this.write(connection, asked)
    return {
      allowed,
      limit: USER_HOUR_DAYS,
      remaining: USER_HOUR_DAYS - asked.days,
      resetAfterS: Math.ceil(((hour + 1) * HOUR_MS - now) / 1000),
    }
  }

  private of(connection: number, hour: number): Asked {
    const known = this.known.get(connection)
    if (known?.hour === hour) return known
    const [row] = this.tables.read<{ days: number }>(
      `SELECT days FROM requested_days WHERE connection = ? AND hour = ?`,
      connection,
      hour,
    )
    const asked = { hour, days: row?.days ?? 0, written: row?.days ?? 0 }
    this.known.set(connection, asked)
    return asked
  }
  private write(connection: number, asked: Asked): void {
    asked.written = asked.days
    this.tables.write(
      'requested days',
      `INSERT INTO requested_days VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET hour = excluded.hour, days = excluded.days`,
      connection,
      asked.hour,
      asked.days,
    )
  }
}
