import { canonical } from './equal.ts'
import { branch, type Check, type Compile, fail, quietly, type Schema, within } from './run.ts'

/** Rules for lists, but `unevaluatedItems`. */
export function arrayChecks(schema: Schema, compile: Compile): Check[] {
  const { minItems, maxItems, uniqueItems, prefixItems, items, contains } = schema
  const checks: Check[] = []
  if (typeof minItems === 'number')
    checks.push(
      (value, run) =>
        (value as unknown[]).length >= minItems || fail(run, 'minItems', `a list of at least ${minItems}`, 'array'),
    )
  if (typeof maxItems === 'number')
    checks.push(
      (value, run) =>
        (value as unknown[]).length <= maxItems || fail(run, 'maxItems', `a list of at most ${maxItems}`, 'array'),
    )
  if (Array.isArray(prefixItems) || items !== undefined)
    checks.push(
      elements(((prefixItems ?? []) as unknown[]).map(compile), items === undefined ? undefined : compile(items)),
    )
  if (contains !== undefined) checks.push(containing(schema, compile(contains)))
  if (uniqueItems === true)
    checks.push(
      (value, run) => isUnique(value as unknown[]) || fail(run, 'uniqueItems', 'a list without repetitions', 'array'),
    )
  return checks
}

function elements(first: Check[], rest: Check | undefined): Check {
  return (value, run, seen) => {
    const all = value as unknown[]
    const end = rest ? all.length : Math.min(first.length, all.length)
    let fits = true
    for (let i = 0; i < end; i++) {
      if (within(first[i] ?? rest!, all[i], i, run)) continue
      fits = false
      if (run.quiet > 0) return false
    }
    if (seen) seen.elements = Math.max(seen.elements, end)
    return fits
  }
}
function containing({ minContains = 1, maxContains = Infinity }: Schema, check: Check): Check {
  const [least, most] = [minContains as number, maxContains as number]
  const words = most === Infinity ? `at least ${least}` : `${least} to ${most}`
  return (value, run, seen) => {
    const all = value as unknown[]
    let found = 0
    for (let i = 0; i < all.length; i++) {
      branch(run)
      if (!quietly(check, all[i], run, undefined)) continue
      found++
      seen?.elementsAt.add(i)
      if (!seen && found >= least && most === Infinity) return true
    }
    if (found < least)
      return fail(run, least === 1 ? 'contains' : 'minContains', `a list with ${words} that fit`, 'array')
    return found <= most || fail(run, 'maxContains', `a list with ${words} that fit`, 'array')
  }
}
/** Through sets, as pairs of a long list would be too many. */
function isUnique(all: unknown[]): boolean {
  const plain = new Set<unknown>()
  const others = new Set<string>()
  for (const one of all) {
    const nested = typeof one === 'object' && one !== null
    const [set, key] = nested ? [others, canonical(one)] : [plain, one]
    if ((set as Set<unknown>).has(key)) return false
    ;(set as Set<unknown>).add(key)
  }
  return true
}
