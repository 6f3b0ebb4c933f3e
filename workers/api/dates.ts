import { Fault } from '../../shared/base/fault.ts'
import { DAY_MS } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'

/** `YYYY-MM-DD` or 10-digit Unix seconds. */
export const DateParam = z.string().openapi({ example: '2026-07-01', description: 'YYYY-MM-DD or Unix seconds' })

/** Local days may begin up to 14 hours before and end 12 hours after the UTC day. */
const EARLIEST_OFFSET_MS = 14 * 3_600_000
const LATEST_OFFSET_MS = 12 * 3_600_000

function parse(name: string, text: string): { at: number; day: boolean } {
  const at = /^\d{10}$/.test(text)
    ? Number(text) * 1_000
    : /^\d{4}-\d{2}-\d{2}$/.test(text)
      ? Date.parse(`${text}T00:00:00Z`)
      : Number.NaN
  if (
    Number.isNaN(at) ||
    (text.length === 10 && text.includes('-') && new Date(at).toISOString().slice(0, 10) !== text)
  )
    throw new Fault('bad_request', `invalid ${name}: use YYYY-MM-DD or 10-digit Unix seconds`)
  return { at, day: text.includes('-') }
}

/**
 * The asked range. Civil dates are the user's own days, whatever their zone: they are widened here and the records are
 * judged by their local date (`firstDay`..`lastDay`, both included).
 */
export function rangeOf(start: string, end: string | undefined, now: number) {
  const from = parse('start_date', start)
  const to = end === undefined ? { at: now, day: false } : parse('end_date', end)
  const endAt = to.day ? to.at + DAY_MS : to.at + 1_000
  if (endAt <= from.at) throw new Fault('bad_request', 'invalid end_date: it is before start_date')
  return {
    startAt: from.day ? from.at - EARLIEST_OFFSET_MS : from.at,
    endAt: to.day ? endAt + LATEST_OFFSET_MS : endAt,
    firstDay: from.day ? start : undefined,
    lastDay: to.day ? end : undefined,
    overAMonth: endAt > addMonth(from.at),
    days: Math.max(1, Math.ceil((to.at - from.at) / DAY_MS)),
  }
}
function addMonth(at: number): number {
  const date = new Date(at)
  date.setUTCMonth(date.getUTCMonth() + 1)
  return date.getTime() + DAY_MS
}

/** A moment as ISO 8601 with its offset, or a date, which is the user's own day: widened, so that none is cut. */
export function momentsOf(from: string, to: string | undefined): { startAt: number; endAt: number } {
  const [start, end] = [momentOf('from', from), to === undefined ? undefined : momentOf('to', to)]
  const startAt = start.day ? start.at - EARLIEST_OFFSET_MS : start.at
  const endAt = end === undefined ? Number.MAX_SAFE_INTEGER : end.day ? end.at + DAY_MS + LATEST_OFFSET_MS : end.at
  if (endAt <= startAt) throw new Fault('bad_request', 'invalid to: it is not after from')
  return { startAt, endAt }
}
const Moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })])
function momentOf(name: string, text: string): { at: number; day: boolean } {
  const at = Moment.safeParse(text).success ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at))
    throw new Fault('bad_request', `invalid ${name}: use YYYY-MM-DD or a time with its offset, as 2026-07-01T08:00:00Z`)
  return { at, day: !text.includes('T') }
}
