import { isObject } from '../../base/json.ts'
import { kindOf } from '../problem.ts'
import { arrayChecks } from './arrays.ts'
import { valueChecks } from './logic.ts'
import { numberChecks } from './numbers.ts'
import { objectChecks, withinStrange } from './objects.ts'
import { targetOf } from './refs.ts'
import { branch, type Check, type Compile, fail, type Schema, Seen, within } from './run.ts'
import { stringChecks } from './strings.ts'

/** Turns a schema, of which `schemaProblems` had nothing to say, into closures: once, without `eval`. */
export const compileRoot = (root: Schema): Check => compilerOf(root)(root)
/** The same of any schema within a document: its references are the document's. */
export function compilerOf(root: Schema): Compile {
  const made = new Map<unknown, Check>()
  const compile: Compile = (schema) => {
    if (typeof schema === 'boolean') return schema ? FITS : NEVER
    const known = made.get(schema)
    if (known) return known
    // A schema may be within itself: whoever meets it on the way asks for its check when a value is there.
    let check: Check | undefined
    made.set(schema, (value, run, seen) => check!(value, run, seen))
    check = compileOne(schema as Schema, root, compile)
    made.set(schema, check)
    return check
  }
  return compile
}
const FITS: Check = () => true
const NEVER: Check = (value, run) => fail(run, 'false', 'left out', kindOf(value))

function compileOne(schema: Schema, root: Schema, compile: Compile): Check {
  const isType = schema.type === undefined ? undefined : typeCheck([schema.type].flat() as string[])
  const any = [...references(schema, root, compile), ...valueChecks(schema, compile)]
  const numbers = numberChecks(schema)
  const strings = stringChecks(schema)
  const objects = objectChecks(schema, compile)
  const arrays = arrayChecks(schema, compile)
  const rest = unevaluated(schema, compile)
  const all = (checks: Check[], value: unknown, run: Parameters<Check>[1], seen: Seen | undefined): boolean => {
    let fits = true
    for (let i = 0; i < checks.length; i++) {
      if (checks[i]!(value, run, seen)) continue
      fits = false
      if (run.quiet > 0) return false
    }
    return fits
  }
  const applied: Check = (value, run, seen) => {
    // Of a value of the wrong kind nothing else is worth telling.
    if (isType && !isType(value, run, seen)) return false
    const fits = any.length === 0 || all(any, value, run, seen)
    if (!fits && run.quiet > 0) return false
    if (typeof value === 'string') return all(strings, value, run, seen) && fits
    if (typeof value === 'number') return all(numbers, value, run, seen) && fits
    if (typeof value !== 'object' || value === null) return fits
    return all(Array.isArray(value) ? arrays : objects, value, run, seen) && fits
  }
  if (!rest) return applied
  return (value, run, seen) => {
    const own = new Seen()
    const fits = applied(value, run, own)
    const left = rest(value, run, own)
    seen?.take(own)
    return fits && left
  }
}

const KINDS: Record<string, { words: string; is: (value: unknown) => boolean }> = {
  string: { words: 'a string', is: (value) => typeof value === 'string' },
  number: { words: 'a number', is: (value) => typeof value === 'number' },
  integer: { words: 'a whole number', is: (value) => Number.isInteger(value) },
  boolean: { words: 'true or false', is: (value) => typeof value === 'boolean' },
  null: { words: 'null', is: (value) => value === null },
  array: { words: 'a list', is: (value) => Array.isArray(value) },
  object: { words: 'an object', is: isObject },
}
function typeCheck(types: string[]): Check {
  const kinds = types.map((type) => KINDS[type]!)
  const words = kinds.map((kind) => kind.words).join(' or ')
  const [first] = kinds
  if (kinds.length === 1) return (value, run) => first!.is(value) || fail(run, 'type', words, kindOf(value))
  return (value, run) => kinds.some(({ is }) => is(value)) || fail(run, 'type', words, kindOf(value))
}
function references({ $ref, $dynamicRef }: Schema, root: Schema, compile: Compile): Check[] {
  return [$ref, $dynamicRef].flatMap((ref) => {
    if (typeof ref !== 'string') return []
    const check = compile(targetOf(ref, root))
    return [
      (value, run, seen) => {
        branch(run)
        return check(value, run, seen)
      },
    ] satisfies Check[]
  })
}

/** What no other rule has looked at. */
function unevaluated({ unevaluatedProperties, unevaluatedItems }: Schema, compile: Compile): Check | undefined {
  if (unevaluatedProperties === undefined && unevaluatedItems === undefined) return undefined
  const members = unevaluatedProperties === undefined ? undefined : compile(unevaluatedProperties)
  const elements = unevaluatedItems === undefined ? undefined : compile(unevaluatedItems)
  return (value, run, seen) => {
    let fits = true
    if (Array.isArray(value) && elements) {
      for (let i = seen!.elements; i < value.length; i++)
        if (!seen!.elementsAt.has(i) && !within(elements, value[i], i, run)) fits = false
      seen!.elements = value.length
    } else if (isObject(value) && members) {
      if (!seen!.allMembers)
        for (const name in value)
          if (!seen!.members.has(name) && !withinStrange(members, value[name], name, run)) fits = false
      seen!.allMembers = true
    }
    return fits
  }
}
