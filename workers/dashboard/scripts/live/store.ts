import { addSample, forget, newSeries, type Series, SPAN_MS } from '../../../pages/scripts/chart/series.ts'
import { hubTimeOf, noteLag } from './clock.ts'

/** A DISPATCH as the stream sends it; `d` is the producer's own and may hold anything. */
export interface Dispatch {
  uid: string
  seq: number
  t: string
  d?: { ts?: unknown; val?: unknown } | null
  synthetic?: boolean
}
/** What is known of one user's stream. */
export interface Stream {
  series: Map<string, Series>
  /** Types that are sent but are no single numbers: they are not drawn. */
  others: Set<string>
  /** By how much samples came to us later than their own times. */
  lags: number[]
  /** From a sample's own time to this screen, of frames that came at once. */
  delays: number[]
  synthetic: boolean
  /** When the newest frame reached the hub. */
  heardAt: number
}

const MOST_TYPES = 24

export const newStream = (): Stream => ({
  series: new Map(),
  others: new Set(),
  lags: [],
  delays: [],
  synthetic: false,
  heardAt: 0,
})

/**
 * Takes a frame in. `now` is the time by the server's clock; what reached the hub before `linkedAt` is history that we asked
 * for, and tells nothing of how long a sample takes.
 */
export function takeFrame(stream: Stream, frame: Dispatch, now: number, linkedAt: number): void {
  const hub = hubTimeOf(frame.seq)
  const at = timeOf(frame.d?.ts) ?? hub
  stream.heardAt = Math.max(stream.heardAt, hub)
  if (frame.synthetic) stream.synthetic = true
  noteLag(stream.lags, hub - at)
  if (hub > linkedAt) noteLag(stream.delays, now - at)
  const value = frame.d?.val
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    if (stream.others.size < MOST_TYPES) stream.others.add(frame.t)
    return
  }
  addSample(seriesFor(stream, frame.t), at, value)
}

function seriesFor({ series }: Stream, type: string): Series {
  const found = series.get(type)
  if (found) return found
  if (series.size >= MOST_TYPES) {
    // The one that was silent the longest makes room.
    const [silent] = [...series].sort(([, a], [, b]) => (a.latest?.at ?? 0) - (b.latest?.at ?? 0))
    series.delete(silent![0])
  }
  const made = newSeries()
  series.set(type, made)
  return made
}

/** Forgets what no chart shows any more. `now` is by the producer's own clock. */
export function forgetOld(stream: Stream, now: number): void {
  for (const series of stream.series.values()) forget(series, now - SPAN_MS)
}

/** ISO 8601 or epoch milliseconds. */
function timeOf(ts: unknown): number | undefined {
  const at = typeof ts === 'number' ? ts : typeof ts === 'string' ? Date.parse(ts) : Number.NaN
  return Number.isFinite(at) ? at : undefined
}
