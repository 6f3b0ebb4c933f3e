export interface Point {
  at: number
  bpm: number
}
/** Of the SVG's own units. */
export interface Frame {
  width: number
  height: number
  /** Shown of the time up to now. */
  spanMs: number
}
export interface Curve {
  line: string
  area: string
  tip: { x: number; y: number } | undefined
  ticks: { bpm: number; y: number }[]
}

/** Where nothing came for so long the line has a gap: nobody knows what was between. */
const GAP_MS = 5_000
/** At least so many beats a minute from bottom to top: a calm heart is no mountain range. */
const LEAST_BPM = 40
/** Room above and below, so that no stroke is cut; at the left for the numbers, at the right for the tip. */
const MARGIN = 6
export const LEFT = 40
const RIGHT = 6

/** The running curve, as paths. */
export function curveOf(points: Point[], now: number, { width, height, spanMs }: Frame): Curve {
  const shown = points.filter(({ at }) => at >= now - spanMs)
  const { from, to } = rangeOf(shown)
  const x = (at: number) => round(width - RIGHT - ((now - at) / spanMs) * (width - LEFT - RIGHT))
  const y = (bpm: number) => round(height - MARGIN - ((bpm - from) / (to - from)) * (height - 2 * MARGIN))
  const pieces: Point[][] = []
  for (const point of shown) {
    const last = pieces.at(-1)?.at(-1)
    if (last && point.at - last.at <= GAP_MS) pieces.at(-1)!.push(point)
    else pieces.push([point])
  }
  const lines = pieces.map((piece) => piece.map(({ at, bpm }) => `${x(at)} ${y(bpm)}`).join('L'))
  const areas = pieces.map((piece, i) => `M${x(piece[0]!.at)} ${height}L${lines[i]}L${x(piece.at(-1)!.at)} ${height}Z`)
  const tip = shown.at(-1)
  const step = to - from > 80 ? 40 : 20
  const ticks: Curve['ticks'] = []
  for (let bpm = Math.ceil(from / step) * step; bpm <= to; bpm += step) ticks.push({ bpm, y: y(bpm) })
  return {
    line: lines.map((line) => `M${line}`).join(''),
    area: areas.join(''),
    tip: tip && { x: x(tip.at), y: y(tip.bpm) },
    ticks,
  }
}

function rangeOf(points: Point[]): { from: number; to: number } {
  const rates = points.map(({ bpm }) => bpm)
  const [low, high] = rates.length > 0 ? [Math.min(...rates), Math.max(...rates)] : [60, 100]
  const missing = Math.max(0, LEAST_BPM - (high - low)) / 2
  return { from: Math.max(0, Math.floor((low - missing) / 10) * 10), to: Math.ceil((high + missing) / 10) * 10 }
}

const round = (number: number): number => Math.round(number * 10) / 10
