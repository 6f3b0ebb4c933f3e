/** Wall clock with fractions of a millisecond, comparable between processes of one machine. */
export const clock = (): number => performance.timeOrigin + performance.now()

export interface Spread {
  n: number
  p50: number
  p95: number
  p99: number
  max: number
}
/** Nearest rank; undefined where there is nothing. */
export function spread(values: number[]): Spread | undefined {
  if (values.length === 0) return undefined
  const sorted = Float64Array.from(values).sort()
  const rank = (share: number) => round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!)
  return { n: sorted.length, p50: rank(0.5), p95: rank(0.95), p99: rank(0.99), max: rank(1) }
}
export const round = (value: number, digits = 2): number => Number(value.toFixed(digits))
export const median = (values: number[]): number => spread(values)?.p50 ?? Number.NaN
