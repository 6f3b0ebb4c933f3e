import { isObject, type Json } from '../base/json.ts'
import { targetOf } from './json-schema/refs.ts'
import type { Known } from './survey.ts'

/**
 * The names that a schema has for the members of a record, whichever of its alternatives they stand in: what a record has
 * beyond them is drift. An object of which a schema says no name at all may have any.
 */
export function knownOf(schema: unknown, root: Json): Known {
  const numbers = new Map<object, number>()
  const made = new Map<string, Known>()
  const numberOf = (schema: object): number => {
    const number = numbers.get(schema) ?? numbers.size
    numbers.set(schema, number)
    return number
  }
  const nodeOf = (schemas: Json[]): Known => {
    const all = [...gathered(schemas, root)]
    const key = all
      .map(numberOf)
      .sort((a, b) => a - b)
      .join()
    let node = made.get(key)
    if (!node) {
      node = new Node(all, nodeOf)
      made.set(key, node)
    }
    return node
  }
  return nodeOf(isObject(schema) ? [schema] : [])
}

class Node implements Known {
  readonly free: boolean
  readonly #schemas: Json[]
  readonly #nodeOf: (schemas: Json[]) => Known
  readonly #names = new Map<string, Json[]>()
  readonly #patterns: { pattern: RegExp; schema: unknown }[] = []
  readonly #others: Json[] = []
  readonly #known = new Map<string, Known>()
  #element: Known | undefined
  constructor(schemas: Json[], nodeOf: (schemas: Json[]) => Known) {
    this.#schemas = schemas
    this.#nodeOf = nodeOf
    let lists = false
    for (const { properties, patternProperties, additionalProperties, items, prefixItems, contains } of schemas) {
      for (const [name, one] of entries(properties))
        this.#names.set(name, [...(this.#names.get(name) ?? []), ...list(one)])
      for (const [source, schema] of entries(patternProperties))
        this.#patterns.push({ pattern: new RegExp(source, 'u'), schema })
      if (isObject(additionalProperties) && Object.keys(additionalProperties).length > 0)
        this.#others.push(additionalProperties)
      lists ||= items !== undefined || prefixItems !== undefined || contains !== undefined
    }
    this.free = !lists && this.#names.size === 0 && this.#patterns.length === 0 && this.#others.length === 0
  }
  member(key: string): Known | undefined {
    const known = this.#known.get(key)
    if (known) return known
    const named = this.#names.get(key)
    const matching = this.#patterns.filter(({ pattern }) => pattern.test(key))
    if (!named && matching.length === 0 && this.#others.length === 0)
      return this.#names.size + this.#patterns.length > 0 ? undefined : this.#nodeOf([])
    const node = this.#nodeOf([...(named ?? this.#others), ...matching.flatMap(({ schema }) => list(schema))])
    // Keys that only match something are data, and are not remembered.
    if (named) this.#known.set(key, node)
    return node
  }
  element(): Known {
    this.#element ??= this.#nodeOf(
      this.#schemas.flatMap(({ items, prefixItems, contains, unevaluatedItems }) => [
        ...list(items),
        ...(Array.isArray(prefixItems) ? prefixItems.flatMap(list) : []),
        ...list(contains),
        ...list(unevaluatedItems),
      ]),
    )
    return this.#element
  }
}
const list = (schema: unknown): Json[] => (isObject(schema) ? [schema] : [])
const entries = (found: unknown): [string, unknown][] => (isObject(found) ? Object.entries(found) : [])

/** The schemas themselves, and all that apply to the same value. */
function gathered(schemas: Json[], root: Json, found = new Set<Json>()): Set<Json> {
  for (const schema of schemas) {
    if (found.has(schema)) continue
    found.add(schema)
    const { allOf, anyOf, oneOf, if: condition, then, else: otherwise, $ref, $dynamicRef, dependentSchemas } = schema
    const inner = [allOf, anyOf, oneOf].flatMap((all) => (Array.isArray(all) ? all : []))
    const refs = [$ref, $dynamicRef].flatMap((ref) => (typeof ref === 'string' ? [targetOf(ref, root)] : []))
    const dependent = entries(dependentSchemas).map(([, one]) => one)
    gathered([...inner, ...refs, ...dependent, condition, then, otherwise].filter(isObject), root, found)
  }
  return found
}
