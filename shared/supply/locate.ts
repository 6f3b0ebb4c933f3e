import { escaped } from './pointer.ts'
import { problem, type RecordProblem } from './problem.ts'

/**
 * Where a text that is JSON is not strict: the first member that comes twice, number out of range, or text that is none.
 * Reads character by character, so it runs only when something was found to be wrong.
 */
export function locate(text: string): RecordProblem | undefined {
  return valueAt(text, { index: 0 }, '')
}
interface At {
  index: number
}
const NUMBER = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y
const WORD = /true|false|null/y

function valueAt(text: string, at: At, pointer: string): RecordProblem | undefined {
  skip(text, at)
  const sign = text[at.index]
  if (sign === '{') return objectAt(text, at, pointer)
  if (sign === '[') return listAt(text, at, pointer)
  if (sign === '"') return wrongText(stringAt(text, at), pointer)
  NUMBER.lastIndex = WORD.lastIndex = at.index
  const number = NUMBER.exec(text)
  at.index += (number ?? WORD.exec(text))?.[0].length ?? 1
  return number ? wrongNumber(number, pointer) : undefined
}
function objectAt(text: string, at: At, pointer: string): RecordProblem | undefined {
  const names = new Set<string>()
  at.index++
  while (next(text, at) !== '}') {
    const name = stringAt(text, at)
    const here = `${pointer}/${escaped(name)}`
    if (names.has(name))
      return {
        ...problem(here, 'duplicate_key', 'there once', 'text'),
        message: `${here} is there twice: which one counts, nobody can know`,
      }
    names.add(name)
    next(text, at) // the colon
    at.index++
    const wrong = wrongText(name, here) ?? valueAt(text, at, here)
    if (wrong) return wrong
    if (next(text, at) === ',') at.index++
  }
  at.index++
  return undefined
}
function listAt(text: string, at: At, pointer: string): RecordProblem | undefined {
  at.index++
  for (let i = 0; next(text, at) !== ']'; i++) {
    const wrong = valueAt(text, at, `${pointer}/${i}`)
    if (wrong) return wrong
    if (next(text, at) === ',') at.index++
  }
  at.index++
  return undefined
}
/** The sign that comes next. */
function next(text: string, at: At): string {
  skip(text, at)
  return text[at.index] ?? ''
}
function skip(text: string, at: At): void {
  while (' \t\n\r'.includes(text[at.index] ?? 'x')) at.index++
}
function stringAt(text: string, at: At): string {
  const from = at.index
  do at.index += text[at.index] === '\\' ? 2 : 1
  while (text[at.index] !== '"')
  at.index++
  return JSON.parse(text.slice(from, at.index)) as string
}
function wrongText(value: string, pointer: string): RecordProblem | undefined {
  if (!value.isWellFormed())
    return problem(pointer, 'unicode', 'text of whole characters (it has half of a surrogate pair)', 'string')
  return value.includes('\0') ? problem(pointer, 'unicode', 'text without the character U+0000', 'string') : undefined
}
function wrongNumber([digits, fraction, exponent]: RegExpExecArray, pointer: string): RecordProblem | undefined {
  const value = Number(digits)
  if (!Number.isFinite(value)) return problem(pointer, 'number_range', 'a number that a double can hold', 'number')
  const whole = fraction === undefined && exponent === undefined
  return whole && !Number.isSafeInteger(value)
    ? problem(pointer, 'number_range', 'a whole number within ±(2^53 − 1), or the same digits as a string', 'number')
    : undefined
}
