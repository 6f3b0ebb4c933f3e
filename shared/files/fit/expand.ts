import { exact } from '../../source/numbers.ts'
import type { Named } from './named.ts'

/** Fields that hold several values in few bits, told in full. */

/** Twelve bits of speed (1/100 m/s) and twelve of distance (1/16 m), which runs over every 256 m. */
export function unpackSpeedAndDistance(records: Named[]): void {
  let [total, last] = [0, 0]
  for (const record of records) {
    const packed = record.compressed_speed_distance
    if (!Array.isArray(packed) || packed.length !== 3) continue
    const [low, middle, high] = packed as [number, number, number]
    const distance = (middle >> 4) | (high << 4)
    total += (distance - last) & 0xfff
    last = distance
    record.speed ??= exact((low | ((middle & 15) << 8)) / 100)
    record.distance ??= total / 16
    delete record.compressed_speed_distance
  }
}

/**
 * Beats that a strap kept by itself (while swimming): moments in 1/1024 s of its own clock, of which the first message
 * says what they are in time; later ones give twelve bits of each, two in three bytes.
 */
export function unpackBeats(messages: Named[]): { timestamp: number; bpm: number }[] {
  const beats: { timestamp: number; bpm: number }[] = []
  let [anchorAt, anchor, last] = [0, 0, -1]
  for (const { timestamp, fractional_timestamp = 0, event_timestamp, event_timestamp_12, filtered_bpm } of messages) {
    const bpm = (filtered_bpm ?? []) as (number | null)[]
    let moments: number[] = []
    if (Array.isArray(event_timestamp)) {
      moments = event_timestamp.filter((one) => typeof one === 'number')
      if (typeof timestamp === 'number' && moments.length > 0)
        [anchorAt, anchor] = [timestamp + Number(fractional_timestamp), moments[0]!]
      if (moments.length > 0) last = Math.round(moments.at(-1)! * 1024)
    } else if (Array.isArray(event_timestamp_12) && last >= 0) {
      for (const bits of twelveBits(event_timestamp_12)) {
        const later = (bits - last) & 0xfff
        last += later
        // The last message is filled up with its last beat.
        moments.push(later === 0 ? Number.NaN : last / 1024)
      }
    }
    moments.forEach((at, i) => {
      const rate = bpm[i]
      if (typeof rate === 'number' && rate > 0 && anchorAt > 0 && !Number.isNaN(at))
        beats.push({ timestamp: Math.round((anchorAt + at - anchor) * 1000) / 1000, bpm: rate })
    })
  }
  return beats
}
function twelveBits(bytes: (number | null)[]): number[] {
  const all: number[] = []
  for (let i = 0; i + 2 < bytes.length; i += 3) {
    const [low, middle, high] = [0, 1, 2].map((n) => bytes[i + n] ?? 0xff) as [number, number, number]
    all.push(low | ((middle & 15) << 8), (middle >> 4) | (high << 4))
  }
  return all
}

/**
 * Intervals between beats have no time of their own: they stand behind the record in whose second they ended, so each
 * list counts on from there (or from the list before, where that is later).
 */
export function placeIntervals(messages: Named[]): { timestamp: number; rr_interval_ms: number }[] {
  const placed: { timestamp: number; rr_interval_ms: number }[] = []
  let at = 0
  for (const { time, after } of messages) {
    if (!Array.isArray(time) || typeof after !== 'number') continue
    at = Math.max(at, after)
    for (const seconds of time) {
      if (typeof seconds !== 'number') continue
      at = Math.round((at + seconds) * 1000) / 1000
      placed.push({ timestamp: at, rr_interval_ms: exact(seconds * 1000) })
    }
  }
  return placed
}
