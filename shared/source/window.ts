import type { Span, Window } from './define.ts'
import { goTo, type Item } from './reader.ts'
import { dayText, isoText, localDay, parseDay, parseIso } from './wall-clock.ts'
import { zoneMidnight } from './zone.ts'

/** A span of time to fetch, half-open, epoch ms; days are local where `offset` says how. */
export interface Range {
  fromAt: number
  toAt: number
  offset: number
  /** Moments of a user whose zone is not known: as dates, they may be any that is somewhere on earth. */
  zoneless?: boolean
}
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Zones reach from 12 hours behind UTC to 14 before it. */
const MOST_BEHIND_MS = 12 * HOUR_MS
const MOST_BEFORE_MS = 14 * HOUR_MS

/** The span that an item speaks of; undefined where it names none. */
export function rangeOf(span: Span, item: Item): Range | undefined {
  if ('from' in span) {
    const [from, to] = [goTo(span.from)(item), goTo(span.to)(item)]
    const [fromAt, toAt] = [momentOf(from), momentOf(to)]
    if (fromAt === undefined || toAt === undefined) return undefined
    return { fromAt, toAt: Math.max(toAt, fromAt + 1000), offset: 0, zoneless: !isDate(from) }
  }
  const text = goTo(span.day)(item)
  const day = typeof text === 'string' ? parseDay(text) : undefined
  if (day === undefined) return undefined
  const [first, last] = [day - (span.before ?? 0), day + 1 + (span.after ?? 0)]
  const zone = span.zone === undefined ? undefined : goTo(span.zone)(item)
  if (typeof zone === 'string') {
    const [from, to] = [zoneMidnight(zone, first), zoneMidnight(zone, last)]
    if (from && to) return { fromAt: from.at, toAt: to.at, offset: from.offset }
  }
  const clock = span.offsetOf === undefined ? undefined : goTo(span.offsetOf)(item)
  const offset = (typeof clock === 'string' ? parseIso(clock)?.offset : undefined) ?? 0
  return { fromAt: first * DAY_MS - offset * 1000, toAt: last * DAY_MS - offset * 1000, offset }
}
/** Unix seconds (a number or its text), an ISO time, or a date. */
function momentOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value * 1000
  if (typeof value !== 'string') return undefined
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const day = isDate(value) ? parseDay(value) : undefined
  return day === undefined ? parseIso(value)?.at : day * DAY_MS
}

const isDate = (value: unknown): boolean => typeof value === 'string' && value.length === 10 && value[4] === '-'

/** The parameters of each request that the range takes, oldest first. */
export function cutWindow(window: Window, given: Range): Record<string, string>[] {
  const anywhere = window.style === 'date' && given.zoneless
  const range = anywhere
    ? { ...given, fromAt: given.fromAt - MOST_BEHIND_MS, toAt: given.toAt + MOST_BEFORE_MS }
    : given
  const step = (window.maxDays ?? Infinity) * DAY_MS
  const all: Record<string, string>[] = []
  for (let fromAt = range.fromAt; fromAt < range.toAt; fromAt += step) {
    const toAt = Math.min(fromAt + step, range.toAt)
    all.push({
      [window.start]: told(window, fromAt, range.offset),
      [window.end]: told(window, endOf(window, toAt), range.offset),
    })
  }
  return all
}
/** Dates are inclusive, unless the provider leaves the last one out. */
const endOf = (window: Window, toAt: number): number =>
  window.style === 'date' ? toAt - 1 + (window.endExclusive ? DAY_MS : 0) : toAt

function told({ style }: Window, at: number, offset: number): string {
  if (style === 'unix') return String(Math.floor(at / 1000))
  return style === 'date' ? dayText(localDay(at, offset)) : isoText(at, offset)
}
