/** Offsets of IANA zones. `Intl` is slow, so the answer is kept per zone and UTC day. */

const DAY_MS = 86_400_000
/** A zone and year are 365 entries; above this many the memory starts anew. */
const MOST_ENTRIES = 20_000
const formats = new Map<string, Intl.DateTimeFormat | undefined>()
/** One number where the whole UTC day has one offset; `undefined` where clocks change in it. */
let days = new Map<string, number | undefined>()

/** Seconds to add to UTC at a moment; undefined where the zone is not known. */
export function zoneOffset(zone: string, at: number): number | undefined {
  if (!formats.has(zone)) formats.set(zone, formatOf(zone))
  const format = formats.get(zone)
  if (!format) return undefined
  const day = Math.floor(at / DAY_MS)
  const key = `${zone}/${day}`
  if (!days.has(key)) {
    if (days.size >= MOST_ENTRIES) days = new Map()
    const first = lookUp(format, day * DAY_MS)
    days.set(key, first === lookUp(format, (day + 1) * DAY_MS - 1000) ? first : undefined)
  }
  return days.get(key) ?? lookUp(format, at)
}

/**
 * UTC moment of a wall clock (as if it were UTC) in a zone. An hour that comes twice is its first time; one that clocks
 * skip is told as if they had not been changed yet.
 */
export function zoneMoment(zone: string, wall: number): { at: number; offset: number } | undefined {
  const before = zoneOffset(zone, wall - DAY_MS)
  if (before === undefined) return undefined
  const after = zoneOffset(zone, wall + DAY_MS)!
  if (before === after) return { at: wall - before * 1000, offset: before }
  for (const offset of [before, after])
    if (zoneOffset(zone, wall - offset * 1000) === offset) return { at: wall - offset * 1000, offset }
  return { at: wall - before * 1000, offset: zoneOffset(zone, wall - before * 1000)! }
}
/** UTC moment of a zone's local midnight. */
export const zoneMidnight = (zone: string, day: number): { at: number; offset: number } | undefined =>
  zoneMoment(zone, day * DAY_MS)

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch (error) {
    if (error instanceof RangeError) return undefined // not a zone: the caller says so with the path
    throw error
  }
}

function lookUp(format: Intl.DateTimeFormat, at: number): number {
  const part: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(at)) part[type] = Number(value)
  const local = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!)
  return Math.round((local - Math.floor(at / 1000) * 1000) / 1000)
}
