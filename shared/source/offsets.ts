import type { Clock } from './clocks.ts'
import { decimal } from './numbers.ts'
import { type Context, expected, goTo, type Item, Unreadable } from './reader.ts'
import { zoneMoment, zoneOffset } from './zone.ts'

/** How far local time is ahead of UTC, in each way that providers tell it. */

/** Reads seconds to add to UTC. `at` is the moment to know it for: zones change theirs. `wall`: it is a local clock's. */
export interface OffsetOf {
  read: (item: Item, context: Context, at: number, wall: boolean) => number | undefined
  from: readonly string[]
}
/** What one is of a number that tells an offset. */
const UNITS = { s: 1, ms: 0.001, min: 60, h: 3600, quarters: 900 } as const
export type OffsetUnit = keyof typeof UNITS
/** The zones of the earth are from −12 to +14 hours. */
const MOST_S = 14 * 3600

/**
 * An offset or a zone, told as text: `+0100`, `-05:00`, `Z`, `UTC+0100`, `-25200s`, an IANA name (`Etc/GMT+8` too, which is
 * −08:00), `(GMT-08:00) America/Los_Angeles`; or as an object `{totalSeconds: 28800}`. A number needs its `unit`: of
 * seconds, minutes (`"timeOffsetInMinutes": 120`), quarter hours; text then is read as above where it is no number.
 */
export function offset(path: string, unit?: OffsetUnit): OffsetOf {
  const at = goTo(path)
  const read = (item: Item, context: Context, moment: number, wall: boolean) => {
    let value = at(item, context)
    if (value === undefined || value === '') return undefined
    let seconds: number | undefined
    if (typeof value === 'object') {
      value = (value as { totalSeconds?: unknown }).totalSeconds
      if (typeof value !== 'number') throw expected(`${path}.totalSeconds`, 'a number of seconds', value)
      seconds = value
    } else {
      const number = unit === undefined ? Number.NaN : decimal(value)!
      if (!Number.isNaN(number)) seconds = number * UNITS[unit!]
      else if (typeof value === 'string') seconds = offsetOfText(value, moment, wall)
      else throw expected(path, unit === undefined ? 'an offset as text' : 'an offset', value)
    }
    if (seconds === undefined) throw new Unreadable(path, `${path} is neither an offset nor a known time zone`)
    if (Math.abs(seconds) > MOST_S) throw new Unreadable(path, `${path} is further from UTC than any place on earth`)
    return seconds
  }
  return { read, from: [path] }
}

/** The first of several that is there: the record's own offset, else the zone of the user's profile. */
export const anyOffset = (...all: OffsetOf[]): OffsetOf => ({
  from: all.flatMap(({ from }) => from),
  read: (item, context, at, wall) => {
    for (const { read } of all) {
      const found = read(item, context, at, wall)
      if (found !== undefined) return found
    }
    return undefined
  },
})

/** The same instant told by two clocks, local and UTC: their difference, to the quarter hour that zones are made of. */
export const offsetBetween = (local: Clock, utc: Clock): OffsetOf => ({
  from: [...local.from, ...utc.from],
  read: (item, context) => {
    const [here, there] = [local.read(item, context), utc.read(item, context)]
    if (!here || !there) return undefined
    // A local time that carries its offset is told by that.
    if (here.offset !== undefined && !here.utc) return here.offset
    const seconds = Math.round((here.at - there.at) / 900_000) * 900
    if (Math.abs(seconds) > MOST_S)
      throw new Unreadable(
        local.from[0] ?? '',
        `${local.from[0]} and ${there ? utc.from[0] : ''} are not of one instant`,
      )
    return seconds
  },
})

/** Text → seconds that hold always, or the zone to ask. Texts repeat: each is understood once. */
const understood = new Map<string, number | string | undefined>()
const MOST_UNDERSTOOD = 2000
export function offsetOfText(text: string, at: number, wall: boolean): number | undefined {
  if (!understood.has(text)) {
    if (understood.size >= MOST_UNDERSTOOD) understood.clear()
    understood.set(text, understand(text.trim()))
  }
  const found = understood.get(text)
  if (typeof found !== 'string') return found
  return wall ? zoneMoment(found, at)?.offset : zoneOffset(found, at)
}
const FIXED = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?$/
const SECONDS = /^([+-]?\d+)(?:\.0+)?s$/
const NAMED = /^\(GMT[^)]*\)\s*(\S+)$/
function understand(text: string): number | string | undefined {
  if (text === 'Z' || text === 'UTC' || text === 'GMT') return 0
  const fixed = FIXED.exec(text)
  if (fixed) {
    const [, sign, hours, minutes = '0'] = fixed
    return Number(minutes) < 60 ? (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60) : undefined
  }
  const seconds = SECONDS.exec(text)
  if (seconds) return Number(seconds[1])
  const zone = NAMED.exec(text)?.[1] ?? text
  return zoneOffset(zone, 0) === undefined ? undefined : zone
}
