import { decimal } from './numbers.ts'
import { expected, Unreadable } from './reader.ts'
import { type Moment, parseDay, parseIso } from './wall-clock.ts'

/**
 * How a time is told; one parser per style:
 * `s` `ms` `ns` since 1970, as numbers or text (`"1422917379811000000"`) · `fit` seconds since 1989-12-31 ·
 * `iso` ISO 8601 with or without offset, also with spaces (`2019-07-19 10:36:11 -0700`) ·
 * `us` month first, with AM and PM or 24 hours (`5/21/2022 1:38:50 PM`, `09/27/26 05:22:23`), a local clock ·
 * `civil` `{date: {year, month, day}, time: {hours, minutes}}` or all in one, zero parts left out, a local clock ·
 * `date` `2023-10-20`: local midnight · `days` since 1970, local midnight · `compact` `20231020`: local midnight.
 *
 * `local-…`: whatever the style says of UTC, it is a local clock (`start_date_local: "…T06:52:54Z"`, Unix seconds of local
 * time). `utc-…`: it is UTC although the text does not say so.
 */
export type BaseStyle = 's' | 'ms' | 'ns' | 'fit' | 'iso' | 'us' | 'civil' | 'date' | 'days' | 'compact'
export type TimeStyle = BaseStyle | `local-${BaseStyle}` | `utc-${BaseStyle}`
type Parse = (value: unknown, path: string) => Moment

const DAY_MS = 86_400_000
/** 1989-12-31T00:00:00Z. */
const FIT_EPOCH_S = 631_065_600

export function readTime(style: TimeStyle): Parse {
  const [, meant, base] = /^(?:(local|utc)-)?(.*)$/.exec(style) as unknown as [string, string | undefined, BaseStyle]
  const parse = within(STYLES[base])
  if (meant === undefined) return parse
  if (meant === 'utc')
    return (value, path) => {
      const moment = parse(value, path)
      return moment.offset === undefined ? { at: moment.at, offset: 0, utc: true } : moment
    }
  return (value, path) => {
    const { at, offset = 0 } = parse(value, path)
    return { at: at + offset * 1000, offset: undefined, utc: false }
  }
}

/** A number may be further away than any calendar tells, and asking for an offset then would throw. */
const FURTHEST_AT = Date.UTC(10_000, 0, 1)
const within =
  (parse: Parse): Parse =>
  (value, path) => {
    const moment = parse(value, path)
    if (Math.abs(moment.at) < FURTHEST_AT) return moment
    throw not(path, 'a time before the year 10000')
  }

const utc = (at: number): Moment => ({ at, offset: 0, utc: true })
const wall = (at: number): Moment => ({ at, offset: undefined, utc: false })
const midnight = (day: number): Moment => wall(day * DAY_MS)

function countOf(value: unknown, path: string, of: string): number {
  const number = typeof value === 'number' ? value : decimal(value)
  if (number === undefined || !Number.isFinite(number)) throw expected(path, `a number of ${of}`, value)
  return number
}
function textOf(value: unknown, path: string): string {
  if (typeof value !== 'string') throw expected(path, 'a time', value)
  return value
}
const not = (path: string, what: string): Unreadable => new Unreadable(path, `${path} is not ${what}`)

const STYLES: Record<BaseStyle, Parse> = {
  s: (value, path) => utc(countOf(value, path, 'seconds') * 1000),
  ms: (value, path) => utc(countOf(value, path, 'milliseconds')),
  ns: (value, path) => utc(nanoseconds(value, path)),
  fit: (value, path) => utc((countOf(value, path, 'seconds') + FIT_EPOCH_S) * 1000),
  iso(value, path) {
    const moment = parseIso(textOf(value, path))
    if (!moment) throw not(path, 'an ISO 8601 time')
    return moment
  },
  us(value, path) {
    const at = usTime(textOf(value, path))
    if (at === undefined) throw not(path, 'a time with the month first')
    return wall(at)
  },
  civil: (value, path) => wall(civilTime(value, path)),
  date: (value, path) => midnight(dayNumber(value, path, 'date')),
  days: (value, path) => midnight(dayNumber(value, path, 'days')),
  compact: (value, path) => midnight(dayNumber(value, path, 'compact')),
}

/** Text of nanoseconds has more digits than a number holds: milliseconds and microseconds are taken apart. */
function nanoseconds(value: unknown, path: string): number {
  if (typeof value === 'string' && value.length > 15 && /^\d+$/.test(value))
    return Number(value.slice(0, -6)) + Number(value.slice(-6, -3)) / 1000
  return countOf(value, path, 'nanoseconds') / 1e6
}

const US = /^(\d{1,2})\/(\d{1,2})\/(\d{2}|\d{4}),? (\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?: ?([AaPp])\.?[Mm]\.?)?$/
function usTime(text: string): number | undefined {
  const found = US.exec(text.trim())
  if (!found) return undefined
  const [, month, date, year, hour, minute, second = '0', half] = found as unknown as string[]
  const day = parseDay(monthFirst(year!, month!, date!))
  const given = Number(hour)
  if (day === undefined || Number(minute) > 59 || Number(second) > 60 || given > 23) return undefined
  if (half !== undefined && (given < 1 || given > 12)) return undefined
  const hours = half === undefined ? given : (given % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  return day * DAY_MS + (hours * 3600 + Number(minute) * 60 + Number(second)) * 1000
}
const monthFirst = (year: string, month: string, date: string): string =>
  `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`

function civilTime(value: unknown, path: string): number {
  const found = value as { date?: object; time?: Record<string, unknown> } & Record<string, unknown>
  const day = dayNumber(found?.date ?? value, path, 'civil')
  const time = found.time ?? found
  const part = (name: string) => (time[name] === undefined ? 0 : countOf(time[name], `${path}.${name}`, name))
  return day * DAY_MS + (part('hours') * 3600 + part('minutes') * 60 + part('seconds')) * 1000 + part('nanos') / 1e6
}

/** How a civil date is told: `2023-10-20`, `10/20/2023`, days since 1970, `20231020`, `{year, month, day}`. */
export type DateStyle = 'date' | 'us' | 'days' | 'compact' | 'civil'
/** Days since 1970-01-01 of a civil date. */
export function dayNumber(value: unknown, path: string, style: DateStyle): number {
  if (style === 'days') {
    const days = countOf(value, path, 'days')
    if (!Number.isInteger(days)) throw not(path, 'a whole number of days')
    return days
  }
  const text = dateText(value, path, style)
  const day = text === undefined ? undefined : parseDay(text)
  if (day === undefined) throw not(path, 'a date')
  return day
}
function dateText(value: unknown, path: string, style: DateStyle): string | undefined {
  if (style === 'civil') {
    const { year, month, day } = (value ?? {}) as Record<string, unknown>
    if (typeof value !== 'object') throw expected(path, 'a date of year, month and day', value)
    return monthFirst(String(year).padStart(4, '0'), String(month), String(day))
  }
  if (style === 'compact') {
    const text = String(value)
    return text.length === 8 ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` : undefined
  }
  if (typeof value !== 'string') throw expected(path, 'a date', value)
  if (style === 'date') return value.length === 10 ? value : undefined
  const us = /^(\d{1,2})\/(\d{1,2})\/(\d{2}|\d{4})$/.exec(value)
  return us ? monthFirst(us[3]!, us[1]!, us[2]!) : undefined
}
