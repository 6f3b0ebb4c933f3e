import { DAY_MS, HOUR_MS, SECOND_MS } from '../../shared/base/time.ts'
import type { Cell } from './cell.ts'

/** What a cell keeps hot where it is full by bytes; and by how much more it may grow before that shrinks again. */
const SHRUNK_DAYS = [7, 1]
const SHRINKS_EVERY = 1 / 3
/** A shorter window does not wait for a month to end. */
const MONTHLY_FROM_MS = 28 * DAY_MS

/** Months of UTC since the year 0. */
export const monthOf = (at: number): number => {
  const date = new Date(at)
  return 12 * date.getUTCFullYear() + date.getUTCMonth()
}
const monthStart = (month: number): number => Date.UTC(Math.floor(month / 12), month % 12, 1)

export const isFull = (cell: Cell): boolean => cell.tables.bytes >= cell.settings.CELL_FULL_BYTES
/** Large bodies leave before anything else does. */
export const shedsBodies = (cell: Cell): boolean => cell.tables.bytes >= cell.settings.CELL_SHED_BYTES

export function hotWindowMs(cell: Cell): number {
  const window = cell.settings.HOT_WINDOW_DAYS * DAY_MS
  if (!isFull(cell)) return window
  const over = cell.tables.bytes / cell.settings.CELL_FULL_BYTES - 1
  const days = SHRUNK_DAYS[Math.min(SHRUNK_DAYS.length - 1, Math.floor(over / SHRINKS_EVERY))]!
  return Math.min(window, days * DAY_MS)
}
/**
 * What was appended and is about a time before this is old. By whole months, so that a month moves once and is one object:
 * a record is hot for one window and up to a month more.
 */
export function oldBefore(cell: Cell): number {
  const window = hotWindowMs(cell)
  const before = cell.now() - window
  return window < MONTHLY_FROM_MS ? before : monthStart(monthOf(before))
}
/** How often all connections are looked through: daily, as a rule. */
export const roundMs = (cell: Cell): number =>
  shedsBodies(cell) ? HOUR_MS : Math.min(DAY_MS, Math.max(SECOND_MS, hotWindowMs(cell) / 30))
