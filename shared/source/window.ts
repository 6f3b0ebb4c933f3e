import type { Between, Each, Span, Window } from './pull.ts'
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
const LEAST_MS = 100_000_000_000
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
/** Unix seconds or ms (a number or its text; seconds as large as ms are 3,000 years away), an ISO time, or a date. */
function momentOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value < LEAST_MS ? value * 1000 : value
  if (typeof value !== 'string') return undefined
  if (/^\d+$/.test(value)) return momentOf(Number(value))
  const day = isDate(value) ? parseDay(value) : undefined
  return day === undefined ? parseIso(value)?.at : day * DAY_MS
}

const isDate = (value: unknown): boolean => typeof value === 'string' && value.length === 10 && value[4] === '-'

/** The parameters of each request that the range takes, oldest first; none where all of it is too old to be had. */
export function cutWindow(window: Window, given: Range, now: number): Record<string, string>[] {
  const range = reachable(window, given, now)
  if (range.fromAt >= range.toAt) return []
  if ('each' in window) return eachDay(window, range)
  const step = (window.maxDays ?? Infinity) * DAY_MS
  // Dates are whole days: cut in the middle of them, a span would touch one more than it may.
  const first = inDays(window) || window.wholeDays ? startOfDay(range) : range.fromAt
  const all: Record<string, string>[] = []
  for (let fromAt = first; fromAt < range.toAt; fromAt += step) {
    const toAt = Math.min(fromAt + step, range.toAt)
    const { start, end } = window
    all.push({
      ...named(window, start, fromAt, range.offset),
      ...(end === undefined ? {} : named(window, end, endOf(window, toAt), range.offset)),
    })
  }
  return all
}
const startOfDay = ({ fromAt, offset }: Range): number => localDay(fromAt, offset) * DAY_MS - offset * 1000
function reachable(window: Window, { fromAt, toAt, offset, zoneless }: Range, now: number): Range {
  const oldest = window.maxAgeDays === undefined ? -Infinity : now - window.maxAgeDays * DAY_MS
  const anywhere = inDays(window) && zoneless
  return {
    fromAt: Math.max(fromAt - (anywhere ? MOST_BEHIND_MS : 0), oldest),
    toAt: toAt + (anywhere ? MOST_BEFORE_MS : 0),
    offset,
  }
}
/** Dates are inclusive, unless the provider leaves the last one out. */
const endOf = (window: Between, toAt: number): number =>
  inDays(window) ? toAt - 1 + (window.endExclusive ? DAY_MS : 0) : toAt
const inDays = ({ style }: Window): boolean => style === 'date' || style === 'compact' || style === 'day-number'

function named(window: Window, name: string, at: number, offset: number): Record<string, string> {
  const text = told(window.style, at, offset)
  if (window.in !== 'values' || window.style !== 'date') return { [name]: text }
  const [year, month, day] = text.split('-').map((part) => String(Number(part))) as [string, string, string]
  return { [name]: text, [`${name}_year`]: year, [`${name}_month`]: month, [`${name}_day`]: day }
}
function told(style: Window['style'], at: number, offset: number): string {
  switch (style) {
    case 'date':
      return dayText(localDay(at, offset))
    case 'compact':
      return dayText(localDay(at, offset)).replaceAll('-', '')
    case 'day-number':
      return String(localDay(at, offset))
    case 'unix':
      return String(Math.floor(at / 1000))
    case 'unix-ms':
      return String(Math.floor(at))
    case 'unix-ns':
      return `${Math.floor(at)}000000`
    case 'iso':
      return isoText(at, offset)
    case 'iso-utc':
      return new Date(at).toISOString()
    case 'iso-local':
      return new Date(at + offset * 1000).toISOString().slice(0, 19)
  }
}

function eachDay(window: Each, { fromAt, toAt, offset }: Range): Record<string, string>[] {
  const all = new Set<number>()
  for (let day = localDay(fromAt, offset); day <= localDay(toAt - 1, offset); day++)
    all.add(window.each === 'day' ? day : parseDay(`${dayText(day).slice(0, 8)}01`)!)
  return [...all].map((day) => named(window, window.at, day * DAY_MS, 0))
}
