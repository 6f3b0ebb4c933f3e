import { decimal, exact, type Numeric } from './numbers.ts'
import { type Context, expected, goTo, type Item, Unreadable } from './reader.ts'

/** Seconds, of each way that providers tell a length of time. */

const FACTORS = { s: 1, ms: 0.001, min: 60, h: 3600, ds: 0.1, d: 86_400 } as const
/**
 * `s` `ms` `min` `h` `d` and `ds` (tenths of a second): a number, or one as text · `iso`: ISO 8601 (`PT2H44M`) ·
 * `s-text`: seconds with their letter (`"3633.600s"`) · `clock`: `1:02:03` or `02:03`.
 */
export type DurationStyle = keyof typeof FACTORS | 'iso' | 's-text' | 'clock'

/** A length of time in seconds. Below zero there is none: such values are codes, and left out. */
export function duration(path: string, style: DurationStyle = 's', { least = 0 }: { least?: number } = {}): Numeric {
  const at = goTo(path)
  const parse =
    style in FACTORS ? counted(FACTORS[style as keyof typeof FACTORS]) : PARSERS[style as keyof typeof PARSERS]
  const read = (item: Item, context: Context) => {
    const value = at(item, context)
    if (value === undefined || value === '') return undefined
    const seconds = parse(value, path)
    return seconds < least ? undefined : seconds
  }
  return { read, from: [path] }
}
type Parse = (value: unknown, path: string) => number

const counted =
  (factor: number): Parse =>
  (value, path) => {
    const number = decimal(value)
    if (number === undefined || Number.isNaN(number)) throw expected(path, 'a number', value)
    return factor === 1 ? number : exact(number * factor)
  }

const ISO =
  /^([+-])?P(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/
/** Years and months have no length of their own: they are refused. */
export function isoDuration(text: string): number | undefined {
  const found = ISO.exec(text)
  if (!found || /[PT]$/.test(text)) return undefined
  const [, sign, ...parts] = found
  const [weeks, days, hours, minutes, seconds] = parts.map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const total = exact(((weeks * 7 + days) * 24 + hours) * 3600 + minutes * 60 + seconds)
  return sign === '-' ? -total : total
}
const textOf = (value: unknown, path: string): string => {
  if (typeof value !== 'string') throw expected(path, 'a duration as text', value)
  return value
}
const PARSERS = {
  iso(value: unknown, path: string) {
    const seconds = isoDuration(textOf(value, path))
    if (seconds === undefined) throw new Unreadable(path, `${path} is not an ISO 8601 duration`)
    return seconds
  },
  's-text'(value: unknown, path: string) {
    const text = textOf(value, path)
    const seconds = text.endsWith('s') ? decimal(text.slice(0, -1)) : undefined
    if (seconds === undefined || Number.isNaN(seconds))
      throw new Unreadable(path, `${path} is not a number of seconds like 1.5s`)
    return seconds
  },
  clock(value: unknown, path: string) {
    const found = /^(?:(\d+):)?(\d{1,2}):(\d{2}(?:\.\d+)?)$/.exec(textOf(value, path))
    if (!found) throw new Unreadable(path, `${path} is not a duration like 1:02:03`)
    return exact(Number(found[1] ?? 0) * 3600 + Number(found[2]) * 60 + Number(found[3]))
  },
}
