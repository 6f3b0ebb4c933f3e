import { MINUTE_MS, SECOND_MS } from '../base/time.ts'

/** A running total as a device tells it: steps since midnight, or since it was put on. */
export interface Counter {
  value: number
  /** When that was, by the sample; and when it came. */
  at: number
  seenAt: number
}
export interface Rise {
  from: number
  by: number
}
/** Of one that has been silent for so long another takes over. */
const SILENT_MS = MINUTE_MS

/**
 * What a total has risen by. Where two devices of a person tell totals of their own, one is followed, so that no step counts
 * twice: a value that cannot follow from the last one is the other device's, until the one that is followed falls silent.
 * A total that begins anew has risen by what it says. → the rise, if there is one, and what is known now
 */
export function rise(
  counter: Counter | undefined,
  next: Counter,
  { perSecond, atOnce }: { perSecond: number; atOnce: number },
): { counter: Counter; rise?: Rise } {
  if (!counter) return { counter: next }
  // Late: what it rose by until then is in the later total already.
  if (next.at < counter.at) return { counter }
  const most = atOnce + (perSecond * (next.at - counter.at)) / SECOND_MS
  const by = next.value >= counter.value ? next.value - counter.value : next.value
  if (by <= most) return by === 0 ? { counter: next } : { counter: next, rise: { from: counter.at, by } }
  return { counter: next.seenAt - counter.seenAt >= SILENT_MS ? next : counter }
}
