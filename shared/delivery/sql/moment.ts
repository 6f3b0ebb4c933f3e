const ISO = /^([1-9]\d{3})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/

/**
 * A record's time as columns hold it: UTC with microseconds, `2026-07-01T05:30:00.000000Z`. A wall clock without an offset
 * is read as UTC, and has no `utc_offset_minutes` beside it. null: no time that a database takes.
 */
export function instantOf(text: unknown): string | null {
  const found = typeof text === 'string' ? ISO.exec(text) : null
  if (!found) return null
  const [, year, month, day, hour, minute, second, fraction = '', zone] = found
  const at = Date.UTC(+year!, +month! - 1, +day!, +hour!, +minute!, +second!)
  // A day or hour that does not exist would be taken for another one.
  if (new Date(at).toISOString().slice(0, 19) !== found[0].slice(0, 19)) return null
  const utc = new Date(at - (offsetMinutes(zone) ?? 0) * 60_000)
  return `${utc.toISOString().slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, '0')}Z`
}
export const instantAt = (ms: number): string => `${new Date(ms).toISOString().slice(0, -1)}000Z`

/** The calendar day on the wall where the person was. */
export const dateOf = (text: unknown): string | null =>
  typeof text === 'string' && instantOf(text) !== null ? text.slice(0, 10) : null

export function utcOffsetOf(text: unknown): number | null {
  const found = typeof text === 'string' ? ISO.exec(text) : null
  return offsetMinutes(found?.[8]) ?? null
}

function offsetMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined
  if (zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
  return zone[0] === '-' ? -minutes : minutes
}
