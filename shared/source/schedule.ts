import { DAY_MS, HOUR_MS, MINUTE_MS } from '../base/time.ts'
import type { Polling } from './define.ts'

/** When a provider is asked on our own account. Pure: the clock and the dice come in. */

/** How much more often, and less often, than usual. */
const FASTEST = 4
const SLOWEST = 4
/** Connections of a provider that were made together are not asked together. */
const JITTER = 0.2

export const usualMs = ({ everyMinutes }: Polling): number => everyMinutes * MINUTE_MS

/** The pace after a look: twice as often where something was new, half as much again where nothing was. */
export function paceAfter(polling: Polling, everyMs: number, isNew: boolean): number {
  const usual = usualMs(polling)
  return isNew ? Math.max(usual / FASTEST, everyMs / 2) : Math.min(usual * SLOWEST, everyMs * 1.5)
}
export const jittered = (ms: number, chance: number): number => Math.round(ms * (1 - JITTER + 2 * JITTER * chance))

/** The window of the next look: from before the last one's end, for what came late. */
export const nextWindow = (polling: Polling, seenTo: number, now: number): { from: number; to: number } => ({
  from: Math.min(seenTo, now) - polling.overlapHours * HOUR_MS,
  to: now,
})

/** One slice of a backfill is asked for at a time. */
const SLICE_DAYS = 30

/** The slices of a span, the newest first: what people look at first is there first. Epoch ms, half-open. */
export function slicesOf(from: number, to: number): { from: number; to: number }[] {
  const slices: { from: number; to: number }[] = []
  for (let end = to; end > from; end -= SLICE_DAYS * DAY_MS)
    slices.push({ from: Math.max(from, end - SLICE_DAYS * DAY_MS), to: end })
  return slices
}
