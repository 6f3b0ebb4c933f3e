import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { schemaChanges } from '../../../shared/supply/compatibility/schema-changes.ts'
import type { Schema } from '../../../shared/supply/compatibility/side.ts'

const NAMES = ['a', 'b', 'x_1']
const SCALARS = [null, true, false, -1, 0, 1, 2, 5, 10, 1.5, '', 'x', 'xy', 'y', 'long text']
const bounds = (least: string, most: string) =>
  fc.record({ [least]: fc.constantFrom(0, 1, 2), [most]: fc.constantFrom(2, 3, 5) }, { requiredKeys: [] })

/** Schemas of records that people could mean, and some that nobody would. */
const { schema } = fc.letrec<{ schema: Schema; object: Schema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true, maxDepth: 3 },
    fc.constantFrom<Schema>(true, {}, { type: 'string' }, { type: ['number', 'null'] }, { type: 'integer' }),
    fc.subarray(SCALARS, { minLength: 1, maxLength: 4 }).map((values): Schema => ({ enum: values })),
    fc.constantFrom(...SCALARS).map((value): Schema => ({ const: value })),
    bounds('minimum', 'maximum').map((rest): Schema => ({ type: 'number', ...rest })),
    bounds('exclusiveMinimum', 'exclusiveMaximum').map((rest): Schema => ({ type: ['integer', 'null'], ...rest })),
    fc.constantFrom(1, 2, 5, 0.5).map((multipleOf): Schema => ({ type: 'number', multipleOf })),
    bounds('minLength', 'maxLength').map((rest): Schema => ({ type: 'string', ...rest })),
    fc.constantFrom('^x', 'y$').map((pattern): Schema => ({ pattern })),
    tie('object'),
    fc
      .record({
        items: tie('schema'),
        prefix: fc.array(tie('schema'), { maxLength: 2 }),
        rest: bounds('minItems', 'maxItems'),
        uniqueItems: fc.boolean(),
      })
      .map(
        ({ items, prefix, rest, uniqueItems }): Schema => ({
          type: 'array',
          items,
          ...(prefix.length > 0 && { prefixItems: prefix }),
          ...rest,
          uniqueItems,
        }),
      ),
    fc
      .tuple(fc.constantFrom('anyOf', 'oneOf', 'allOf'), fc.array(tie('schema'), { minLength: 1, maxLength: 3 }))
      .map(([keyword, branches]): Schema => ({ [keyword]: branches })),
    fc.tuple(tie('object'), tie('object')).map(([one, other]): Schema => ({ ...(one as object), anyOf: [other, one] })),
    tie('schema').map((not): Schema => ({ not })),
    fc
      .tuple(tie('schema'), tie('schema'), tie('schema'))
      .map(([one, two, three]): Schema => JSON.parse(JSON.stringify({ if: one, [THEN]: two, else: three })) as Schema),
  ),
  object: fc
    .record(
      {
        properties: fc.dictionary(fc.constantFrom(...NAMES), tie('schema'), { maxKeys: 3, noNullPrototype: true }),
        patternProperties: fc.dictionary(fc.constantFrom('^x_', '^[ab]$'), tie('schema'), { maxKeys: 2 }),
        additionalProperties: fc.oneof(fc.constant(false), tie('schema')),
        required: fc.subarray(NAMES),
        dependentRequired: fc.dictionary(fc.constantFrom(...NAMES), fc.subarray(NAMES), { maxKeys: 1 }),
        dependentSchemas: fc.dictionary(fc.constantFrom(...NAMES), tie('schema'), { maxKeys: 1 }),
        unevaluatedProperties: fc.constant(false),
        minProperties: fc.constantFrom(0, 1, 2),
        maxProperties: fc.constantFrom(1, 2, 3),
        propertyNames: fc.constantFrom({ pattern: '^x' }, { maxLength: 1 }),
      },
      { requiredKeys: ['properties'] },
    )
    .map((rest): Schema => ({ type: 'object', ...rest })),
}))
const THEN = 'then'

/** Another version: one part of it is another, or is gone. */
const pair = fc.oneof(
  fc.tuple(schema, schema),
  fc.tuple(schema, schema, fc.nat(), fc.boolean()).map(([one, part, at, gone]): [Schema, Schema] => {
    const other = structuredClone(one)
    const places: [Record<string, unknown> | unknown[], string][] = []
    const look = (value: unknown) => {
      if (typeof value !== 'object' || value === null) return
      for (const name of Object.keys(value)) {
        places.push([value as Record<string, unknown>, name])
        look((value as Record<string, unknown>)[name])
      }
    }
    look(other)
    const schemas = places.filter(([holder, name]) => isSchema(holder, name))
    if (schemas.length === 0) return [one, part]
    const [holder, name] = schemas[at % schemas.length]!
    if (gone && !Array.isArray(holder)) delete holder[name]
    else (holder as Record<string, unknown>)[name] = part
    return [one, other]
  }),
)
const isSchema = (holder: unknown, name: string): boolean => {
  const value = (holder as Record<string, unknown>)[name]
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !['properties', 'patternProperties', 'dependentRequired', 'dependentSchemas'].includes(name)
  )
}

const record = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom(...SCALARS),
    fc.constantFrom(...SCALARS),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value

const takes = (schema: Schema) => new Ajv2020({ strict: false, logger: false }).compile(schema)
/** Others than those it names are made to be none, where it does not speak of them. */
const closed = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]))
  return 'properties' in schema && !('additionalProperties' in schema) && !('unevaluatedProperties' in schema)
    ? { ...inner, unevaluatedProperties: false }
    : inner
}

describe('Of any two schemas', { timeout: 120_000 }, () => {
  test('one and itself differ in nothing', () => {
    fc.assert(
      fc.property(schema, (one) => {
        const changes = schemaChanges(one, structuredClone(one), () => true)
        expect(changes).toEqual([])
      }),
      { numRuns: 1_000 },
    )
  })

  test('where nothing breaks the supplier, the newer takes every record that the older took', () => {
    let kept = 0
    fc.assert(
      fc.property(pair, fc.array(record, { minLength: 40, maxLength: 40 }), ([older, newer], records) => {
        if (schemaChanges(older, newer, () => true).some(({ supplier }) => supplier.effect !== 'none')) return
        kept++
        const [before, now] = [takes(closed(older) as Schema), takes(newer)]
        for (const one of records) if (before(one)) expect(now(one), JSON.stringify({ older, newer, one })).toBe(true)
      }),
      { numRuns: 2_500 },
    )
    expect(kept).toBeGreaterThan(300)
  })
})
