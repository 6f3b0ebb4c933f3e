import { MINUTE_MS } from '../base/time.ts'
import { type Counter, rise } from './counter.ts'
import { addBeat, addReading, addRise, type Part, type Reading, told } from './minute-parts.ts'
import { KINDS, type SampleKind } from './sample-kinds.ts'

/** A sample on its way into its minute. */
export interface Timed {
  kind: SampleKind
  at: number
  offset?: number
  values: number[]
  arrivedAt: number
}
interface Minute {
  /** When something came for it last. */
  touchedAt: number
  offset?: number
  parts: { [kind in SampleKind]?: Part }
}
/** Minutes that are open, of a person or of one workout, and how far what is counted has come. */
export interface Track {
  counters: { [kind in SampleKind]?: Counter }
  totals: { [kind in SampleKind]?: number }
  minutes: { [minute: number]: Minute }
}
/** A reading as it is told, with the clock of whoever measured it. */
export type Told = Reading & { offset?: number }

/** A minute is told when it is over, and nothing came for it for so long. What comes later is told beside it. */
export const GRACE_MS = MINUTE_MS

export const newTrack = (): Track => ({ counters: {}, totals: {}, minutes: {} })

/** `fromZero`: what is counted began with the track. */
export function addTo(track: Track, { kind, at, offset, values, arrivedAt }: Timed, fromZero = false): void {
  const { counted } = KINDS[kind]
  for (const value of values) {
    if (!counted) {
      const minute = minuteOf(track, at, offset, arrivedAt)
      minute.parts[kind] = (kind === 'RR_INTERVAL' ? addBeat : addReading)(minute.parts[kind], at, value)
      continue
    }
    const known = track.counters[kind]
    const next = { value, at, seenAt: arrivedAt }
    const begins = !known && fromZero && value > 0 && value <= counted.atOnce
    const found = begins ? { counter: next, rise: { from: at, by: value } } : rise(known, next, counted)
    track.counters[kind] = found.counter
    if (!found.rise) continue
    const total = (track.totals[kind] ?? 0) + found.rise.by
    track.totals[kind] = total
    const minute = minuteOf(track, at, offset, arrivedAt)
    minute.parts[kind] = addRise(minute.parts[kind], Math.floor(at / MINUTE_MS), found.rise, at, total)
  }
}
function minuteOf({ minutes }: Track, at: number, offset: number | undefined, arrivedAt: number): Minute {
  const number = Math.floor(at / MINUTE_MS)
  let minute = minutes[number]
  if (!minute) {
    minute = { touchedAt: arrivedAt, parts: {} }
    minutes[number] = minute
  }
  minute.touchedAt = Math.max(minute.touchedAt, arrivedAt)
  if (offset !== undefined) minute.offset = offset
  return minute
}

/** Takes what is over; `all`: whatever it is. In order of time. */
export function takeClosed({ minutes }: Track, now: number, all = false): Told[] {
  const found: Told[] = []
  for (const [number, { touchedAt, offset, parts }] of Object.entries(minutes)) {
    const over = Math.max(touchedAt, (Number(number) + 1) * MINUTE_MS) + GRACE_MS <= now
    if (!over && !all) continue
    delete minutes[Number(number)]
    // A figure that the device made itself goes before ours.
    const { RR_INTERVAL, ...others } = parts
    for (const [kind, part] of Object.entries(
      parts.HRV_RMSSD ? others : { ...others, ...(RR_INTERVAL && { RR_INTERVAL }) },
    ))
      found.push(
        ...told(kind as SampleKind, part).map((reading) => ({ ...reading, ...(offset !== undefined && { offset }) })),
      )
  }
  return found.sort((a, b) => a.at - b.at)
}
export const isEmpty = ({ minutes }: Track): boolean => {
  for (const _ in minutes) return false
  return true
}
