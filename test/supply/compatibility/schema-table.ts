import type { Schema } from '../../../shared/supply/compatibility/side.ts'

type Effect = 'none' | 'warning' | 'breaking'
/** A change of a schema, what it is for either side, and records that show it. */
export interface Row {
  name: string
  older: Schema
  newer: Schema
  change: string
  path: string
  supplier: Effect
  developer: Effect
  /** The older takes it, the newer refuses it. */
  refused?: unknown
  /** The newer takes it, the older refused it. */
  unheard?: unknown
}

const of = (field: Schema, more: object = {}): Schema => ({ type: 'object', properties: { a: field }, ...more })
const both = { b: { type: 'string' } }
const ab = (required: string[], more: object = {}): Schema => ({
  type: 'object',
  properties: { a: { type: 'number' }, ...both },
  required,
  ...more,
})
const row = (
  name: string,
  older: Schema,
  newer: Schema,
  [path, change]: [string, string],
  [supplier, developer]: [Effect, Effect],
  records: { refused?: unknown; unheard?: unknown } = {},
): Row => ({ name, older, newer, path, change, supplier, developer, ...records })

const text = { type: 'string' }
const number = { type: 'number' }
const kind = (...names: string[]) => ({ enum: names })
const cat = { type: 'object', properties: { kind: { const: 'cat' }, lives: { type: 'integer' } }, required: ['kind'] }
const dog = { type: 'object', properties: { kind: { const: 'dog' }, breed: text }, required: ['kind'] }

export const ROWS: Row[] = [
  row('an optional field is added', of(number), ab([]), ['b', 'field_added'], ['none', 'none']),
  row(
    'an optional field is added to a closed object',
    of(number, { additionalProperties: false }),
    ab([], { additionalProperties: false }),
    ['b', 'field_added'],
    ['none', 'none'],
  ),
  row('a required field is added', of(number), ab(['b']), ['b', 'required_field_added'], ['breaking', 'none'], {
    refused: { a: 1 },
  }),
  row('an optional field is removed', ab([]), of(number), ['b', 'field_removed'], ['warning', 'breaking']),
  row(
    'a field is removed from a closed object',
    ab([], { additionalProperties: false }),
    of(number, { additionalProperties: false }),
    ['b', 'field_removed'],
    ['breaking', 'breaking'],
    { refused: { b: 'x' } },
  ),
  row('a required field is removed', ab(['b']), of(number), ['b', 'field_removed'], ['warning', 'breaking'], {
    unheard: { a: 1 },
  }),
  row('an optional field becomes required', ab([]), ab(['b']), ['b', 'required'], ['breaking', 'none'], {
    refused: { a: 1 },
  }),
  row('a required field becomes optional', ab(['b']), ab([]), ['b', 'required'], ['none', 'breaking'], {
    unheard: { a: 1 },
  }),
  row(
    'an object is closed',
    of(number),
    of(number, { additionalProperties: false }),
    ['', 'closed'],
    ['warning', 'none'],
    { refused: { z: 1 } },
  ),
  row(
    'an object that named its others is closed',
    of(number, { additionalProperties: true }),
    of(number, { additionalProperties: false }),
    ['', 'closed'],
    ['breaking', 'none'],
    { refused: { z: 1 } },
  ),
  row('an object is opened', of(number, { additionalProperties: false }), of(number), ['', 'opened'], ['none', 'none']),
  row('an enum gains a value', of(kind('x')), of(kind('x', 'y')), ['a', 'enum'], ['none', 'breaking'], {
    unheard: { a: 'y' },
  }),
  row('an enum loses a value', of(kind('x', 'y')), of(kind('x')), ['a', 'enum'], ['breaking', 'none'], {
    refused: { a: 'y' },
  }),
  row('an enum trades a value', of(kind('x', 'y')), of(kind('x', 'z')), ['a', 'enum'], ['breaking', 'breaking'], {
    refused: { a: 'y' },
    unheard: { a: 'z' },
  }),
  row('an enum becomes any text', of({ type: 'string', enum: ['x'] }), of(text), ['a', 'enum'], ['none', 'breaking'], {
    unheard: { a: 'q' },
  }),
  row('a text becomes an enum', of(text), of(kind('x')), ['a', 'enum'], ['breaking', 'none'], { refused: { a: 'q' } }),
  row('a constant becomes another', of({ const: 1 }), of({ const: 2 }), ['a', 'enum'], ['breaking', 'breaking'], {
    refused: { a: 1 },
    unheard: { a: 2 },
  }),
  row(
    'a constant becomes an enum with it',
    of({ const: 'x' }),
    of(kind('x', 'y')),
    ['a', 'enum'],
    ['none', 'breaking'],
    { unheard: { a: 'y' } },
  ),
  row('a text becomes a number', of(text), of(number), ['a', 'type'], ['breaking', 'breaking'], {
    refused: { a: 'x' },
    unheard: { a: 1 },
  }),
  row('a whole number becomes any number', of({ type: 'integer' }), of(number), ['a', 'type'], ['none', 'breaking'], {
    unheard: { a: 1.5 },
  }),
  row('a number becomes whole', of(number), of({ type: 'integer' }), ['a', 'type'], ['breaking', 'none'], {
    refused: { a: 1.5 },
  }),
  row('a field may be null', of(number), of({ type: ['number', 'null'] }), ['a', 'type'], ['none', 'breaking'], {
    unheard: { a: null },
  }),
  row(
    'a field may no longer be null',
    of({ type: ['number', 'null'] }),
    of(number),
    ['a', 'type'],
    ['breaking', 'none'],
    { refused: { a: null } },
  ),
  row(
    'a field may be null, told by anyOf',
    of(number),
    of({ anyOf: [number, { type: 'null' }] }),
    ['a', 'type'],
    ['none', 'breaking'],
    { unheard: { a: null } },
  ),
  row('a type is given up', of(number), of({}), ['a', 'type'], ['none', 'breaking'], { unheard: { a: 'x' } }),
  row('a type is asked where none was', of({}), of(number), ['a', 'type'], ['breaking', 'none'], {
    refused: { a: 'x' },
  }),
  row(
    'a maximum is raised',
    of({ ...number, maximum: 220 }),
    of({ ...number, maximum: 250 }),
    ['a', 'maximum'],
    ['none', 'breaking'],
    { unheard: { a: 230 } },
  ),
  row(
    'a maximum is lowered',
    of({ ...number, maximum: 250 }),
    of({ ...number, maximum: 220 }),
    ['a', 'maximum'],
    ['breaking', 'none'],
    { refused: { a: 230 } },
  ),
  row('a minimum is set', of(number), of({ ...number, minimum: 0 }), ['a', 'minimum'], ['breaking', 'none'], {
    refused: { a: -1 },
  }),
  row(
    'a minimum becomes exclusive',
    of({ ...number, minimum: 0 }),
    of({ ...number, exclusiveMinimum: 0 }),
    ['a', 'minimum'],
    ['breaking', 'none'],
    { refused: { a: 0 } },
  ),
  row('a minimum is given up', of({ ...number, minimum: 0 }), of(number), ['a', 'minimum'], ['none', 'breaking'], {
    unheard: { a: -1 },
  }),
  row(
    'a finer step',
    of({ ...number, multipleOf: 10 }),
    of({ ...number, multipleOf: 5 }),
    ['a', 'multipleOf'],
    ['none', 'breaking'],
    { unheard: { a: 5 } },
  ),
  row(
    'a coarser step',
    of({ ...number, multipleOf: 5 }),
    of({ ...number, multipleOf: 10 }),
    ['a', 'multipleOf'],
    ['breaking', 'none'],
    { refused: { a: 5 } },
  ),
  row(
    'a longer text',
    of({ ...text, maxLength: 2 }),
    of({ ...text, maxLength: 4 }),
    ['a', 'maxLength'],
    ['none', 'breaking'],
    { unheard: { a: 'abc' } },
  ),
  row(
    'a text that must not be empty',
    of(text),
    of({ ...text, minLength: 1 }),
    ['a', 'minLength'],
    ['breaking', 'none'],
    { refused: { a: '' } },
  ),
  row('a pattern is asked', of(text), of({ ...text, pattern: '^x' }), ['a', 'pattern'], ['breaking', 'none'], {
    refused: { a: 'y' },
  }),
  row('a pattern is given up', of({ ...text, pattern: '^x' }), of(text), ['a', 'pattern'], ['none', 'breaking'], {
    unheard: { a: 'y' },
  }),
  row(
    'a pattern becomes another',
    of({ ...text, pattern: '^x' }),
    of({ ...text, pattern: '^y' }),
    ['a', 'pattern'],
    ['breaking', 'breaking'],
    { refused: { a: 'x' }, unheard: { a: 'y' } },
  ),
  row('a format is asked', of(text), of({ ...text, format: 'date' }), ['a', 'format'], ['breaking', 'none'], {
    refused: { a: 'x' },
  }),
  row(
    'a format becomes another',
    of({ ...text, format: 'date' }),
    of({ ...text, format: 'date-time' }),
    ['a', 'format'],
    ['breaking', 'breaking'],
    { refused: { a: '2026-01-01' }, unheard: { a: '2026-01-01T00:00:00Z' } },
  ),
  row(
    'a list may be empty',
    of({ type: 'array', minItems: 1 }),
    of({ type: 'array' }),
    ['a', 'minItems'],
    ['none', 'breaking'],
    { unheard: { a: [] } },
  ),
  row(
    'a list is bounded',
    of({ type: 'array' }),
    of({ type: 'array', maxItems: 2 }),
    ['a', 'maxItems'],
    ['breaking', 'none'],
    { refused: { a: [1, 2, 3] } },
  ),
  row(
    'elements of a list become another type',
    of({ type: 'array', items: text }),
    of({ type: 'array', items: number }),
    ['a.*', 'type'],
    ['breaking', 'breaking'],
    { refused: { a: ['x'] }, unheard: { a: [1] } },
  ),
  row(
    'elements must differ',
    of({ type: 'array' }),
    of({ type: 'array', uniqueItems: true }),
    ['a', 'uniqueItems'],
    ['breaking', 'none'],
    { refused: { a: [1, 1] } },
  ),
  row(
    'the first element is told by itself',
    of({ type: 'array', items: number }),
    of({ type: 'array', prefixItems: [{ type: 'integer' }], items: number }),
    ['a.0', 'type'],
    ['breaking', 'none'],
    { refused: { a: [1.5] } },
  ),
  row(
    'a list of pairs ends after them',
    of({ type: 'array', prefixItems: [number, number] }),
    of({ type: 'array', prefixItems: [number, number], items: false }),
    ['a', 'maxItems'],
    ['breaking', 'none'],
    { refused: { a: [1, 2, 3] } },
  ),
  row('a field within a field becomes required', of(ab([])), of(ab(['b'])), ['a.b', 'required'], ['breaking', 'none'], {
    refused: { a: {} },
  }),
  row(
    'others must be texts',
    of(number, { additionalProperties: number }),
    of(number, { additionalProperties: text }),
    ['*', 'type'],
    ['breaking', 'breaking'],
    { refused: { z: 1 }, unheard: { z: 'x' } },
  ),
  row(
    'fields by a pattern become texts',
    of(number, { patternProperties: { '^x_': number } }),
    of(number, { patternProperties: { '^x_': text } }),
    ['/^x_/', 'type'],
    ['breaking', 'breaking'],
    { refused: { x_1: 1 }, unheard: { x_1: 'x' } },
  ),
  row(
    'one field asks for another',
    ab([]),
    ab([], { dependentRequired: { a: ['b'] } }),
    ['b', 'dependentRequired'],
    ['breaking', 'none'],
    { refused: { a: 1 } },
  ),
  row(
    'fewer fields are allowed',
    ab([], { maxProperties: 2 }),
    ab([], { maxProperties: 1 }),
    ['', 'maxProperties'],
    ['breaking', 'none'],
    { refused: { a: 1, b: 'x' } },
  ),
  row('a branch is added to anyOf', { anyOf: [cat] }, { anyOf: [cat, dog] }, ['kind', 'enum'], ['none', 'breaking'], {
    unheard: { kind: 'dog' },
  }),
  row(
    'a branch is removed from oneOf',
    { oneOf: [cat, dog] },
    { oneOf: [cat] },
    ['kind', 'enum'],
    ['breaking', 'none'],
    { refused: { kind: 'dog' } },
  ),
  row(
    'a field changes within one branch',
    { oneOf: [cat, dog] },
    { oneOf: [cat, { ...dog, required: ['kind', 'breed'] }] },
    ['breed', 'required'],
    ['breaking', 'none'],
    { refused: { kind: 'dog' } },
  ),
  row(
    'a condition is added',
    ab([]),
    // biome-ignore lint/suspicious/noThenProperty: it is a keyword of the schema
    ab([], { if: { required: ['a'] }, then: { required: ['b'] } }),
    ['', 'if'],
    ['breaking', 'none'],
    { refused: { a: 1 } },
  ),
  row(
    'a value is ruled out by not',
    of(text),
    of({ ...text, not: { const: 'x' } }),
    ['a', 'not'],
    ['breaking', 'none'],
    { refused: { a: 'x' } },
  ),
  row(
    'a list must contain something',
    of({ type: 'array' }),
    of({ type: 'array', contains: number }),
    ['a', 'contains'],
    ['breaking', 'none'],
    { refused: { a: ['x'] } },
  ),
  row(
    'an allOf asks more',
    of(number),
    { allOf: [of(number), { required: ['a'] }] },
    ['a', 'required'],
    ['breaking', 'none'],
    { refused: {} },
  ),
  row(
    'what a reference means changes',
    { ...(of({ $ref: '#/$defs/n' }) as object), $defs: { n: number } },
    { ...(of({ $ref: '#/$defs/n' }) as object), $defs: { n: { ...number, maximum: 9 } } },
    ['a', 'maximum'],
    ['breaking', 'none'],
    { refused: { a: 10 } },
  ),
  row(
    'unevaluated fields are refused by a schema with branches',
    { ...(of(number) as object), anyOf: [{ properties: both }, true] },
    { ...(of(number) as object), anyOf: [{ properties: both }, true], unevaluatedProperties: false },
    ['', 'unevaluatedProperties'],
    ['breaking', 'none'],
    { refused: { z: 1 } },
  ),
  row(
    'what it says of all others is narrowed, which leaves none unevaluated',
    of(text, { additionalProperties: number, unevaluatedProperties: false }),
    of(text, { additionalProperties: { ...number, maximum: 9 }, unevaluatedProperties: false }),
    ['*', 'maximum'],
    ['breaking', 'none'],
    { refused: { z: 10 } },
  ),
]
