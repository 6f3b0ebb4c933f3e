import { exact, type Numeric, number } from './numbers.ts'
import { type Context, eachOf, expected, fromOf, goTo, type Item, Unreadable } from './reader.ts'

/** Numbers made of several. */

/** The sum of those that are there. */
export const sum = (...paths: string[]): Numeric => {
  const readers = paths.map((path) => number(path, { least: 0 }))
  return {
    from: paths,
    read: (item, context) => {
      let total: number | undefined
      for (const { read } of readers) {
        const value = read(item, context)
        if (value !== undefined) total = (total ?? 0) + value
      }
      return total
    },
  }
}
/** The sum, only where all are there: total energy is active and basal, and half of it is neither. */
export const total = (...parts: (string | Numeric)[]): Numeric =>
  combined(parts, (values) => exact(values.reduce((sum, value) => sum + value, 0)))
/** The first without the others, only where all are there: basal energy is the total less the active. Not below zero. */
export const less = (whole: string | Numeric, ...parts: (string | Numeric)[]): Numeric =>
  combined([whole, ...parts], ([first, ...others]) => {
    const rest = exact(others.reduce((left, value) => left - value, first!))
    return rest < 0 ? undefined : rest
  })
/** The first by the second, `times` a factor, where both are there: `quotient('minutes_asleep', 'time_in_bed', 100)`. */
export const quotient = (part: string | Numeric, whole: string | Numeric, times = 1): Numeric =>
  combined([part, whole], ([a, b]) => (b === 0 ? undefined : exact((a! * times) / b!)))
/** Any reader of numbers, multiplied. */
export const timesOf = (reader: Numeric, times: number): Numeric =>
  combined([reader], ([value]) => exact(value! * times))

function combined(parts: (string | Numeric)[], make: (values: number[]) => number | undefined): Numeric {
  const readers = parts.map((part) => (typeof part === 'string' ? number(part) : part))
  return {
    from: readers.flatMap(({ from }) => from),
    read: (item, context) => {
      const values: number[] = []
      for (const { read } of readers) {
        const value = read(item, context)
        if (value === undefined) return undefined
        values.push(value)
      }
      return make(values)
    },
  }
}

type Where = (item: Item) => boolean
/** The sum of a reading over a list; none where one of them cannot be read, as it would not be the sum. */
export const sumOver = (path: string, of: Numeric, where?: Where): Numeric =>
  over(path, of, where, (values) => exact(values.reduce((sum, value) => sum + value, 0)))
/** The mean of a reading over a list, to twelve digits. */
export const meanOver = (path: string, of: Numeric, where?: Where): Numeric =>
  over(path, of, where, (values) => exact(values.reduce((sum, value) => sum + value, 0) / values.length))
export const leastOver = (path: string, of: Numeric, where?: Where): Numeric =>
  over(path, of, where, (values) => values.reduce((a, b) => Math.min(a, b)))
export const mostOver = (path: string, of: Numeric, where?: Where): Numeric =>
  over(path, of, where, (values) => values.reduce((a, b) => Math.max(a, b)))
/** How many elements a list has, of those that matter. Absent where there is no list. */
export const countOf = (path: string, where: Where = () => true): Numeric => {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const all = at(item, context)
    if (all === undefined) return undefined
    if (!Array.isArray(all)) throw expected(path, 'a list', all)
    return all.filter(where).length
  }
  return { read, from: [`${path}.length`, ...eachOf(path, fromOf(where))] }
}

function over(path: string, of: Numeric, where: Where | undefined, make: (values: number[]) => number): Numeric {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const all = at(item, context)
    if (all === undefined) return undefined
    if (!Array.isArray(all)) throw expected(path, 'a list', all)
    const values: number[] = []
    try {
      for (const one of all) {
        if (where && !where(one)) continue
        const value = of.read(one, context)
        if (value !== undefined) values.push(value)
      }
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      // The list's own reader reports the broken element.
      return undefined
    }
    return values.length > 0 ? make(values) : undefined
  }
  return { read, from: eachOf(path, [...of.from, ...fromOf(where)]) }
}
