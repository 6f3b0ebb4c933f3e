import { USER_HOUR_DAYS } from '../../shared/base/limits.ts'
import { HOUR_MS } from '../../shared/base/time.ts'
import type { DayQuota } from '../event-log-api.ts'
import type { Cell } from './cell.ts'

/** Counts a read's days against the user's hour. A read over the limit is not counted. */
export function spendDays(cell: Cell, userId: string, days: number): DayQuota {
  const now = cell.now()
  const hour = Math.floor(now / HOUR_MS)
  const resetAfterS = Math.ceil(((hour + 1) * HOUR_MS - now) / 1000)
  const connection = cell.connections.of(userId)?.number
  if (connection === undefined) return { allowed: true, limit: USER_HOUR_DAYS, remaining: USER_HOUR_DAYS, resetAfterS }
  const [row] = cell.tables.read<{ days: number }>(
    `SELECT days FROM requested_days WHERE connection = ? AND hour = ?`,
    connection,
    hour,
  )
  const before = row?.days ?? 0
  const allowed = before + days <= USER_HOUR_DAYS
  if (allowed)
    cell.tables.write(
      'requested days',
      `INSERT INTO requested_days VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET hour = excluded.hour, days = excluded.days`,
      connection,
      hour,
      before + days,
    )
  return { allowed, limit: USER_HOUR_DAYS, remaining: USER_HOUR_DAYS - before - (allowed ? days : 0), resetAfterS }
}
