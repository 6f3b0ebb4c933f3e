/** What is wrong with one record: told to the supplier, kept in reports. Never holds a value. */
export interface RecordProblem {
  /** JSON pointer within the record; empty: the record itself. Keys that are data are told as `*`. */
  pointer: string
  /** Which rule: a keyword of JSON Schema (`required`, `maximum`), or one of ours (`duplicate_key`, `subject`). */
  rule: string
  /** What should be there, in words. */
  expected: string
  /** What is there. */
  kind: ValueKind
  /** A sentence of it all. */
  message: string
}
export type ValueKind = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'null' | 'missing' | 'text'

/** Of one record so many problems are told; more would not help to mend it. */
export const MOST_PROBLEMS = 10

export const kindOf = (value: unknown): ValueKind => {
  if (value === null) return 'null'
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'array'
  return typeof value as ValueKind
}

export const problem = (pointer: string, rule: string, expected: string, kind: ValueKind): RecordProblem => ({
  pointer,
  rule,
  expected,
  kind,
  message: `${pointer === '' ? 'the record' : pointer} should be ${expected}, found ${WORDS[kind]}`,
})
const WORDS: Record<ValueKind, string> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'an array',
  null: 'null',
  missing: 'nothing',
  text: 'other text',
}

/** What is wrong with a contract's document: where, and how to mend it. */
export interface DocumentProblem {
  /** JSON pointer within the document. */
  pointer: string
  message: string
}
/** A document that cannot be used. The message names all that is wrong. */
export class ContractInvalid extends Error {
  readonly problems: readonly DocumentProblem[]
  constructor(problems: readonly DocumentProblem[]) {
    super(problems.map(({ pointer, message }) => `${pointer}: ${message}`).join('; '))
    this.name = 'ContractInvalid'
    this.problems = problems
  }
}
