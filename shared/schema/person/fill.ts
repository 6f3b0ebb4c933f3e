import { TIMES } from '../sample-paths.ts'
import { comparable, type Span, timeOf } from './times.ts'

const timeIn = (item: unknown) => timeOf(TIMES.map((name) => (item as Record<string, unknown>)?.[name]).find(Boolean))

/**
 * The series with what another knows of its gaps; the ends of its record count as neighbours. A series in which an item has
 * no time has no gaps that could be told.
 */
export function filled(series: unknown[], other: unknown[], span: Span | undefined, gapMs: number) {
  const nothing = { series, taken: 0 }
  const times = [...series, ...other].map(timeIn)
  if (!span || times.some((time) => time === undefined)) return nothing
  const [start, end, ...all] = comparable([span.start, span.end, ...times.map((time) => time!)])
  const own = all.slice(0, series.length)
  // Both ends are inside.
  const fence = [start! - 1, ...own, end! + 1].sort((a, b) => a - b)
  const taken = other
    .map((item, i) => ({ item, at: all[series.length + i]! }))
    .filter(({ at }) => isInGap(fence, at, gapMs))
  if (taken.length === 0) return nothing
  const joined = [...series.map((item, i) => ({ item, at: own[i]! })), ...taken].sort((a, b) => a.at - b.at)
  return { series: joined.map(({ item }) => item), taken: taken.length }
}

function isInGap(fence: number[], at: number, gapMs: number): boolean {
  let [low, high] = [0, fence.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (fence[middle]! < at) low = middle + 1
    else high = middle
  }
  const [before, after] = [fence[low - 1], fence[low]]
  return before !== undefined && after !== undefined && after !== at && after - before > gapMs
}
