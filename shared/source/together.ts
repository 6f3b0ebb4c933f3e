import { exact, type Numeric } from './numbers.ts'
import { type Context, eachOf, expected, goTo, type Item, pointer, type Reader } from './reader.ts'

/**
 * Readings of one moment that come apart, as one: systolic and diastolic pressure, all that a scale tells at once. Samples of
 * the same time are united, in order of time.
 */
export function together<T extends object>(...readers: Reader<T[]>[]): Reader<T[]> {
  const read = (item: Item, context: Context) => {
    const byTime = new Map<string, T>()
    for (const { read } of readers)
      for (const sample of read(item, context) ?? []) {
        const time = timeOf(sample)
        const known = byTime.get(time)
        if (known) Object.assign(known, sample)
        else byTime.set(time, sample)
      }
    if (byTime.size === 0) return undefined
    return [...byTime].sort(([a], [b]) => Date.parse(a) - Date.parse(b)).map(([, sample]) => sample)
  }
  return {
    read,
    from: readers.flatMap(({ from }) => from),
    gives: [...new Set(readers.flatMap(({ gives }) => gives ?? []))],
  }
}
/** Series that come in pieces, each within an element of a list: `[{"samples": [...]}, {"samples": [...]}]`. */
export function pieces<T extends object>(path: string, inner: Reader<T[]>): Reader<T[]> {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const found = at(item, context)
    if (found === undefined) return undefined
    if (!Array.isArray(found)) throw expected(path, 'a list', found)
    const { report } = context
    const all: T[] = []
    for (const [i, one] of found.entries()) {
      const within = {
        ...context,
        report: (where: string, why: string) => report(`${pointer(path)}/${i}/${where}`, why),
      }
      all.push(...(inner.read(one, within) ?? []))
    }
    return all.length > 0 ? all : undefined
  }
  return { read, from: eachOf(path, inner.from), ...(inner.gives && { gives: inner.gives }) }
}
/** The mean, the least or the most of a series. */
export const ofSeries = <T extends object>(
  what: 'mean' | 'least' | 'most',
  series: Reader<T[]>,
  key: keyof T,
): Numeric => ({
  from: series.from,
  read: (item, context) => {
    const values = (series.read(item, context) ?? []).flatMap((one) =>
      typeof one[key] === 'number' ? [one[key] as number] : [],
    )
    if (values.length === 0) return undefined
    if (what === 'mean') return exact(values.reduce((sum, value) => sum + value, 0) / values.length)
    return values.reduce((a, b) => (what === 'least' ? Math.min(a, b) : Math.max(a, b)))
  },
})
const timeOf = (sample: { timestamp?: string | null; measurement_time?: string | null }): string =>
  sample.timestamp ?? sample.measurement_time ?? ''
