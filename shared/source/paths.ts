import type { Context, Item } from './reader.ts'

type Go = (item: Item, context?: Context) => unknown

/**
 * `a.b` → a function that goes there; null and missing are both undefined. `@a` starts at what was carried, `^a` at the
 * item around, `/a` at the payload. `a|b` is the first of the two that is there.
 *
 * In lists: `list.0` is an element by number, `list[type=word].a` the first element whose field (`[a.b=word]` too) has
 * the word or number, whatever its case. `list[]` is a list in JSON that was made from XML: of one element it is the
 * element itself, of none it is missing or an empty text. `map{}` is an object as a list of `{key, value}`.
 */
export function goTo(path: string): Go {
  if (path === '') return (item) => item ?? undefined
  if (path.includes('|')) return firstThere(path.split('|').map(goTo))
  if (path[0] === '@') {
    const inner = goTo(path.slice(1))
    return (_, context) => (context?.carried ? inner(context.carried) : undefined)
  }
  if (path[0] === '^') {
    const inner = goTo(path.slice(1))
    return (_, context) => (context?.parent ? inner(context.parent) : undefined)
  }
  if (path[0] === '/') {
    const inner = goTo(path.slice(1))
    return (_, context) => (context ? inner(context.page) : undefined)
  }
  if (/[[{]/.test(path)) return inSteps(path)
  const [first, second, ...rest] = path.split('.') as [string, string?, ...string[]]
  if (second === undefined) return (item) => item?.[first] ?? undefined
  if (rest.length === 0) return (item) => item?.[first]?.[second] ?? undefined
  const deeper = goTo(rest.join('.'))
  return (item) => deeper(item?.[first]?.[second])
}

const firstThere =
  (all: Go[]): Go =>
  (item, context) => {
    for (const go of all) {
      const value = go(item, context)
      if (value !== undefined) return value
    }
    return undefined
  }

/** A name, `[]`, `{}` or `[field=word]`. */
const STEP = /[^.[\]{}]+|\[\]|\{\}|\[([^=\]]+)=([^\]]*)\]/g
function inSteps(path: string): Go {
  const steps = [...path.matchAll(STEP)].map(([step, field, word]): ((value: Item) => Item) => {
    if (step === '[]') return listed
    if (step === '{}') return entries
    if (field === undefined) return (value) => value?.[step]
    const [at, wanted] = [goTo(field), word!.toLowerCase()]
    return (value) => (Array.isArray(value) ? value.find((one) => String(at(one)).toLowerCase() === wanted) : undefined)
  })
  return (item) => {
    let value = item
    for (const step of steps) value = step(value)
    return value ?? undefined
  }
}
const listed = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null || value === '' ? [] : [value]
const entries = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).map(([key, inner]) => ({ key, value: inner }))
    : value

/** A path as a JSON pointer within its item; of several alternatives the first. */
export const pointer = (path: string): string =>
  path
    .split('|', 1)[0]!
    .replace(/^[@^/]/, '')
    .replace(/\[\]|\{\}/g, '')
    .replaceAll('.', '/')
