import type { Counts } from '../../../../shared/sdk/producer/producer.ts'
import { newChart } from '../../../pages/scripts/chart/chart.ts'
import { rangeSince, type Series } from '../../../pages/scripts/chart/series.ts'
import type { Pairing } from './pairing.ts'
import { effortWord, type Told } from './words.ts'

const SPAN_MS = 120_000
/** From bottom to top at least: a calm heart is no mountain range. */
const LEAST_BPM = 40

/** The page as the script sees it: each thing by its id, and how it is shown. */
export class View {
  readonly useStrap = button('use-strap')
  readonly useSimulator = button('use-simulator')
  readonly stop = button('stop')
  readonly unpair = button('unpair')
  readonly pair = element('pair') as HTMLFormElement
  readonly token = element('token') as HTMLInputElement
  readonly effort = element('effort') as HTMLInputElement
  private readonly chart = newChart(element('chart') as unknown as SVGSVGElement)
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

  curve(rates: Series, now: number): void {
    const from = now - SPAN_MS
    const range = rangeSince(rates, from)
    element('stage').classList.toggle('empty', !range)
    this.chart.draw(rates, { least: LEAST_BPM, span: SPAN_MS, now })
    const shown = rates.slots.filter(({ to }) => to >= from)
    const mean = Math.round(shown.reduce((sum, { last }) => sum + last, 0) / shown.length)
    put('low', range ? String(range.low) : '–')
    put('mean', range ? String(mean) : '–')
    put('high', range ? String(range.high) : '–')
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
