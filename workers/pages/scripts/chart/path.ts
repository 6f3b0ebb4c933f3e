import { placeOn, type Scale } from './scale.ts'
import type { Slot } from './series.ts'

export interface Frame {
  width: number
  height: number
  /** Room above the highest value. */
  top?: number
  /** The times at the left and the right edge. */
  from: number
  to: number
  scale: Pick<Scale, 'from' | 'to'>
}
export interface Strokes {
  line: string
  /** The same down to the foot, to be filled. */
  area: string
  /** Where the line ends. */
  head: { x: number; y: number } | undefined
}

/** A pause of so many times the usual distance is a gap, and no line leads over it. */
const GAP_TIMES = 4
const LEAST_GAP_MS = 5_000

/** Slots as an SVG path. Slots that are left of the frame lead into it from outside, one at most. */
export function strokesOf(slots: readonly Slot[], frame: Frame): Strokes {
  const { width, height, top = 0, from, to, scale } = frame
  const x = (at: number) => round(placeOn({ from, to }, at, width))
  const y = (value: number) => round(height - placeOn(scale, value, height - top))
  const begin = Math.max(0, slots.findIndex((slot) => slot.to >= from) - 1)
  const shown = slots.slice(slots.at(-1) && slots.at(-1)!.to < from ? slots.length : begin)
  const gap = gapOf(shown)
  let [line, area, start, last] = ['', '', 0, undefined as Slot | undefined]
  const close = () => {
    if (last) area += `L${x(last.to)} ${height}L${start} ${height}Z`
  }
  for (const slot of shown) {
    const broken = !last || slot.from - last.to > gap
    if (broken) {
      close()
      start = x(slot.from)
    }
    let stroke = `${broken ? 'M' : 'L'}${x(slot.from)} ${y(slot.first)}`
    if (slot.to > slot.from) {
      // Many samples in one slot are a stroke from the lowest to the highest.
      const middle = x((slot.from + slot.to) / 2)
      if (slot.low < Math.min(slot.first, slot.last)) stroke += `L${middle} ${y(slot.low)}`
      if (slot.high > Math.max(slot.first, slot.last)) stroke += `L${middle} ${y(slot.high)}`
      stroke += `L${x(slot.to)} ${y(slot.last)}`
    }
    line += stroke
    area += stroke
    last = slot
  }
  close()
  return { line, area, head: last && { x: x(last.to), y: y(last.last) } }
}

/** From which pause on a line is broken: by the distance that samples usually have. */
function gapOf(slots: readonly Slot[]): number {
  const distances = slots.slice(1).map((slot, i) => slot.from - slots[i]!.to)
  const usual = distances.sort((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0
  return Math.max(LEAST_GAP_MS, GAP_TIMES * usual)
}

const round = (pixels: number): number => Math.round(pixels * 10) / 10
