import { jsonErrorAt, position } from '../source/malformed.ts'
import { locate } from './locate.ts'
import { problem, type RecordProblem } from './problem.ts'
import { type Known, type Survey, survey } from './survey.ts'

/**
 * JSON as two readers of it cannot understand it differently (RFC 7493): JSON.parse takes the last of two members with one
 * name, turns 1e999 into Infinity, and gives a whole number beyond 2^53 other digits. Here each of these is a problem.
 *
 * JSON.parse reads; one look over the text counts what stands in it, one walk over the value counts what came of it. Only
 * where the two differ is the text read step by step, for the place.
 */
export type Strict = { kind: 'value'; value: unknown; unread: string[] } | { kind: 'problem'; problem: RecordProblem }

/** Lists and objects in each other; no record needs more, and what walks over them stays within the stack. */
const MOST_DEPTH = 64

export function parseStrict(text: string, known?: Known): Strict {
  const { members, depth } = look(text)
  if (depth > MOST_DEPTH)
    return refused(problem('', 'depth', `at most ${MOST_DEPTH} levels of lists and objects`, 'text'))
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return refused(notJson(text))
  }
  const found = surveyed(value, known)
  if (found.members === members && !found.strange && !HIDDEN.test(text))
    return { kind: 'value', value, unread: found.unread }
  const place = locate(text)
  return place ? refused(place) : { kind: 'value', value, unread: found.unread }
}
/** Texts may hold what no text can be: half of a character, or the sign that ends texts in databases. */
const HIDDEN = /\\u(?:0000|d[89a-f])/i
const NOTHING: Survey = { members: 0, strange: false, unread: [] }
const surveyed = (value: unknown, known: Known | undefined): Survey =>
  typeof value === 'object' && value !== null ? survey(value, known) : NOTHING
/** Paths of a value that was read before, which the schema does not name. */
export const unreadOf = (value: unknown, known: Known): string[] => surveyed(value, known).unread
const refused = (problem: RecordProblem): Strict => ({ kind: 'problem', problem })

function notJson(text: string): RecordProblem {
  const where = text.trim() === '' ? 'it is empty' : `it stops being so at ${position(text, jsonErrorAt(text))}`
  return { ...problem('', 'json', 'JSON', 'text'), message: `the record is not JSON: ${where}` }
}

const [QUOTE, BACKSLASH, COLON, OPEN, CLOSE] = [34, 92, 58, 123, 125]
const [OPEN_LIST, CLOSE_LIST] = [91, 93]
/** Members by their colons, and how deep lists and objects are in each other. Of what is no JSON it may say anything. */
function look(text: string): { members: number; depth: number } {
  let [members, depth, most] = [0, 0, 0]
  const { length } = text
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) {
      for (i++; i < length; i++) {
        const inner = text.charCodeAt(i)
        if (inner === QUOTE) break
        if (inner === BACKSLASH) i++
      }
    } else if (code === COLON) members++
    else if (code === OPEN || code === OPEN_LIST) {
      if (++depth > most) most = depth
    } else if (code === CLOSE || code === CLOSE_LIST) depth--
  }
  return { members, depth: most }
}
