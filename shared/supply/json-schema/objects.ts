import { strange } from '../pointer.ts'
import { kindOf, MOST_PROBLEMS, problem } from '../problem.ts'
import { type Check, type Compile, fail, type Run, relocate, type Schema, within } from './run.ts'

type Members = Record<string, unknown>
/** Names that every object has from its prototype are looked up with care, so that `toString` is missing where it is. */
const inherited = (name: string): boolean => name in Object.prototype
const getter = (name: string): ((members: Members) => unknown) =>
  inherited(name) ? (members) => (Object.hasOwn(members, name) ? members[name] : undefined) : (members) => members[name]

/** Rules for objects, but `unevaluatedProperties`. */
export function objectChecks(schema: Schema, compile: Compile): Check[] {
  const { required, minProperties, maxProperties, propertyNames, dependentRequired, dependentSchemas } = schema
  const checks: Check[] = []
  if (Array.isArray(required) && required.length > 0) checks.push(requires(required as string[]))
  const members = membersCheck(schema, compile)
  if (members) checks.push(members)
  if (typeof minProperties === 'number')
    checks.push(
      (value, run) =>
        Object.keys(value as Members).length >= minProperties ||
        fail(run, 'minProperties', `an object with at least ${minProperties} members`, 'object'),
    )
  if (typeof maxProperties === 'number')
    checks.push(
      (value, run) =>
        Object.keys(value as Members).length <= maxProperties ||
        fail(run, 'maxProperties', `an object with at most ${maxProperties} members`, 'object'),
    )
  if (propertyNames !== undefined) checks.push(named(compile(propertyNames)))
  for (const [name, others] of Object.entries((dependentRequired ?? {}) as Record<string, string[]>))
    checks.push(ifThere(name, requires(others, 'dependentRequired')))
  for (const [name, inner] of Object.entries((dependentSchemas ?? {}) as Members))
    checks.push(ifThere(name, compile(inner)))
  return checks
}

const ifThere = (name: string, check: Check): Check => {
  const get = getter(name)
  return (value, run, seen) => get(value as Members) === undefined || check(value, run, seen)
}
function requires(names: string[], rule = 'required'): Check {
  const getters = names.map(getter)
  return (value, run) => {
    let fits = true
    for (let i = 0; i < getters.length; i++) {
      if (getters[i]!(value as Members) !== undefined) continue
      fits = false
      if (run.quiet > 0) return false
      const before = run.problems.length
      fail(run, rule, 'there', 'missing')
      relocate(run, before, strange(names[i]!) === '*' ? '*' : strange(names[i]!))
    }
    return fits
  }
}
/** The names themselves: a problem says which member's, and nothing of its value. */
const named =
  (check: Check): Check =>
  (value, run) => {
    let fits = true
    for (const name in value as Members) {
      const before = run.problems.length
      if (check(name, run, undefined)) continue
      fits = false
      if (run.quiet > 0) return false
      run.problems.length = before
      note(run, name, 'propertyNames', 'a member with another name', kindOf((value as Members)[name]))
    }
    return fits
  }
function note(run: Run, name: string, rule: string, expected: string, kind: ReturnType<typeof kindOf>): void {
  if (run.quiet === 0 && run.problems.length < MOST_PROBLEMS)
    run.problems.push(problem(`/${strange(name)}`, rule, expected, kind))
}

/** `properties`, `patternProperties` and `additionalProperties` together. */
function membersCheck(schema: Schema, compile: Compile): Check | undefined {
  const {
    properties = {},
    patternProperties = {},
    additionalProperties,
  } = schema as Record<string, Members | undefined>
  const names = Object.keys(properties)
  const gets = names.map(getter)
  const inner = names.map((name) => compile(properties[name]))
  const patterns = Object.entries(patternProperties).map(([source, one]) => ({
    pattern: new RegExp(source, 'u'),
    check: compile(one),
  }))
  const others = additionalProperties === undefined ? undefined : compile(additionalProperties)
  if (names.length === 0 && patterns.length === 0 && !others) return undefined
  const own = new Set(names)
  const closed = (additionalProperties as unknown) === false
  return (value, run, seen) => {
    let fits = true
    for (let i = 0; i < names.length; i++) {
      const one = gets[i]!(value as Members)
      if (one === undefined) continue
      seen?.members.add(names[i]!)
      if (within(inner[i]!, one, names[i]!, run)) continue
      fits = false
      if (run.quiet > 0) return false
    }
    if (patterns.length === 0 && !others) return fits
    for (const name in value as Members) {
      const one = (value as Members)[name]
      let matched = own.has(name)
      for (const { pattern, check } of patterns) {
        if (!pattern.test(name)) continue
        matched = true
        seen?.members.add(name)
        if (!withinStrange(check, one, name, run)) fits = false
      }
      if (matched || !others) continue
      if (closed) {
        fits = false
        note(run, name, 'additionalProperties', 'left out: the contract has no such member', kindOf(one))
      } else if (!withinStrange(others, one, name, run)) fits = false
      if (!fits && run.quiet > 0) return false
    }
    if (others && seen) seen.allMembers = true
    return fits
  }
}
/** `within`, of a member whose name the contract does not have. */
export function withinStrange(check: Check, value: unknown, name: string, run: Run): boolean {
  const before = run.problems.length
  if (check(value, run, undefined)) return true
  relocate(run, before, strange(name))
  return false
}
