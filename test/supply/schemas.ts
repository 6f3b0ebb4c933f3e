/** Schemas and values made by chance, the same ones for one seed: small alphabets, so that rules are met and broken alike. */
export type Chance = () => number
export function chance(seed: number): Chance {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
type Json = Record<string, unknown>
const NAMES = ['a', 'b', 'c', 'dé', 'é/~']
const TEXTS = ['', 'a', 'ab', 'abc', '😀', '1', 'A-1']
const NUMBERS = [0, 1, -1, 2, 3, 1.5, 0.5, 10, 1e6, -0]

export class Made {
  readonly #next: Chance
  constructor(next: Chance) {
    this.#next = next
  }
  count(most: number): number {
    return Math.floor(this.#next() * (most + 1))
  }
  one<T>(all: readonly T[]): T {
    return all[this.count(all.length - 1)]!
  }
  is(share: number): boolean {
    return this.#next() < share
  }
  value(depth = 3): unknown {
    const kind = this.count(depth > 0 ? 6 : 3)
    if (kind === 0) return this.one(TEXTS)
    if (kind === 1) return this.one(NUMBERS)
    if (kind === 2) return this.one([true, false, null])
    if (kind === 3) return this.one([...NUMBERS, ...TEXTS])
    if (kind === 4) return Array.from({ length: this.count(3) }, () => this.value(depth - 1))
    return this.object(depth)
  }
  object(depth: number): Json {
    return Object.fromEntries(NAMES.filter(() => this.is(0.45)).map((name) => [name, this.value(depth - 1)]))
  }
  /** `root`: with definitions, which schemas within may refer to. */
  schema(depth = 3, root = true): Json {
    const made: Json = {}
    const rules = 1 + this.count(3)
    for (let i = 0; i < rules; i++) Object.assign(made, this.rule(depth))
    if (root) made.$defs = { x: this.schema(1, false), y: { $anchor: 'y', ...this.schema(1, false) } }
    return made
  }
  inner(depth: number): Json | boolean {
    return this.is(0.12) ? this.is(0.5) : this.schema(depth - 1, false)
  }
  rule(depth: number): Json {
    const rules: (() => Json)[] = [...this.#flat(), ...(depth > 0 ? this.#nested(depth) : [])]
    return this.one(rules)()
  }
  #flat(): (() => Json)[] {
    const types = ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object']
    return [
      () => ({ type: this.is(0.7) ? this.one(types) : [...new Set([this.one(types), this.one(types)])] }),
      () => ({ type: this.one(['object', 'array', 'number']) }),
      () => ({ const: this.value(2) }),
      () => ({ enum: unique([this.value(1), this.value(1), this.value(2)]) }),
      () => ({ minimum: this.one([0, 1, 1.5]) }),
      () => ({ maximum: this.one([0, 1, 2]) }),
      () => ({ exclusiveMinimum: this.one([0, 1]) }),
      () => ({ exclusiveMaximum: this.one([1, 2, 10]) }),
      () => ({ multipleOf: this.one([1, 2, 0.5, 3]) }),
      () => ({ minLength: this.count(3) }),
      () => ({ maxLength: this.count(3) }),
      () => ({ pattern: this.one(['^a', 'b$', '^\\p{L}+$', '^.$', '\\d']) }),
      () => ({ minItems: this.count(2) }),
      () => ({ maxItems: this.count(2) }),
      () => ({ uniqueItems: this.is(0.8) }),
      () => ({ required: NAMES.filter(() => this.is(0.3)) }),
      () => ({ minProperties: this.count(2) }),
      () => ({ maxProperties: this.count(3) }),
      () => ({ dependentRequired: { [this.one(NAMES)]: NAMES.filter(() => this.is(0.3)) } }),
      () => ({ $ref: this.one(['#/$defs/x', '#/$defs/y', '#y']) }),
    ]
  }
  #nested(depth: number): (() => Json)[] {
    const one = () => this.inner(depth)
    const some = () => Array.from({ length: 1 + this.count(2) }, one)
    const named = () => Object.fromEntries(NAMES.filter(() => this.is(0.4)).map((name) => [name, one()]))
    return [
      () => ({ properties: named() }),
      () => ({ properties: named(), additionalProperties: one() }),
      () => ({ patternProperties: { [this.one(['^a', '[bc]', 'é'])]: one() } }),
      () => ({ additionalProperties: one() }),
      () => ({ propertyNames: this.is(0.5) ? { maxLength: 1 } : one() }),
      () => ({ dependentSchemas: { [this.one(NAMES)]: one() } }),
      () => ({ unevaluatedProperties: one(), properties: named() }),
      () => ({ unevaluatedProperties: false, anyOf: [{ properties: named() }, { properties: named() }] }),
      () => ({ items: one() }),
      () => ({ prefixItems: some(), ...(this.is(0.5) && { items: one() }) }),
      () => ({
        contains: one(),
        ...(this.is(0.5) && { minContains: this.count(2), ...(this.is(0.5) && { maxContains: 2 + this.count(1) }) }),
      }),
      () => ({ unevaluatedItems: one(), prefixItems: some() }),
      () => ({ allOf: some() }),
      () => ({ anyOf: some() }),
      () => ({ oneOf: some() }),
      () => ({ not: one() }),
      // biome-ignore lint/suspicious/noThenProperty: the keyword of that name.
      () => ({ if: one(), ...(this.is(0.7) && { then: one() }), ...(this.is(0.7) && { else: one() }) }),
    ]
  }
}
const unique = (values: unknown[]): unknown[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
]
