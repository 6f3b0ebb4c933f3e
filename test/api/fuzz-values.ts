import fc from 'fast-check'

/** As much of a schema of our own document as is needed to make values of it. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  format?: string
  pattern?: string
  example?: unknown
  minimum?: number
  exclusiveMinimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
}
export type Resolve = (schema: Schema) => Schema

/** Values that a field takes though its schema says only that it is text. */
export type Known = Record<string, fc.Arbitrary<unknown>>

/** Values that a schema admits. `name`: of the field, which may be one with known values. */
export function valid(schema: Schema, name: string, known: Known, resolve: Resolve): fc.Arbitrary<unknown> {
  const given = resolve(schema)
  if (known[name]) return known[name]
  if (given.const !== undefined) return fc.constant(given.const)
  if (given.enum) return fc.constantFrom(...given.enum)
  const branches = given.anyOf ?? given.oneOf
  if (branches) return fc.oneof(...branches.map((branch) => valid(branch, name, known, resolve)))
  const types = [given.type ?? (given.properties ? 'object' : 'string')].flat()
  return fc.oneof(...types.map((type) => ofType(type, given, name, known, resolve)))
}
function ofType(type: string, schema: Schema, name: string, known: Known, resolve: Resolve): fc.Arbitrary<unknown> {
  if (type === 'null') return fc.constant(null)
  if (type === 'boolean') return fc.boolean()
  if (type === 'integer') return fc.integer({ min: least(schema), max: Math.min(schema.maximum ?? 1_000, 1_000_000) })
  // Shares lie between whole numbers.
  if (type === 'number')
    return fc
      .integer({
        min: Math.ceil(least(schema) * 100),
        max: Math.floor(Math.min(schema.maximum ?? 1_000, 1_000_000) * 100),
      })
      .map((hundredths) => hundredths / 100)
  if (type === 'array')
    return fc.array(valid(schema.items ?? {}, name, known, resolve), {
      minLength: schema.minItems ?? 0,
      maxLength: Math.min(schema.maxItems ?? 3, 3),
    })
  if (type === 'object') return ofObject(schema, known, resolve)
  return ofText(schema)
}
const least = ({ minimum, exclusiveMinimum }: Schema) =>
  minimum ?? (exclusiveMinimum === undefined ? 0 : exclusiveMinimum + 1)

function ofObject({ properties = {}, required = [] }: Schema, known: Known, resolve: Resolve): fc.Arbitrary<unknown> {
  const members = Object.entries(properties).map(([name, member]) => [name, valid(member, name, known, resolve)])
  return fc.record(Object.fromEntries(members), { requiredKeys: required as never[] })
}
/** What a pattern admits is not made up: the document shows one that it does. */
function ofText({ format, pattern, example, minLength = 0, maxLength = 100 }: Schema): fc.Arbitrary<unknown> {
  if (format === 'date-time') return fc.constantFrom('2027-07-01T00:00:00.000Z', '2028-02-29T12:00:00+02:00')
  if (format === 'uri') return fc.constantFrom('https://app.example.com/back?from=here', 'https://app.example.com/')
  if (pattern) return fc.constant(example)
  return fc.string({ minLength, maxLength: Math.min(maxLength, 60), unit: 'grapheme' })
}

export const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels))

/** What nobody should send, as a field of JSON. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e308, 2 ** 53, '', ' ', [], {}, [[]], [null], { '': '' }),
  fc.constantFrom<unknown>('\u0000', 'a\u0000b', '\ud800', '\u202e', '💥'.repeat(50), 'x'.repeat(20_000), deep(500)),
  fc.constantFrom<unknown>('__proto__', 'constructor', "';--", '../../etc', '{{7*7}}', '<script>', '%00', 'NaN'),
  fc.anything({ maxDepth: 3 }).filter((value) => JSON.stringify(value) !== undefined),
)
/** The same as text: of a query, or a part of a path. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', ' ', '\u0000', '-1', '1e309', '9007199254740993', 'NaN', 'null', 'undefined', '[]', '{}', 'true'),
  fc.constantFrom(
    "';--",
    '../../etc',
    '%00',
    '%',
    '%zz',
    '💥',
    '\u202e',
    'x'.repeat(3_000),
    '<script>',
    'a,b',
    '*',
    '$',
  ),
  fc.constantFrom('0000-00-00', '9999-12-31', '99999999999', '2026-07-01T00:00:00Z', '-2026-07-01', 'ffffffff'),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.toWellFormed()),
)
/** Bodies that are none. */
export const hostileBody: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    '{',
    '{"a":1,}',
    '[]',
    '[{}]',
    'null',
    '7',
    '"text"',
    'true',
    '\ufeff{}',
    '{"a":1}{"b":2}',
    '\u0000',
  ),
  fc.constantFrom('{"a":1,"a":2}', '{"__proto__":{"admin":true}}', 'a=1&b=2', '<xml/>', '{"a":"\\ud800"}', "{'a':1}"),
  fc.constantFrom('['.repeat(100_000), '{"a":'.repeat(50_000), JSON.stringify('x'.repeat(1_200_000))),
  fc.string({ unit: 'binary', maxLength: 200 }).map((text) => text.toWellFormed()),
)
export const CONTENT_TYPES = [
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  'application/xml',
  'application/json; charset=utf-16',
  'no type at all',
]
