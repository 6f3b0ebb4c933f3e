import { isObject, type Json } from '../../base/json.ts'
import { plain, type Schema, type Side } from './side.ts'

/** Kinds that exclude each other: every number is whole or not. */
const KINDS = ['null', 'boolean', 'integer', 'fraction', 'string', 'array', 'object'] as const
export type Kind = (typeof KINDS)[number]

/** The fields of one object schema: those it names, those its patterns do, and the others. */
export interface Fields {
  properties: Record<string, Schema>
  patterns: { pattern: string; schema: Schema }[]
  /** Undefined: it does not speak of others. */
  others: Schema | undefined
}
export interface Elements {
  prefix: Schema[]
  rest: Schema | undefined
}
/** Several schemas, of which one (`exactly`) or at least one holds. */
export interface Choice {
  exactly: boolean
  branches: Schema[][]
  text: string
}
/** What cannot be compared part by part: it holds where the other says the very same. */
export interface Condition {
  keyword: string
  text: string
  schema: Schema
}

/** Everything that several schemas together ask of a value, keyword by keyword. */
export interface Flat {
  all: Schema[]
  kinds: Set<Kind>
  values: unknown[] | undefined
  least: Bound
  most: Bound
  multiples: number[]
  lengths: Range
  patterns: Set<string>
  formats: Set<string>
  items: Range
  unique: boolean
  elements: Elements[]
  members: Range
  fields: Fields[]
  required: Set<string>
  needs: [string, string][]
  choices: Choice[]
  conditions: Condition[]
}
export interface Bound {
  value: number
  /** The value itself is not in it. */
  open: boolean
}
export interface Range {
  least: number
  most: number
}

const anything = (): Flat => ({
  all: [],
  kinds: new Set(KINDS),
  values: undefined,
  least: { value: -Infinity, open: false },
  most: { value: Infinity, open: false },
  multiples: [],
  lengths: { least: 0, most: Infinity },
  patterns: new Set(),
  formats: new Set(),
  items: { least: 0, most: Infinity },
  unique: false,
  elements: [],
  members: { least: 0, most: Infinity },
  fields: [],
  required: new Set(),
  needs: [],
  choices: [],
  conditions: [],
})

/** What all of these schemas ask together, with references and `allOf` opened. */
export function flatten(all: readonly Schema[], side: Side): Flat {
  const flat = anything()
  const seen = new Set<Schema>()
  const open = (schema: Schema) => {
    if (schema === true || seen.has(schema)) return
    seen.add(schema)
    if (schema === false) {
      flat.kinds.clear()
      flat.all.push(false)
      return
    }
    flat.all.push(schema)
    if (typeof schema.$ref === 'string') open(side.target(schema) ?? false)
    for (const one of list(schema.allOf)) open(one)
    take(flat, schema, side)
  }
  for (const schema of all) open(schema)
  if (flat.multiples.some((multiple) => Number.isInteger(multiple))) flat.kinds.delete('fraction')
  if (!flat.kinds.has('fraction')) {
    flat.least = whole(flat.least, 1)
    flat.most = whole(flat.most, -1)
  }
  return flat
}
/** The nearest whole number within a bound. */
function whole({ value, open }: Bound, step: 1 | -1): Bound {
  if (!Number.isFinite(value)) return { value, open: false }
  const near = step === 1 ? Math.ceil(value) : Math.floor(value)
  return { value: open && near === value ? near + step : near, open: false }
}

function take(flat: Flat, schema: Json, side: Side): void {
  takeScalars(flat, schema)
  takeItems(flat, schema)
  takeFields(flat, schema, side)
  for (const [keyword, exactly] of [
    ['anyOf', false],
    ['oneOf', true],
  ] as const) {
    const branches = list(schema[keyword])
    if (branches.length > 0)
      flat.choices.push({
        exactly,
        branches: branches.map((branch) => [branch]),
        text: side.textOf({ [keyword]: schema[keyword] }),
      })
  }
  const condition = (keyword: string, part: Json) =>
    flat.conditions.push({ keyword, text: side.textOf(part), schema: part })
  if (schema.if !== undefined && (schema.then !== undefined || schema.else !== undefined))
    condition('if', pick(schema, ['if', 'then', 'else']))
  for (const keyword of ['not', 'propertyNames', '$dynamicRef', 'unevaluatedItems'])
    if (schema[keyword] !== undefined && schema[keyword] !== (keyword !== 'not'))
      condition(keyword, pick(schema, [keyword]))
  if (schema.contains !== undefined) condition('contains', pick(schema, ['contains', 'minContains', 'maxContains']))
  for (const [name, needed] of Object.entries(isObject(schema.dependentSchemas) ? schema.dependentSchemas : {}))
    condition('dependentSchemas', { dependentSchemas: { [name]: needed } })
}

function takeScalars(flat: Flat, schema: Json): void {
  if (schema.type !== undefined) {
    const named = new Set(
      [schema.type].flat().flatMap((type) => (type === 'number' ? ['integer', 'fraction'] : [type as Kind])),
    )
    for (const kind of flat.kinds) if (!named.has(kind)) flat.kinds.delete(kind)
  }
  for (const values of [
    ...('const' in schema ? [[schema.const]] : []),
    ...(Array.isArray(schema.enum) ? [schema.enum] : []),
  ]) {
    const texts = values.map(plain)
    flat.values = flat.values?.filter((value) => texts.includes(plain(value))) ?? values
  }
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  const raise = (value: unknown, open: boolean) => {
    if (typeof value === 'number' && tighter({ value, open }, flat.least, 1)) flat.least = { value, open }
  }
  const lower = (value: unknown, open: boolean) => {
    if (typeof value === 'number' && tighter({ value, open }, flat.most, -1)) flat.most = { value, open }
  }
  raise(minimum, false)
  raise(exclusiveMinimum, true)
  lower(maximum, false)
  lower(exclusiveMaximum, true)
  if (typeof multipleOf === 'number') flat.multiples.push(multipleOf)
  narrow(flat.lengths, schema.minLength, schema.maxLength)
  if (typeof schema.pattern === 'string') flat.patterns.add(schema.pattern)
  if (typeof schema.format === 'string') flat.formats.add(schema.format)
}
/** Whether one bound leaves less than another; `way` 1: both are lower bounds. */
export const tighter = (one: Bound, other: Bound, way: 1 | -1): boolean =>
  way * one.value > way * other.value || (one.value === other.value && one.open && !other.open)

function takeItems(flat: Flat, schema: Json): void {
  narrow(flat.items, schema.minItems, schema.maxItems)
  if (schema.uniqueItems === true) flat.unique = true
  if (schema.prefixItems !== undefined || schema.items !== undefined)
    flat.elements.push({ prefix: list(schema.prefixItems), rest: schema.items as Schema | undefined })
}

function takeFields(flat: Flat, schema: Json, side: Side): void {
  narrow(flat.members, schema.minProperties, schema.maxProperties)
  const fields = fieldsOf(schema)
  if (fields) flat.fields.push(fields)
  if (schema.unevaluatedProperties !== undefined && schema.unevaluatedProperties !== true) {
    const spoken = named(schema, side, new Set())
    // Whoever speaks of all others leaves none that is unevaluated.
    const ofAll = spoken.patterns.some(({ pattern }) => pattern === '')
    if (!ofAll) flat.fields.push({ ...spoken, others: schema.unevaluatedProperties as Schema })
    else if (spoken.branches) flat.fields.push(spoken)
    // Which fields count as named then hangs on which branch holds.
    if (spoken.branches) flat.conditions.push({ keyword: 'unevaluatedProperties', text: side.textOf(schema), schema })
  }
  for (const name of strings(schema.required)) flat.required.add(name)
  for (const [name, needed] of Object.entries(isObject(schema.dependentRequired) ? schema.dependentRequired : {}))
    for (const other of strings(needed)) flat.needs.push([name, other])
}

/** Names that a schema, and what is applied in place with it, speaks of. */
function named(schema: Schema, side: Side, seen: Set<Schema>): Fields & { branches: boolean } {
  const found = { properties: {} as Record<string, Schema>, patterns: [] as Fields['patterns'], branches: false }
  if (typeof schema === 'boolean' || seen.has(schema)) return { ...found, others: undefined }
  seen.add(schema)
  for (const name of Object.keys(isObject(schema.properties) ? schema.properties : {})) found.properties[name] = true
  for (const pattern of Object.keys(isObject(schema.patternProperties) ? schema.patternProperties : {}))
    found.patterns.push({ pattern, schema: true })
  if (schema.additionalProperties !== undefined) found.patterns.push({ pattern: '', schema: true })
  const branches = [
    ...list(schema.anyOf),
    ...list(schema.oneOf),
    ...[schema.if, schema.then, schema.else].filter((one) => one !== undefined),
    ...Object.values(isObject(schema.dependentSchemas) ? schema.dependentSchemas : {}),
  ] as Schema[]
  const target = typeof schema.$ref === 'string' ? side.target(schema) : undefined
  for (const part of [...list(schema.allOf), ...(target === undefined ? [] : [target]), ...branches]) {
    const inner = named(part, side, seen)
    Object.assign(found.properties, inner.properties)
    found.patterns.push(...inner.patterns)
    found.branches ||= inner.branches
  }
  return { ...found, branches: found.branches || branches.length > 0, others: undefined }
}

function fieldsOf(schema: Json): Fields | undefined {
  const { properties, patternProperties, additionalProperties } = schema
  if (properties === undefined && patternProperties === undefined && additionalProperties === undefined)
    return undefined
  return {
    properties: (isObject(properties) ? properties : {}) as Record<string, Schema>,
    patterns: Object.entries((isObject(patternProperties) ? patternProperties : {}) as Record<string, Schema>).map(
      ([pattern, one]) => ({ pattern, schema: one }),
    ),
    others: additionalProperties as Schema | undefined,
  }
}

/** What is asked of a field where it is named. */
export const ownField = ({ fields }: Flat, name: string): Schema[] =>
  fields.flatMap(({ properties }): Schema[] => (Object.hasOwn(properties, name) ? [properties[name]!] : []))

function narrow(range: Range, least: unknown, most: unknown): void {
  if (typeof least === 'number') range.least = Math.max(range.least, least)
  if (typeof most === 'number') range.most = Math.min(range.most, most)
}
const list = (value: unknown): Schema[] => (Array.isArray(value) ? value : [])
const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
const pick = (schema: Json, names: string[]): Json =>
  Object.fromEntries(names.filter((name) => schema[name] !== undefined).map((name) => [name, schema[name]]))
