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

/** UTC moment of a zone's local midnight. */
export function zoneMidnight(zone: string, day: number): { at: number; offset: number } | undefined {
  const wall = day * DAY_MS
  const guess = zoneOffset(zone, wall)
  if (guess === undefined) return undefined
  // The offset at the guessed moment holds unless the clocks change right there; then the second look has it.
  const offset = zoneOffset(zone, wall - guess * 1000)!
  return { at: wall - offset * 1000, offset }
}

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
