import { strokesOf } from './path.ts'
import { figureOf, placeOn, type Scale, scaleOf } from './scale.ts'
import { rangeSince, type Series } from './series.ts'

const NS = 'http://www.w3.org/2000/svg'
const MARGIN = { top: 8, right: 14, bottom: 22 }
/** Room for the numbers of the scale. */
const leftOf = (labels: string[]): number => 16 + 7 * Math.max(2, ...labels.map((label) => label.length))

const NOTHING: Scale = { from: 0, to: 1, ticks: [] }

export interface Look {
  /** It spans so much of the quantity at least: small changes are not to look like large ones. */
  least: number
  span: number
  /** The right edge, by the producer's own clock. */
  now: number
}

/** Draws into the `Chart` of pages/chart.tsx: lines and numbers of the scale, times, the line, and a dot where it is now. */
export function newChart(svg: SVGSVGElement) {
  const [plot, line, area, grid, head] = ['.plot', '.line', '.area', '.grid', '.head'].map(
    (name) => svg.querySelector(name)!,
  )
  let size = { width: svg.clientWidth, height: svg.clientHeight }
  const observer = new ResizeObserver(([entry]) => {
    size = { width: entry!.contentRect.width, height: entry!.contentRect.height }
  })
  observer.observe(svg)
  let left = leftOf([])
  let drawn = ''

  /** The scale is redrawn only where it changes: ten times a second would cost more than it shows. */
  function drawGrid(scale: Scale, span: number, digits: number): void {
    const { width, height } = size
    const wanted = [width, height, span, digits, ...scale.ticks].join()
    if (drawn === wanted) return
    drawn = wanted
    const foot = height - MARGIN.bottom
    const labels = scale.ticks.map((tick) => figureOf(tick, digits))
    left = leftOf(labels)
    // What is left and right of the frame is cut off there.
    const box = { x: left, y: 0, width: Math.max(1, width - left - MARGIN.right), height: foot }
    for (const [key, value] of Object.entries(box)) plot!.setAttribute(key, String(value))
    const marks: SVGElement[] = []
    for (const [i, tick] of scale.ticks.entries()) {
      const y = foot - placeOn(scale, tick, foot - MARGIN.top)
      marks.push(make('line', { x1: left, x2: width - MARGIN.right, y1: y, y2: y }))
      marks.push(make('text', { x: left - 8, y: y + 4, 'text-anchor': 'end' }, labels[i]))
    }
    for (let back = 0; back <= span; back += span <= 120_000 ? 30_000 : 60_000) {
      const x = width - MARGIN.right - placeOn({ from: 0, to: span }, back, width - left - MARGIN.right)
      marks.push(make('line', { class: 'time', x1: x, x2: x, y1: foot, y2: foot + 4 }))
      const anchor = back === 0 ? 'end' : back === span ? 'start' : 'middle'
      if (back % 60_000 === 0)
        marks.push(
          make('text', { x, y: foot + 17, 'text-anchor': anchor }, back === 0 ? 'now' : `−${back / 60_000} min`),
        )
    }
    grid!.replaceChildren(...marks)
  }

  return {
    draw(series: Series | undefined, { least, span, now }: Look): void {
      const from = now - span
      const range = series && rangeSince(series, from)
      const scale = range ? scaleOf(range.low, range.high, { least }) : NOTHING
      drawGrid(scale, span, digitsOf(scale))
      const width = Math.max(1, size.width - left - MARGIN.right)
      const height = Math.max(1, size.height - MARGIN.bottom)
      const strokes = strokesOf(range ? series.slots : [], { width, height, top: MARGIN.top, from, to: now, scale })
      line!.setAttribute('d', strokes.line)
      area!.setAttribute('d', strokes.area)
      head!.setAttribute(
        'transform',
        strokes.head ? `translate(${strokes.head.x + left} ${strokes.head.y})` : 'translate(-99 -99)',
      )
    },
    /** What the chart says to whoever does not see it. */
    describe(text: string): void {
      if (svg.getAttribute('aria-label') !== text) svg.setAttribute('aria-label', text)
    },
    end: () => observer.disconnect(),
  }
}

/** As many digits as tell the ticks apart. */
function digitsOf({ ticks: [first = 0, second = 1] }: Scale): number {
  return (
    [0, 1, 2, 3, 4].find((digits) => Number.isInteger(Number(((second - first) * 10 ** digits).toPrecision(9)))) ?? 5
  )
}

function make(name: string, attributes: Record<string, string | number>, text?: string): SVGElement {
  const element = document.createElementNS(NS, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
  if (text !== undefined) element.textContent = text
  return element
}
