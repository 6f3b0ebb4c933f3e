import { FORMATS } from './formats.ts'
import { type Check, fail, type Schema } from './run.ts'

/** Rules for text. */
export function stringChecks(schema: Schema): Check[] {
  const { minLength, maxLength } = schema as Record<string, number | undefined>
  const { pattern, format } = schema as Record<string, string | undefined>
  const checks: Check[] = []
  const add = (rule: string, words: string, holds: (value: string) => boolean) => {
    checks.push((value, run) => holds(value as string) || fail(run, rule, words, 'string'))
  }
  if (minLength !== undefined)
    add(
      'minLength',
      `at least ${minLength} characters long`,
      (value) => value.length >= minLength * 2 || count(value) >= minLength,
    )
  if (maxLength !== undefined)
    add(
      'maxLength',
      `at most ${maxLength} characters long`,
      (value) => value.length <= maxLength || count(value) <= maxLength,
    )
  if (pattern !== undefined) {
    const expression = new RegExp(pattern, 'u')
    add('pattern', `text that matches ${pattern}`, (value) => value.length <= MOST_MATCHED && expression.test(value))
  }
  const known = format === undefined ? undefined : FORMATS.get(format)
  if (known) add('format', known.words, known.test)
  return checks
}
/** Longer text matches no pattern: a search may take time that grows with the square of it (see patterns.ts). */
const MOST_MATCHED = 5_000

/** Characters, not UTF-16 units. */
function count(text: string): number {
  let found = text.length
  for (let i = 0; i < text.length - 1; i++)
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      found--
      i++
    }
  return found
}
