import { compileRoot, compilerOf } from './json-schema/compile.ts'
import { type Run, type Schema, TooMuchWork } from './json-schema/run.ts'
import { MOST_PROBLEMS, problem, type RecordProblem } from './problem.ts'

export { KEYWORDS } from './json-schema/keywords.ts'
export { schemaProblems } from './json-schema/schema-problems.ts'

/**
 * JSON Schema 2020-12, made into closures once and then asked of every record: an interpreter that goes through the schema
 * anew for each takes thirty times as long, and a compiler to source text is not allowed on the edge. Give it only schemas of
 * which `schemaProblems` has nothing to say. What it says is wrong with a value; empty: nothing. Formats are checked; a `$ref` leads nowhere out of the schema.
 */
export type SchemaCheck = (value: unknown) => RecordProblem[]
export function schemaCheck(schema: Schema): SchemaCheck {
  const check = compileRoot(schema)
  return (value) => {
    const run: Run = { problems: [], quiet: 0, work: 0 }
    try {
      if (check(value, run, undefined)) return NONE
    } catch (error) {
      if (!(error instanceof TooMuchWork)) throw error
      return [{ ...problem('', 'too_complex', 'simpler', 'object'), message: error.message }]
    }
    // What fails without a word is a rule that forgot to speak: the record is still refused.
    return run.problems.length > 0
      ? run.problems.slice(0, MOST_PROBLEMS)
      : [problem('', 'schema', 'as the contract has it', 'object')]
  }
}
const NONE: RecordProblem[] = []

/** Whether values fit schemas within a document. */
export function fitsWithin(root: Schema): (value: unknown, schema: Schema | boolean) => boolean {
  const compile = compilerOf(root)
  return (value, schema) => {
    const run: Run = { problems: [], quiet: 1, work: 0 }
    try {
      return compile(schema)(value, run, undefined)
    } catch (error) {
      if (!(error instanceof TooMuchWork)) throw error
      return false
    }
  }
}
