/** A measure over time against its objective, oldest first. Where nothing was measured there is a gap. */
export interface Point {
  at: string
  value: number | null
}
interface Props {
  /** What a person reads who does not see it. */
  label: string
  points: Point[]
  target: number
  better: 'higher' | 'lower'
  format: (value: number) => string
}

/** The box it is drawn in: scaled as a whole, so that its words keep their shape. */
const BOX = { width: 320, height: 132, left: 46, right: 10, top: 10, bottom: 22 }

/** Dots on a line; the side where the objective is missed is tinted, so that one sees how far off it is. */
export const Trend = ({ label, points, target, better, format }: Props) => {
  const { from, to } = rangeOf(points, target)
  const foot = BOX.height - BOX.bottom
  const y = (value: number) => round(foot - ((value - from) / (to - from)) * (foot - BOX.top))
  const step = (BOX.width - BOX.left - BOX.right - 8) / Math.max(points.length - 1, 1)
  const x = (i: number) => round(BOX.left + 4 + i * step)
  const line = y(target)
  const missed = (value: number) => (better === 'higher' ? value < target : value > target)
  return (
    <svg class="trend" viewBox={`0 0 ${BOX.width} ${BOX.height}`} role="img" aria-label={label}>
      <rect
        class="missed"
        x={BOX.left}
        width={BOX.width - BOX.left - BOX.right}
        y={better === 'higher' ? line : BOX.top}
        height={better === 'higher' ? foot - line : line - BOX.top}
      />
      <line class="foot" x1={BOX.left} x2={BOX.width - BOX.right} y1={foot} y2={foot} />
      <line class="target" x1={BOX.left} x2={BOX.width - BOX.right} y1={line} y2={line} />
      <Ticks values={[from, to, target]} y={y} line={line} target={target} format={format} />
      <path class="line" d={strokeOf(points, x, y)} />
      {points.map(({ at, value }, i) =>
        value === null ? null : (
          <circle class={missed(value) ? 'bad' : 'good'} cx={x(i)} cy={y(value)} r={points.length > 20 ? 2.5 : 3.5}>
            <title>{`${dayOf(at)}: ${format(value)}`}</title>
          </circle>
        ),
      )}
      {points.length > 0 && (
        <text class="time" x={BOX.left} y={BOX.height - 6}>
          {dayOf(points[0]!.at)}
        </text>
      )}
      {points.length > 1 && (
        <text class="time" x={BOX.width - BOX.right} y={BOX.height - 6} text-anchor="end">
          {dayOf(points.at(-1)!.at)}
        </text>
      )}
    </svg>
  )
}

interface TicksProps {
  values: number[]
  y: (value: number) => number
  line: number
  target: number
  format: (value: number) => string
}
/** The ends of the scale and the objective; an end that would run into the objective is left out. */
const Ticks = ({ values, y, line, target, format }: TicksProps) => (
  <>
    {[...new Set(values)]
      .filter((value) => value === target || Math.abs(y(value) - line) > 13)
      .map((value) => (
        <text class={value === target ? 'objective' : 'tick'} x={BOX.left - 6} y={y(value) + 4} text-anchor="end">
          {format(value)}
        </text>
      ))}
  </>
)

/** As much of the scale as the values and the objective take, and a little more: shares near 1 are told apart. */
function rangeOf(points: Point[], target: number): { from: number; to: number } {
  const values = [target, ...points.flatMap(({ value }) => (value === null ? [] : [value]))]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const pad = Math.max((high - low) * 0.15, Math.abs(target) * 0.02, 1e-6)
  return { from: Math.max(0, low - pad), to: high <= 1 ? Math.min(1, high + pad) : high + pad }
}

function strokeOf(points: Point[], x: (i: number) => number, y: (value: number) => number): string {
  let pen = 'M'
  return points
    .map(({ value }, i) => {
      if (value === null) {
        pen = 'M'
        return ''
      }
      const stroke = `${pen}${x(i)} ${y(value)}`
      pen = 'L'
      return stroke
    })
    .join('')
}

const round = (value: number): number => Math.round(value * 10) / 10
/** `27 Nov`, or with the hour where it is not midnight. */
export function dayOf(at: string): string {
  const date = new Date(at)
  const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`
  return at.length > 10 && date.getUTCHours() + date.getUTCMinutes() > 0 ? `${day} ${at.slice(11, 16)}` : day
}
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
