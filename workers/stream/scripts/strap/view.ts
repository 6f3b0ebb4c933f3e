import type { Counts } from '../../../../shared/sdk/producer/producer.ts'
import { type Curve, curveOf, LEFT, type Point } from './curve.ts'
import type { Pairing } from './pairing.ts'
import { effortWord, type Told } from './words.ts'

const SPAN_MS = 120_000
const SVG = 'http://www.w3.org/2000/svg'

/** The page as the script sees it: each thing by its id, and how it is shown. */
export class View {
  readonly useStrap = button('use-strap')
  readonly useSimulator = button('use-simulator')
  readonly stop = button('stop')
  readonly unpair = button('unpair')
  readonly pair = element('pair') as HTMLFormElement
  readonly token = element('token') as HTMLInputElement
  readonly effort = element('effort') as HTMLInputElement
  private pulse: Animation | undefined
  private readonly calm = matchMedia('(prefers-reduced-motion: reduce)')

  /** Smoothly where that is welcome, otherwise with each beat that comes. */
  get isSmooth(): boolean {
    return !this.calm.matches
  }

  state({ badge, tone, line }: Told): void {
    const state = element('state')
    // Said again it would be read aloud again.
    if (state.textContent !== badge) state.textContent = badge
    state.className = `badge ${tone}`
    if (element('line-of-state').textContent !== line) put('line-of-state', line)
  }
  trouble(text: string | undefined): void {
    show('trouble', text !== undefined)
    if (text !== undefined) put('trouble', text)
  }

  rate(bpm: number | undefined): void {
    put('bpm', bpm === undefined ? '–' : String(bpm))
    element('bpm').classList.remove('stale')
    element('heart').classList.toggle('beats', bpm !== undefined)
    if (bpm === undefined || !this.isSmooth) {
      this.pulse?.cancel()
      this.pulse = undefined
      return
    }
    this.pulse ??= element('heart').animate(
      [
        { transform: 'scale(1)' },
        { transform: 'scale(1.16)', offset: 0.14 },
        { transform: 'scale(1)', offset: 0.42 },
        { transform: 'scale(1)' },
      ],
      { duration: 1_000, iterations: Number.POSITIVE_INFINITY },
    )
    this.pulse.updatePlaybackRate(bpm / 60)
  }
  /** The last value stands, and is not of now. */
  stale(): void {
    element('bpm').classList.add('stale')
    element('heart').classList.remove('beats')
    this.pulse?.cancel()
    this.pulse = undefined
  }

  curve(points: Point[], now: number): void {
    const chart = element('chart')
    const { clientWidth: width, clientHeight: height } = chart.parentElement!
    const curve = curveOf(points, now, { width, height, spanMs: SPAN_MS })
    element('line').setAttribute('d', curve.line)
    element('area').setAttribute('d', curve.area)
    const tip = element('tip')
    tip.classList.toggle('shown', curve.tip !== undefined)
    if (curve.tip) {
      tip.setAttribute('cx', String(curve.tip.x))
      tip.setAttribute('cy', String(curve.tip.y))
    }
    element('stage').classList.toggle('empty', curve.tip === undefined)
    element('ticks').replaceChildren(...(curve.tip ? ticksOf(curve, width) : []))
    const rates = points.filter(({ at }) => at >= now - SPAN_MS).map(({ bpm }) => bpm)
    const mean = Math.round(rates.reduce((sum, bpm) => sum + bpm, 0) / rates.length)
    put('low', rates.length > 0 ? String(Math.min(...rates)) : '–')
    put('mean', rates.length > 0 ? String(mean) : '–')
    put('high', rates.length > 0 ? String(Math.max(...rates)) : '–')
  }

  counts({ sent, acknowledged, waiting, dropped }: Omit<Counts, 'submitted' | 'inDoubt'>): void {
    for (const [id, count] of Object.entries({ sent, acknowledged, waiting, dropped }))
      put(id, count.toLocaleString('en'))
    element('dropped').classList.toggle('lost', dropped > 0)
  }

  /** undefined: none is chosen. */
  source(source: { name: string; line: string; isSimulated: boolean } | undefined): void {
    show('choices', source === undefined)
    show('running', source !== undefined)
    show('effort-field', source?.isSimulated === true)
    if (!source) return
    put('source-name', source.name)
    if (element('source-state').textContent !== source.line) put('source-state', source.line)
  }
  effortTold(effort: number): void {
    put('effort-word', effortWord(effort))
    this.effort.setAttribute('aria-valuetext', effortWord(effort))
  }
  busy(isBusy: boolean): void {
    this.useStrap.disabled = this.useSimulator.disabled = isBusy
    this.useStrap.setAttribute('aria-busy', String(isBusy))
    this.useStrap.textContent = isBusy ? 'Connecting …' : 'Connect a strap'
  }

  pairing(pairing: Pairing | undefined): void {
    show('paired', pairing !== undefined)
    show('pair', pairing === undefined)
    if (!pairing) return
    const time = pairing.expiresAt && new Date(pairing.expiresAt).toLocaleTimeString([], { timeStyle: 'short' })
    put('paired-name', pairing.name ?? 'Paired')
    put('paired-until', time ? `until ${time}` : 'with a pairing token')
  }
}

function ticksOf({ ticks }: Curve, width: number): SVGElement[] {
  return ticks.flatMap(({ bpm, y }) => {
    const line = document.createElementNS(SVG, 'line')
    for (const [name, value] of Object.entries({ x1: LEFT, x2: width, y1: y, y2: y }))
      line.setAttribute(name, String(value))
    const text = document.createElementNS(SVG, 'text')
    text.setAttribute('x', '0')
    text.setAttribute('y', String(y + 4))
    text.textContent = String(bpm)
    return [line, text]
  })
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the page has no #${id}`)
  return found
}
const button = (id: string) => element(id) as HTMLButtonElement
const put = (id: string, text: string) => {
  element(id).textContent = text
}
const show = (id: string, isShown: boolean) => {
  element(id).hidden = !isShown
}
