import { concat, text } from '../../base/bytes.ts'
import { parseIso } from '../../source/wall-clock.ts'
import type { Pages } from './pages.ts'

const MOST_BYTES = 4 * 1024 * 1024
/** Heads are in the person's language; the values of these are not. */
const DATE = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}/
const RATE = /(\d+(?:[.,]\d+)?)\s*(?:hertz|hz)/i
const VALUE = /^"?-?\d+(?:[.,]\d+)?"?$/
const CLASSES = ['Sinus Rhythm', 'Atrial Fibrillation', 'Inconclusive', 'Poor Recording']

/** A file of an electrocardiogram: a head of `name,value` lines, then one value in microvolts each line. */
export class Electrocardiogram {
  readonly #chunks: Uint8Array[] = []
  #length = 0
  write(bytes: Uint8Array): void {
    this.#length += bytes.length
    if (this.#length <= MOST_BYTES) this.#chunks.push(bytes.slice())
  }
  end(pages: Pages): void {
    const found = this.#length <= MOST_BYTES ? electrocardiogramOf(text(concat(...this.#chunks))) : undefined
    if (found) pages.put('electrocardiograms', { electrocardiograms: [found] })
    else pages.tell('an electrocardiogram could not be read: its date, its rate or its values are missing')
  }
}

function electrocardiogramOf(csv: string): object | undefined {
  const lines = csv.split(/\r?\n/)
  const isValue = (line: string) => VALUE.test(line)
  const first = lines.findIndex(isValue)
  const head = lines.slice(0, first < 0 ? 0 : first).join('\n')
  const [date, rate] = [DATE.exec(head)?.[0], RATE.exec(head)?.[1]]
  if (date === undefined || rate === undefined || !parseIso(date)) return undefined
  const microvolts = lines
    .slice(first)
    .filter(isValue)
    .map((line) => Number(line.replaceAll('"', '').replace(',', '.')))
  const classification = CLASSES.find((word) => head.includes(word))
  return {
    startDate: date,
    ...(classification && { classification }),
    secondsPerSample: 1 / Number(rate.replace(',', '.')),
    microvolts,
  }
}
