import { type Covered, type Loss, lost } from './covered.ts'
import { type Flat, type Range, tighter } from './flat.ts'

export function coverNumbers(from: Flat, to: Flat, path: string): Covered {
  const losses: Loss[] = []
  if (tighter(to.least, from.least, 1)) losses.push({ path, rule: 'minimum', had: from.least, asks: to.least })
  if (tighter(to.most, from.most, -1)) losses.push({ path, rule: 'maximum', had: from.most, asks: to.most })
  const whole = !from.kinds.has('fraction')
  // A multiple of 10 is one of 5; and of one, where the number is whole.
  for (const multiple of to.multiples)
    if (!from.multiples.some((had) => isMultiple(had, multiple)) && !(whole && isMultiple(1, multiple)))
      losses.push({ path, rule: 'multipleOf', asks: multiple })
  return lost(...losses)
}
const isMultiple = (value: number, of: number): boolean => Number.isInteger(value / of)

export function coverStrings(from: Flat, to: Flat, path: string): Covered {
  const losses = coverRange(from.lengths, to.lengths, path, 'minLength', 'maxLength')
  const had = from.patterns.size > 0 ? [...from.patterns] : undefined
  // Whether one pattern takes all that another does is not told by looking.
  for (const pattern of to.patterns)
    if (!from.patterns.has(pattern))
      losses.push({ path, rule: 'pattern', asks: pattern, ...(had && { had, unsure: true as const }) })
  for (const format of to.formats)
    if (!from.formats.has(format)) losses.push({ path, rule: 'format', had: [...from.formats], asks: format })
  return lost(...losses)
}

export function coverRange(from: Range, to: Range, path: string, least: string, most: string): Loss[] {
  const losses: Loss[] = []
  if (to.least > from.least) losses.push({ path, rule: least, had: from.least, asks: to.least })
  if (to.most < from.most) losses.push({ path, rule: most, had: from.most, asks: to.most })
  return losses
}
