/** What a chart shows of a quantity: from, to, and the lines between them. */
export interface Scale {
  from: number
  to: number
  ticks: number[]
}

/** Round steps, so that a reader can divide by them in the head. */
const STEPS = [1, 2, 2.5, 5, 10]

/** The range of the values with some air, on round ticks. A steady value stands in the middle of `least` at least. */
export function scaleOf(low: number, high: number, { least = 0, ticks = 3 } = {}): Scale {
  const missing = Math.max(least, Math.abs(high) * 1e-6, 1e-9) - (high - low)
  const [bottom, top] = missing > 0 ? [low - missing / 2, high + missing / 2] : [low, high]
  // What is never below zero shows no values below it.
  const floor = low >= 0 ? Math.max(0, bottom) : bottom
  const step = roundStep((top - floor) / ticks)
  const [from, to] = [Math.floor(tidy(floor / step)) * step, Math.ceil(tidy(top / step)) * step]
  const count = Math.max(1, Math.round((to - from) / step))
  return { from: tidy(from), to: tidy(to), ticks: Array.from({ length: count + 1 }, (_, i) => tidy(from + i * step)) }
}

/** The round step at or above the number. */
function roundStep(number: number): number {
  const power = 10 ** Math.floor(Math.log10(number))
  return power * (STEPS.find((step) => step >= tidy(number / power)) ?? 10)
}

/** Without the dust that binary fractions leave: 0.30000000000000004. */
const tidy = (number: number): number => Number(number.toPrecision(12))

/** Where a value stands between 0 and `size`. */
export const placeOn = ({ from, to }: Pick<Scale, 'from' | 'to'>, value: number, size: number): number =>
  ((value - from) / (to - from)) * size

/** The number as people read it, with no more digits than the quantity has. */
export const figureOf = (value: number, digits: number): string =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
