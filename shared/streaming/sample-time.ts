import { DAY_MS, MINUTE_MS } from '../base/time.ts'

/** A sample is of its own time, where that can be. */
export interface SampleTime {
  at: number
  /** Minutes east of Greenwich, where the sample says. */
  offset?: number
}
/** A phone keeps samples for a day at most; clocks run ahead by seconds. */
const MOST_LATE_MS = DAY_MS
const MOST_AHEAD_MS = MINUTE_MS
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|([+-])(\d\d):?(\d\d))?$/i

/** `ts` as producers write it: a text with an offset, or epoch seconds or ms. Where it cannot be, the arrival counts. */
export function sampleTime(ts: unknown, arrivedAt: number): SampleTime {
  const told =
    typeof ts === 'string' ? ofText(ts) : typeof ts === 'number' ? { at: ts < 1e11 ? ts * 1_000 : ts } : undefined
  if (!told) return { at: arrivedAt }
  const within = told.at >= arrivedAt - MOST_LATE_MS && told.at <= arrivedAt + MOST_AHEAD_MS
  return within ? { ...told, at: Math.round(told.at) } : { ...told, at: arrivedAt }
}

function ofText(text: string): SampleTime | undefined {
  const found = ISO.exec(text)
  if (!found) return undefined
  const [, zone, sign, hours, minutes] = found
  const at = Date.parse(zone === undefined ? `${text}Z` : text)
  if (Number.isNaN(at)) return undefined
  if (sign === undefined) return { at }
  return { at, offset: (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) }
}

/** As the payload says it. */
export function timeText(at: number, offset: number | undefined): string {
  if (offset === undefined) return new Date(at).toISOString()
  const wall = new Date(at + offset * MINUTE_MS).toISOString().slice(0, -1)
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60]
  return `${wall}${offset < 0 ? '-' : '+'}${two(hours)}:${two(minutes)}`
}
const two = (n: number): string => String(n).padStart(2, '0')
