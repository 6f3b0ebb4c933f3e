import type { Hop, StreamStatus } from './views.ts'
import { bytes, duration, milliseconds } from './words.ts'

/** The status block, by the names that its places have on the page. */
export const FIGURES = {
  producers: 'Producers',
  consumers: 'Consumers',
  rate: 'Frames a minute',
  kept: 'Kept for replay',
  session_to_hub: 'Edge to hub',
  hub: 'In the hub',
  hub_to_consumer: 'Hub to consumer',
  screen: 'To this screen',
} as const
/** Less than this is the way to a consumer, not one who lags. */
const BEHIND_MS = 1_000
export type Figure = keyof typeof FIGURES

export function figuresOf(status: StreamStatus, now: number): Record<Exclude<Figure, 'screen'>, string> {
  const { producers, consumers, frames_last_minute, retained, latency } = status
  const behind = Math.max(0, ...consumers.map((one) => one.behind_ms ?? 0))
  return {
    producers: count(producers),
    consumers: `${count(consumers.length)}${behind >= BEHIND_MS ? `, one ${duration(behind)} behind` : ''}`,
    rate: count(frames_last_minute),
    kept: keptOf(retained, now),
    session_to_hub: hop(latency.session_to_hub),
    hub: hop(latency.hub),
    hub_to_consumer: hop(latency.hub_to_consumer),
  }
}

/** How far back a consumer can go; and what went before its day was over. */
function keptOf({ from, bytes: size, dropped }: StreamStatus['retained'], now: number): string {
  const kept = from === null ? 'nothing' : `${duration(now - Date.parse(from))}, ${bytes(size)}`
  return dropped ? `${kept}; ${count(dropped.frames)} frames dropped` : kept
}

/** Half of all frames were as fast as the first number, all but a hundredth as fast as the second. */
const hop = ({ p50_ms, p99_ms, n }: Hop): string =>
  n === 0 || p50_ms === null || p99_ms === null ? '–' : `${milliseconds(p50_ms)} · ${milliseconds(p99_ms)}`
/** The same of what the page measured itself. */
export function spread(delays: number[]): string {
  const sorted = delays.toSorted((a, b) => a - b)
  const at = (part: number) => Math.max(0, sorted[Math.ceil(part * sorted.length) - 1] ?? 0)
  return hop({ p50_ms: at(0.5), p99_ms: at(0.99), n: sorted.length })
}
const count = (number: number): string => number.toLocaleString('en')
