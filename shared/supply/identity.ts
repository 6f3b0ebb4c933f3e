import { goTo, type Item, pointer } from '../source/reader.ts'
import type { Identity } from './document.ts'
import { kindOf, problem, type RecordProblem } from './problem.ts'

/** Whose a record is, as the supplier calls the person. */
export interface Owner {
  subject: string
  reference_id?: string
  consent?: string
}
export type ReadOwner = (item: Item) => { owner: Owner } | { problem: RecordProblem }

/** Names are keys of ours too: longer ones are texts. */
const MOST_LENGTH = 200

export function identityReader({ subject, reference_id, consent }: Identity): ReadOwner {
  const subjectAt = nameAt(subject)
  const others = Object.entries({ reference_id, consent }).flatMap(([name, path]) =>
    path === undefined ? [] : [{ name: name as 'reference_id' | 'consent', path, at: nameAt(path) }],
  )
  return (item) => {
    const found = subjectAt(item)
    if (typeof found !== 'string') return { problem: refused(subject, 'subject', found?.value) }
    const owner: Owner = { subject: found }
    for (const { name, path, at } of others) {
      const value = at(item)
      if (value === undefined) continue
      if (typeof value !== 'string') return { problem: refused(path, name, value.value) }
      owner[name] = value
    }
    return { owner }
  }
}
/** Text, or a number as text; undefined where there is none; what is neither as it is. */
function nameAt(path: string): (item: Item) => string | { value: unknown } | undefined {
  const at = goTo(path)
  return (item) => {
    const value = at(item)
    if (value === undefined || value === '') return undefined
    if (typeof value === 'number') return String(value)
    return typeof value === 'string' && isName(value) ? value : { value }
  }
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what no name has.
export const isName = (value: string): boolean => value.length <= MOST_LENGTH && !/[\u0000-\u001f\u007f]/.test(value)
const WORDS = {
  subject: 'the name of the person that the record is of',
  reference_id: 'what the developer calls the person',
  consent: 'the name of a consent',
}
const refused = (path: string, rule: keyof typeof WORDS, value: unknown): RecordProblem =>
  problem(`/${pointer(path)}`, rule, `${WORDS[rule]}: text of at most ${MOST_LENGTH} characters`, kindOf(value))
