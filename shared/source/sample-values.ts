import { type Clock, placed, tell } from './clocks.ts'
import { type Bounds, decimal, exact } from './numbers.ts'
import type { OffsetOf } from './offsets.ts'
import { type Context, expected, type Item, Unreadable } from './reader.ts'
import { readTime, type TimeStyle } from './time-styles.ts'
import { converter, type Unit } from './units.ts'
import { isoText } from './wall-clock.ts'

/** What readers of sample series share: how a value becomes a sample's, and how its time is told. */

export type Sample<K extends string, X extends object = Record<never, never>> = { timestamp: string } & {
  [key in K]: number
} & X

/** How the values of a series are read. What is outside the bounds is no sample. */
export interface Values<X extends object = Record<never, never>> extends Bounds {
  times?: number
  /** From the source's unit to the schema's. */
  unit?: readonly [from: Unit, to: Unit]
  /** A table from the provider's codes and words; what is not in it is no sample. */
  entries?: Readonly<Record<string, number>>
  /** Each is added to the ones before, for fields that are running totals. */
  running?: boolean
  /** What every sample says beside. */
  more?: X
}

/** One value of a series: undefined where it is a gap. Texts of numbers are numbers here, since some series are all text. */
export function valueReader(
  values: Values<object>,
  path: string,
): (value: unknown, index: number | string) => number | undefined {
  const { least = -Infinity, most = Infinity, none, times, entries } = values
  const convert = values.unit && converter(...values.unit)
  const known = entries && new Map(Object.entries(entries))
  return (value, index) => {
    if (value === null || value === undefined) return undefined
    if (known) return known.get(String(value))
    const number = typeof value === 'number' ? value : decimal(value)
    if (number === undefined) return undefined
    if (Number.isNaN(number)) throw expected(`${path}.${index}`, 'a number', value)
    if (number < least || number > most || none?.includes(number)) return undefined
    if (convert) return convert(number)
    return times === undefined ? number : exact(number * times)
  }
}

/** Collects the samples of one series. */
export class Series<K extends string, X extends object> {
  readonly samples: Sample<K, X>[] = []
  readonly #key: K
  readonly #more: X | undefined
  readonly #running: boolean
  #sum = 0
  constructor(key: K, { more, running = false }: Values<X>) {
    this.#key = key
    this.#more = more
    this.#running = running
  }
  add(timestamp: string, value: number): void {
    this.#sum = this.#running ? exact(this.#sum + value) : value
    this.samples.push({ timestamp, [this.#key]: this.#sum, ...this.#more } as Sample<K, X>)
  }
  /** undefined where it is empty: an empty series is absent. */
  done(): Sample<K, X>[] | undefined {
    return this.samples.length > 0 ? this.samples : undefined
  }
}
export const fieldsOf = (key: string, { more }: Values<object>): string[] => [
  'timestamp',
  key,
  ...Object.keys(more ?? {}),
]

/** How the times of a series are told: `offset` seconds or `offset-ms` after the base, or a style of its own for each. */
export type StampStyle = 'offset' | 'offset-ms' | TimeStyle
export interface Timing {
  style?: StampStyle
  /** What offsets count from; the record's own base where left out. */
  start?: Clock
  /** Where local times have their offset from, if not the record's. */
  zone?: OffsetOf
}
/** time of a sample → its text. */
export type Stamp = (value: unknown, where: string) => string
/** Made once per series of an item. */
export function stamps({ style = 'offset', start, zone }: Timing): (item: Item, context: Context) => Stamp {
  if (style === 'offset' || style === 'offset-ms') {
    const times = style === 'offset' ? 1000 : 1
    return (item, context) => {
      const { at, offset } = baseOf(start, item, context)
      return (value, where) => {
        const number = typeof value === 'number' ? value : decimal(value)
        if (number === undefined || Number.isNaN(number)) throw expected(where, 'a number', value)
        return isoText(at + number * times, offset)
      }
    }
  }
  const parse = readTime(style)
  return (item, context) => (value, where) => {
    const moment = parse(value, where)
    return tell(zone ? placed(moment, zone, item, context) : moment, context)
  }
}
/** Where a series starts: at its own clock, in the record's offset where it has none. */
export function baseOf(
  start: Clock | undefined,
  item: Item,
  context: Context,
): { at: number; offset: number | undefined } {
  const { frame } = context
  if (!start) return { at: frame.baseAt, offset: frame.offset }
  const moment = start.read(item, context)
  if (!moment) throw new Unreadable(start.from[0]!, `${start.from[0]} is missing`)
  if (moment.offset === undefined) return { at: moment.at - (frame.offset ?? 0) * 1000, offset: frame.offset }
  return { at: moment.at, offset: moment.utc && frame.offset !== undefined ? frame.offset : moment.offset }
}
