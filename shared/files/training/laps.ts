import { type Clock, clock } from '../../source/clocks.ts'
import { exact, type Numeric } from '../../source/numbers.ts'
import { goTo } from '../../source/reader.ts'
import { odd } from '../../source/readers.ts'

/** The two XML formats write UTC (their schemas say so), even where the text leaves the Z out. An offset is kept. */
export function utc(path: string): Clock {
  const { read, from } = clock(path)
  return {
    from,
    read: (item, context) => {
      const moment = read(item, context)
      return moment && moment.offset === undefined ? { ...moment, offset: 0, utc: true } : moment
    },
  }
}
/** The later of two. */
export const later = (a: Clock, b: Clock): Clock => ({
  from: [...a.from, ...b.from],
  read: (item, context) => {
    const [one, other] = [a.read(item, context), b.read(item, context)]
    return one && other ? (one.at >= other.at ? one : other) : (one ?? other)
  },
})
/** The mean over laps, each as heavy as it is long: what the whole would have had. Only where every lap tells it. */
export function meanByTime(path: string, value: Numeric, seconds: Numeric): Numeric {
  const at = goTo(path)
  return odd(
    [...value.from, ...seconds.from].map((inner) => `${path}.*.${inner}`),
    (item, context) => {
      const laps = at(item, context)
      if (!Array.isArray(laps)) return undefined
      let [sum, weight] = [0, 0]
      for (const lap of laps) {
        const [one, length] = [value.read(lap, context), laps.length === 1 ? 1 : seconds.read(lap, context)]
        if (one === undefined || length === undefined) return undefined
        sum += one * length
        weight += length
      }
      return weight === 0 ? undefined : exact(sum / weight)
    },
  )
}
