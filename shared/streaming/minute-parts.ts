import { MINUTE_MS } from '../base/time.ts'
import type { Rise } from './counter.ts'
import type { SampleKind } from './sample-kinds.ts'

/** What a minute has of one kind, while it is open. */
export type Part = Readings | Rises | Beats
interface Readings {
  n: number
  sum: number
  firstAt: number
  lastAt: number
  least: [at: number, value: number]
  most: [at: number, value: number]
}
interface Rises {
  /** The time in which it rose, by how much, and the total of its workout then. */
  from: number
  to: number
  by: number
  total: number
}
interface Beats {
  /** Of successive intervals: how many, and the sum of the squares of their differences. */
  differences: number
  squares: number
  firstAt: number
  lastAt: number
  last: number
}
/** As the payload tells it; `end` and `total` of what is counted. */
export interface Reading {
  kind: SampleKind
  at: number
  end?: number
  value: number
  total?: number
}

export function addReading(part: Part | undefined, at: number, value: number): Part {
  const one = part as Readings | undefined
  if (!one) return { n: 1, sum: value, firstAt: at, lastAt: at, least: [at, value], most: [at, value] }
  one.n++
  one.sum += value
  one.firstAt = Math.min(one.firstAt, at)
  one.lastAt = Math.max(one.lastAt, at)
  if (value < one.least[1]) one.least = [at, value]
  if (value > one.most[1]) one.most = [at, value]
  return one
}

/** `from`: when the total was told before. A pause is part of it; what belongs to the minute before is not. */
export function addRise(part: Part | undefined, minute: number, { from, by }: Rise, to: number, total: number): Part {
  const one = part as Rises | undefined
  const start = minute * MINUTE_MS
  if (!one) return { from: from >= start - MINUTE_MS ? Math.max(from, start) : from, to, by, total }
  one.to = Math.max(one.to, to)
  one.by += by
  one.total = total
  return one
}

/** An interval that differs by more than this from the one before is a beat too many or too few. */
const ECTOPIC = 0.2
/** Intervals that are further apart do not follow each other. */
const NEXT_MS = 5_000
export function addBeat(part: Part | undefined, at: number, interval: number): Part {
  const one = part as Beats | undefined
  if (!one) return { differences: 0, squares: 0, firstAt: at, lastAt: at, last: interval }
  const difference = interval - one.last
  if (at >= one.lastAt && at - one.lastAt <= NEXT_MS && Math.abs(difference) <= ECTOPIC * one.last) {
    one.differences++
    one.squares += difference ** 2
  }
  one.last = interval
  one.lastAt = Math.max(one.lastAt, at)
  return one
}

/** Fewer say nothing of a minute. */
const LEAST_DIFFERENCES = 20
/** What a part tells when its minute is over. */
export function told(kind: SampleKind, part: Part): Reading[] {
  if ('by' in part) return [{ kind, at: part.from, end: part.to, value: exact(part.by), total: exact(part.total) }]
  if ('squares' in part) {
    if (part.differences < LEAST_DIFFERENCES) return []
    const value = exact(Math.sqrt(part.squares / part.differences))
    return [{ kind: 'HRV_RMSSD', at: middle(part), value }]
  }
  const { n, sum, least, most } = part
  const mean = { kind, at: middle(part), value: exact(sum / n) }
  if (kind !== 'HEART_RATE' || least[1] === most[1]) return [mean]
  const all = [least, most].map(([at, value]) => ({ kind, at, value }))
  // One moment has one value: of two devices' one moves aside, and the mean makes room for both.
  if (least[0] === most[0]) all[1]!.at++
  while (all.some(({ at }) => at === mean.at)) mean.at++
  return n === 2 ? all.sort(byTime) : [...all, mean].sort(byTime)
}
/** Beside the full seconds at which things are measured, so that a mean takes the place of none of them. */
const middle = ({ firstAt, lastAt }: { firstAt: number; lastAt: number }) =>
  firstAt === lastAt ? firstAt : 2 * Math.floor((firstAt + lastAt) / 4) + 1
const byTime = (a: Reading, b: Reading) => a.at - b.at
const exact = (value: number): number => Number(value.toPrecision(7))
