import { newChart } from '../../../pages/scripts/chart/chart.ts'
import { figureOf } from '../../../pages/scripts/chart/scale.ts'
import { rangeSince } from '../../../pages/scripts/chart/series.ts'
import { medianOf, shiftOf } from './clock.ts'
import { quantityOf } from './quantities.ts'
import type { Stream } from './store.ts'
import type { Presence } from './views.ts'
import { deviceOf, duration, milliseconds, shortId } from './words.ts'

/** One user on the page: the markup is the server's (live-card.tsx), the words and the chart are kept up here. */
export function newCard(element: HTMLElement, id: string) {
  const at = <T extends Element = HTMLElement>(name: string) => element.querySelector<T>(`[data-of=${name}]`)!
  const chart = newChart(at<SVGSVGElement>('chart'))
  const select = at<HTMLSelectElement>('type')
  let presence: Presence | undefined
  element.dataset.user = id
  write(at('name'), shortId(id))
  write(at('id'), id)

  /** What is drawn: what the person chose, or the heart rate, or what came first. */
  function typeOf(stream: Stream): string | undefined {
    const types = [...stream.series.keys()]
    if (select.options.length !== types.length || types.some((type, i) => select.options[i]!.value !== type)) {
      const wanted = select.value || types.find((type) => /HEART_RATE$/i.test(type)) || types[0]
      select.replaceChildren(...types.map((type) => new Option(quantityOf(type).label, type, false, type === wanted)))
      select.hidden = types.length < 2
      at('label').hidden = types.length >= 2
    }
    return types.includes(select.value) ? select.value : types[0]
  }

  return {
    element,
    tell(told: Presence): void {
      presence = told
      write(at('name'), told.reference_id ?? shortId(id))
    },
    draw(stream: Stream, now: number, span: number): void {
      const shift = shiftOf(stream.lags)
      const type = typeOf(stream)
      const series = type === undefined ? undefined : stream.series.get(type)
      const quantity = quantityOf(type ?? 'HEART_RATE')
      chart.draw(series, { least: quantity.least, span, now: now - shift })
      const value = series?.latest?.value
      write(at('value'), value === undefined ? '–' : figureOf(value, quantity.digits))
      write(at('unit'), quantity.unit)
      write(at('label'), type === undefined ? 'No samples yet' : quantity.label)
      if (element.dataset.tone !== quantity.tone) element.dataset.tone = quantity.tone

      const silent = stream.heardAt === 0 ? timeSince(presence?.last_sample_at, now) : now - stream.heardAt
      const live = presence ? presence.live : silent !== undefined && silent < AWAY_MS
      element.dataset.state = live ? (silent !== undefined && silent < AWAY_MS ? 'live' : 'quiet') : 'away'
      write(at('state'), STATES[element.dataset.state as keyof typeof STATES])
      at('synthetic').hidden = !(stream.synthetic || presence?.synthetic)
      write(at('device'), deviceOf(presence?.device ?? null))
      const since = live ? timeSince(presence?.since, now) : undefined
      write(at('since'), since === undefined ? '–' : duration(since))
      write(at('age'), silent === undefined ? '–' : `${duration(silent)} ago`)
      // What was kept through a gap comes late; it is soon no longer what one wants to know.
      const delay = medianOf(stream.delays.slice(-NEWEST))
      write(at('delay'), delay === undefined || shift !== 0 ? '–' : milliseconds(Math.max(0, delay)))
      const notes = [
        shift === 0 ? '' : `Its clock is ${duration(Math.abs(shift))} ${shift > 0 ? 'behind' : 'ahead'}.`,
        stream.others.size === 0 ? '' : `Not drawn, being no single numbers: ${[...stream.others].join(', ')}.`,
      ].join(' ')
      at('note').hidden = notes.trim() === ''
      write(at('note'), notes)
    },
    /** Said more seldom than drawn: a reader would be told ten times a second. */
    describe(stream: Stream, now: number, span: number): void {
      const type = typeOf(stream)
      const series = type === undefined ? undefined : stream.series.get(type)
      const range = series && rangeSince(series, now - shiftOf(stream.lags) - span)
      if (type === undefined || !range) {
        chart.describe('Nothing to draw yet')
        return
      }
      const { label, unit, digits } = quantityOf(type)
      const [low, high] = [figureOf(range.low, digits), figureOf(range.high, digits)]
      chart.describe(`${label} of the last ${span / 60_000} minutes: from ${low} to ${high} ${unit}`.trimEnd())
    },
    end(): void {
      chart.end()
      element.remove()
    },
  }
}
export type Card = ReturnType<typeof newCard>

const NEWEST = 9
/** Who sends nothing for so long is linked, but silent; the slowest watches send every ten seconds. */
const AWAY_MS = 15_000
const STATES = { live: 'Live', quiet: 'Linked, silent', away: 'Away' }

const timeSince = (at: string | null | undefined, now: number): number | undefined =>
  at === null || at === undefined ? undefined : Math.max(0, now - Date.parse(at))

/** Writing the same again would cost a layout. */
export function write(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}
