import { type Context, expected, goTo, type Item, type Reader, Unreadable } from './reader.ts'

/** Readers of numbers. What is outside the bounds, or listed as `none`, is a code of the provider's for "no value". */

export interface Bounds {
  least?: number | undefined
  most?: number | undefined
  /** Values that say that there is none: `[0]`, `[-1, 255]`. */
  none?: readonly number[] | undefined
}
export interface NumberOptions extends Bounds {
  /** Bounds are of the value as it comes, before it is multiplied, and then shifted (zones counted from 1: `plus: -1`). */
  times?: number
  plus?: number
}
export type Numeric = Reader<number>

/** Keeps 16.9 from becoming 16.900000000000002: a factor brings no digits of its own beyond the twelfth. */
export const scaled = (value: number, times: number): number => exact(value * times)
/** At most twelve digits: what a sum or a product adds beyond them is of the arithmetic, not of the source. */
export const exact = (value: number): number => (Number.isSafeInteger(value) ? value : Number(value.toPrecision(12)))

/** A number as JSON has it: `"steps": 8823`. */
export function number(
  path: string,
  { least = -Infinity, most = Infinity, none, times = 1, plus = 0 }: NumberOptions = {},
): Numeric {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const value = at(item, context)
    if (value === undefined) return undefined
    if (typeof value !== 'number') throw expected(path, 'a number', value)
    if (value < least || value > most || none?.includes(value)) return undefined
    return times === 1 && plus === 0 ? value : exact(value * times + plus)
  }
  return { read, from: [path] }
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const RANGE = /^\d+(?:\.\d+)?\s*-\s*\d+(?:\.\d+)?$/
/** A number that may come as text (`"count": "6"`, `"12.50"`): its value, undefined for empty text, NaN where it is none. */
export function decimal(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return Number.NaN
  const text = value.trim()
  if (text === '') return undefined
  return DECIMAL.test(text) ? Number(text) : Number.NaN
}

/**
 * A number, or a number as text, as some providers send all of them: `"count": "6"`. Empty text is absent, and so are
 * the `words` that say that there is none (`"None"`, `"--"`). `ranges`: the provider may tell a span (`"44-48"`) instead;
 * that is no number, and no middle is made up: it is left out.
 */
export function numeric(
  path: string,
  { least = -Infinity, most = Infinity, none, times = 1, plus = 0, words, ranges }: NumberOptions & TextOptions = {},
): Numeric {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const value = at(item, context)
    if (value === undefined) return undefined
    const found = decimal(value)
    if (found === undefined) return undefined
    if (Number.isNaN(found)) {
      if (typeof value !== 'string') throw expected(path, 'a number or a number as text', value)
      if (words?.includes(value) || (ranges && RANGE.test(value.trim()))) return undefined
      throw new Unreadable(path, `${path} is text that is not a number`)
    }
    if (found < least || found > most || none?.includes(found)) return undefined
    return times === 1 && plus === 0 ? found : exact(found * times + plus)
  }
  return { read, from: [path] }
}
interface TextOptions {
  words?: readonly string[]
  ranges?: boolean
}

/** Any reader of numbers rounded to a whole one. */
export const rounded = (reader: Numeric): Numeric => ({
  ...reader,
  read: (item, context) => {
    const value = reader.read(item, context)
    return value === undefined ? undefined : Math.round(value)
  },
})
/** A whole number; a fraction of it is rounded. */
export const integer = (path: string, options: NumberOptions = {}): Numeric => rounded(number(path, options))
/** 0–100, of a ratio 0–1 or of a percentage. */
export const percent = (path: string, { of = 100, ...bounds }: Bounds & { of?: 1 | 100 } = {}): Numeric =>
  number(path, { times: of === 1 ? 100 : 1, ...bounds })

/** `value × 10^unit` of the element of a list that has the type: `measures: [{type: 1, value: 65750, unit: -3}]`. */
export const powerOfTen = (
  path: string,
  type: number,
  { least = -Infinity, times = 1 }: { least?: number; times?: number } = {},
): Numeric => {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const all = at(item, context)
    if (all === undefined) return undefined
    if (!Array.isArray(all)) throw expected(path, 'a list', all)
    const index = all.findIndex((one) => one?.type === type)
    if (index < 0) return undefined
    const { value, unit = 0 } = all[index]
    if (typeof value !== 'number') throw expected(`${path}.${index}.value`, 'a number', value)
    if (!Number.isInteger(unit)) throw expected(`${path}.${index}.unit`, 'a whole number', unit)
    // Through the decimal text: 65750e-3 is exactly 65.75, a product need not be.
    const found = Number(`${value}e${unit}`)
    return found < least ? undefined : times === 1 ? found : scaled(found, times)
  }
  return { read, from: [`${path}[type=${type}].value`, `${path}[type=${type}].unit`] }
}
