import { kindOf, type RecordProblem } from '../problem.ts'
import { equal, shown } from './equal.ts'
import { branch, type Check, type Compile, fail, quietly, type Run, type Schema, Seen } from './run.ts'

/** Rules for any value: `const`, `enum`, and those that put schemas together. */
export function valueChecks(schema: Schema, compile: Compile): Check[] {
  const { allOf, anyOf, oneOf, not, if: condition, then = true, else: otherwise = true } = schema
  const checks: Check[] = []
  if ('const' in schema) checks.push(oneOfValues([schema.const], 'const'))
  if (Array.isArray(schema.enum)) checks.push(oneOfValues(schema.enum, 'enum'))
  if (Array.isArray(allOf)) checks.push(...allOf.map(compile))
  if (Array.isArray(anyOf)) checks.push(any(anyOf.map(compile)))
  if (Array.isArray(oneOf)) checks.push(exactlyOne(oneOf.map(compile)))
  if (not !== undefined) {
    const check = branching(compile(not))
    checks.push(
      (value, run) =>
        !quietly(check, value, run, undefined) ||
        fail(run, 'not', 'something that the contract does not exclude', kindOf(value)),
    )
  }
  if (condition !== undefined && ('then' in schema || 'else' in schema || mayBeSeen(condition)))
    checks.push(either(compile(condition), compile(then), compile(otherwise)))
  return checks
}
const branching =
  (check: Check): Check =>
  (value, run, seen) => {
    branch(run)
    return check(value, run, seen)
  }
/** An `if` alone decides nothing, but what it evaluates counts. */
const mayBeSeen = (condition: unknown): boolean => typeof condition === 'object'

function oneOfValues(values: unknown[], rule: string): Check {
  const plain = new Set(values.filter((one) => typeof one !== 'object' || one === null))
  const nested = values.filter((one) => typeof one === 'object' && one !== null)
  const listed = values.slice(0, 10).map(shown).join(', ')
  const words = values.length === 1 ? listed : `one of ${listed}${values.length > 10 ? ', …' : ''}`
  return (value, run) =>
    plain.has(value) || nested.some((one) => equal(one, value)) || fail(run, rule, words, kindOf(value))
}

function any(checks: Check[]): Check {
  return (value, run, seen) => {
    let fits = false
    for (const check of checks) {
      branch(run)
      const inner = seen && new Seen()
      if (!quietly(check, value, run, inner)) continue
      fits = true
      if (!seen) return true
      seen.take(inner!)
    }
    return fits || explain(checks, value, run, 'anyOf')
  }
}
function exactlyOne(checks: Check[]): Check {
  return (value, run, seen) => {
    let found = 0
    for (const check of checks) {
      branch(run)
      const inner = seen && new Seen()
      if (!quietly(check, value, run, inner)) continue
      found++
      if (found === 1 && inner) seen.take(inner)
    }
    if (found === 1) return true
    if (found === 0) return explain(checks, value, run, 'oneOf')
    return fail(run, 'oneOf', `of exactly one of ${checks.length} forms (it is of ${found})`, kindOf(value))
  }
}
/** What is said of a value that fits none: where only one alternative is for its kind of value, what that one wants. */
function explain(checks: Check[], value: unknown, run: Run, rule: string): false {
  if (run.quiet > 0) return false
  const near: RecordProblem[][] = []
  for (const check of checks) {
    const inner: Run = { problems: [], quiet: 0, work: run.work }
    check(value, inner, undefined)
    run.work = inner.work
    if (!inner.problems.some((one) => one.pointer === '' && ['type', 'const', 'enum'].includes(one.rule)))
      near.push(inner.problems)
  }
  if (near.length === 1) {
    for (const one of near[0]!) run.problems.push(one)
    return false
  }
  return fail(run, rule, `of one of the ${checks.length} forms that the contract has for it`, kindOf(value))
}

function either(condition: Check, then: Check, otherwise: Check): Check {
  return (value, run, seen) => {
    branch(run)
    const inner = seen && new Seen()
    if (!quietly(condition, value, run, inner)) return otherwise(value, run, seen)
    if (inner) seen.take(inner)
    return then(value, run, seen)
  }
}
