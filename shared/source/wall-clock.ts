/** Moments and their texts, by arithmetic: this is the hottest code of normalization. */

/** Seconds to add to UTC for local time. `undefined`: the source gave a local wall clock and no offset. */
export type Offset = number | undefined
export interface Moment {
  /** Epoch ms; of a wall clock without offset: as if it were UTC. Microseconds are the fraction. */
  at: number
  offset: Offset
  /** The source said UTC and nothing about where the user is. */
  utc: boolean
}

const DAY_S = 86_400
const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`)
const HOURS_MINUTES = Array.from({ length: 1440 }, (_, n) => `T${two(Math.floor(n / 60))}:${two(n % 60)}:`)
const SECONDS = Array.from({ length: 60 }, (_, n) => two(n))
/** Offset → the 60 endings of whole seconds: `07.000000+02:00`. */
const endings = new Map<Offset, string[]>()
let lastDay = Number.NaN
let lastDayText = ''

/** `2022-11-23` of a day number since 1970 (civil-from-days). */
export function dayText(day: number): string {
  if (day === lastDay) return lastDayText
  const z = day + 719_468
  const era = Math.floor(z / 146_097)
  const doe = z - era * 146_097
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365)
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100))
  const mp = Math.floor((5 * doy + 2) / 153)
  const month = mp < 10 ? mp + 3 : mp - 9
  const year = yoe + era * 400 + (month <= 2 ? 1 : 0)
  lastDay = day
  lastDayText = `${String(year).padStart(4, '0')}-${two(month)}-${two(doy - Math.floor((153 * mp + 2) / 5) + 1)}`
  return lastDayText
}

/** The local day number of a moment. */
export const localDay = (at: number, offset: Offset): number => Math.floor((at / 1000 + (offset ?? 0)) / DAY_S)

/** `2022-11-23T09:00:00.000000+02:00`; without offset where there is none. */
export function isoText(at: number, offset: Offset): string {
  const local = at / 1000 + (offset ?? 0)
  const whole = Math.floor(local)
  const day = Math.floor(whole / DAY_S)
  const inDay = whole - day * DAY_S
  const minute = Math.floor(inDay / 60)
  const second = inDay - minute * 60
  let ends = endings.get(offset)
  if (!ends) {
    ends = SECONDS.map((text) => `${text}.000000${offsetText(offset)}`)
    endings.set(offset, ends)
  }
  if (whole === local) return dayText(day) + HOURS_MINUTES[minute]! + ends[second]!
  const micros = Math.min(999_999, Math.round((local - whole) * 1e6))
  return `${dayText(day)}${HOURS_MINUTES[minute]}${SECONDS[second]}.${String(micros).padStart(6, '0')}${offsetText(offset)}`
}

function offsetText(offset: Offset): string {
  if (offset === undefined) return ''
  const minutes = Math.round(Math.abs(offset) / 60)
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

const digits = (text: string, from: number, length: number): number => {
  let value = 0
  for (let i = from; i < from + length; i++) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Day number of `YYYY-MM-DD` at the start of a text; undefined where it is not a date. */
export function parseDay(text: string): number | undefined {
  const [year, month, date] = [digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2)]
  if (text[4] !== '-' || text[7] !== '-' || !(year >= 1) || !(month >= 1 && month <= 12)) return undefined
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  if (!(date >= 1 && date <= (month === 2 && !leap ? 28 : MONTH_DAYS[month - 1]!))) return undefined
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yoe = y - era * 400
  const doy = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + date - 1
  return era * 146_097 + yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy - 719_468
}

/**
 * ISO 8601 with `Z`, an offset, or neither (a wall clock); undefined where the text is something else. Seconds may be
 * left out, and a space may stand before the day's time and before the offset, which may be the word UTC.
 */
export function parseIso(text: string): Moment | undefined {
  const day = parseDay(text)
  const [hour, minute] = [digits(text, 11, 2), digits(text, 14, 2)]
  if (day === undefined || (text[10] !== 'T' && text[10] !== ' ') || text[13] !== ':') return undefined
  const hasSeconds = text[16] === ':'
  const second = hasSeconds ? digits(text, 17, 2) : 0
  if (!(hour <= 24 && minute < 60 && second <= 60)) return undefined
  let end = hasSeconds ? 19 : 16
  let fraction = 0
  if (hasSeconds && (text[end] === '.' || text[end] === ',')) {
    const from = ++end
    while (end < text.length && text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++
    if (end === from) return undefined
    fraction = digits(text, from, Math.min(6, end - from)) / 10 ** Math.min(6, end - from)
  }
  const seconds = day * DAY_S + hour * 3600 + minute * 60 + second
  if (text[end] === ' ' && end + 1 < text.length) end++
  const utc = text[end] === 'Z' || text.startsWith('UTC', end)
  const zone = utc ? (text.length === end + (text[end] === 'Z' ? 1 : 3) ? 0 : false) : parseZone(text, end)
  if (zone === false) return undefined
  return { at: (seconds - (zone ?? 0)) * 1000 + fraction * 1000, offset: zone, utc }
}

/** Offset in seconds of `+02:00`, `+0200`, `+02`; undefined: there is none; false: it is not one. */
function parseZone(text: string, from: number): Offset | false {
  if (from === text.length) return undefined
  const sign = text[from] === '+' ? 1 : text[from] === '-' ? -1 : 0
  const colon = text[from + 3] === ':'
  const rest = text.length - from - 1
  const minutes = rest === 2 ? 0 : digits(text, from + (colon ? 4 : 3), 2)
  const hours = digits(text, from + 1, 2)
  if (sign === 0 || (rest !== 2 && rest !== (colon ? 5 : 4)) || !(hours <= 18 && minutes < 60)) return false
  return sign * (hours * 3600 + minutes * 60)
}
