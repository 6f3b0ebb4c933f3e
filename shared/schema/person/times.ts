/** A time with its moment, where its offset is told, and its wall clock, which always is. */
interface Time {
  at: number | undefined
  wall: number
}
export interface Span {
  start: Time
  end: Time
}

export function timeOf(text: unknown): Time | undefined {
  if (typeof text !== 'string') return undefined
  const wall = Date.parse(`${text.slice(0, 19)}Z`)
  if (Number.isNaN(wall)) return undefined
  return { at: /(?:Z|[+-]\d\d:?\d\d)$/.test(text.slice(19)) ? Date.parse(text) : undefined, wall }
}

export function spanOf(record: object): Span | undefined {
  const { metadata } = record as { metadata?: { start_time?: unknown; end_time?: unknown } }
  const [start, end] = [timeOf(metadata?.start_time), timeOf(metadata?.end_time)]
  return start && end && { start, end }
}

/** Times that can be compared: moments where all have one, else what the clocks on the walls said. */
export function comparable(times: Time[]): number[] {
  return times.every(({ at }) => at !== undefined) ? times.map(({ at }) => at!) : times.map(({ wall }) => wall)
}

/** How long both last, and how long each. */
export function shared(a: Span, b: Span): { both: number; a: number; b: number } {
  const [aStart, aEnd, bStart, bEnd] = comparable([a.start, a.end, b.start, b.end]) as [number, number, number, number]
  const both = Math.max(0, Math.min(aEnd, bEnd) - Math.max(aStart, bStart))
  return { both, a: aEnd - aStart, b: bEnd - bStart }
}
