/** The longest span that a chart shows; what is older is forgotten. */
export const SPAN_MS = 5 * 60_000
/** A chart is some hundreds of pixels wide: what falls into one slot of time is one stroke, so that memory is bounded at any rate. */
const SLOT_MS = 500
/** Spread of the samples' own clocks: nothing may be kept beyond it. */
const MOST_SLOTS = (2 * SPAN_MS) / SLOT_MS

/** What came within one slot: where it began and ended, and how far it went. */
export interface Slot {
  from: number
  to: number
  first: number
  low: number
  high: number
  last: number
}
/** One quantity of one user, oldest first. */
export interface Series {
  slots: Slot[]
  latest: { at: number; value: number } | undefined
}

export const newSeries = (): Series => ({ slots: [], latest: undefined })

const numberOf = (at: number): number => Math.floor(at / SLOT_MS)

/** Puts a sample where its time says, also where it comes late. `at` is the sample's own time. */
export function addSample(series: Series, at: number, value: number): void {
  const { slots, latest } = series
  if (!latest || at >= latest.at) series.latest = { at, value }
  let i = slots.length - 1
  while (i >= 0 && numberOf(slots[i]!.from) > numberOf(at)) i--
  const slot = slots[i]
  if (slot && numberOf(slot.from) === numberOf(at)) {
    slot.low = Math.min(slot.low, value)
    slot.high = Math.max(slot.high, value)
    if (at < slot.from) Object.assign(slot, { from: at, first: value })
    if (at >= slot.to) Object.assign(slot, { to: at, last: value })
  } else slots.splice(i + 1, 0, { from: at, to: at, first: value, low: value, high: value, last: value })
  if (slots.length > MOST_SLOTS) slots.splice(0, slots.length - MOST_SLOTS)
}

/** Forgets what ended before this time. */
export function forget(series: Series, before: number): void {
  const kept = series.slots.findIndex(({ to }) => to >= before)
  series.slots.splice(0, kept < 0 ? series.slots.length : kept)
}

/** The lowest and the highest value since this time; undefined where there is none. */
export function rangeSince({ slots }: Series, from: number): { low: number; high: number } | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = slots.length - 1; i >= 0 && slots[i]!.to >= from; i--) {
    low = Math.min(low, slots[i]!.low)
    high = Math.max(high, slots[i]!.high)
  }
  return low <= high ? { low, high } : undefined
}
