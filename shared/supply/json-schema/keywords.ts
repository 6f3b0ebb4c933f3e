import { isObject } from '../../base/json.ts'

/** The keywords of 2020-12, and what each has to be. What is not in here is a remark, and decides nothing. */
export interface Keyword {
  /** What it has to be, in words. */
  words: string
  is: (value: unknown) => boolean
  /** Where the schemas are that stand in it. */
  holds?: 'schema' | 'list' | 'map'
  /** They apply to the value itself, not to something within it. */
  here?: true
}
const isSchema = (value: unknown): boolean => typeof value === 'boolean' || isObject(value)
const isNames = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === 'string') && new Set(value).size === value.length
const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0

const schema: Keyword = { words: 'a schema: an object, true or false', is: isSchema, holds: 'schema' }
const schemas: Keyword = {
  words: 'a list of schemas',
  is: (value) => Array.isArray(value) && value.length > 0 && value.every(isSchema),
  holds: 'list',
}
const named: Keyword = {
  words: 'an object of schemas',
  is: (value) => isObject(value) && Object.values(value).every(isSchema),
  holds: 'map',
}
const count: Keyword = { words: 'a whole number, not below 0', is: isCount }
const number: Keyword = { words: 'a number', is: (value) => typeof value === 'number' }
const text: Keyword = { words: 'text', is: (value) => typeof value === 'string' }
const list: Keyword = { words: 'a list', is: Array.isArray }
const flag: Keyword = { words: 'true or false', is: (value) => typeof value === 'boolean' }
const any: Keyword = { words: 'anything', is: () => true }
const here = (keyword: Keyword): Keyword => ({ ...keyword, here: true })

const TYPES = ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object']
const isType = (value: unknown): boolean => typeof value === 'string' && TYPES.includes(value)

export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map(
  Object.entries({
    $ref: text,
    $dynamicRef: text,
    $id: text,
    $schema: text,
    $anchor: text,
    $dynamicAnchor: text,
    $comment: text,
    $vocabulary: any,
    $defs: named,
    definitions: named,
    type: {
      words: `one of ${TYPES.join(', ')}, or a list of them`,
      is: (value) =>
        isType(value) || (isNames(value) && (value as unknown[]).every(isType) && (value as []).length > 0),
    },
    const: any,
    enum: { words: 'a list of values', is: (value) => Array.isArray(value) && value.length > 0 },
    not: here(schema),
    if: here(schema),
    // biome-ignore lint/suspicious/noThenProperty: the keyword of that name.
    then: here(schema),
    else: here(schema),
    allOf: here(schemas),
    anyOf: here(schemas),
    oneOf: here(schemas),
    dependentSchemas: here(named),
    dependentRequired: {
      words: 'an object of lists of names',
      is: (value) => isObject(value) && Object.values(value).every(isNames),
    },
    properties: named,
    patternProperties: named,
    additionalProperties: schema,
    unevaluatedProperties: schema,
    propertyNames: schema,
    required: { words: 'a list of different names', is: isNames },
    minProperties: count,
    maxProperties: count,
    prefixItems: schemas,
    items: schema,
    unevaluatedItems: schema,
    contains: schema,
    minContains: count,
    maxContains: count,
    minItems: count,
    maxItems: count,
    uniqueItems: flag,
    minimum: number,
    maximum: number,
    exclusiveMinimum: number,
    exclusiveMaximum: number,
    multipleOf: { words: 'a number above 0', is: (value) => typeof value === 'number' && value > 0 },
    minLength: count,
    maxLength: count,
    pattern: text,
    format: text,
    contentEncoding: text,
    contentMediaType: text,
    contentSchema: schema,
    title: text,
    description: text,
    default: any,
    deprecated: flag,
    readOnly: flag,
    writeOnly: flag,
    examples: list,
  } satisfies Record<string, Keyword>),
)

/** Of older drafts, and of others: they would be taken for remarks, and what they mean would not be checked. */
export const FOREIGN: Readonly<Record<string, string>> = {
  additionalItems: 'is of an older draft: write "prefixItems" for the first elements and "items" for the rest',
  dependencies: 'is of an older draft: write "dependentRequired" or "dependentSchemas"',
  $recursiveRef: 'is of draft 2019-09: write "$dynamicRef"',
  $recursiveAnchor: 'is of draft 2019-09: write "$dynamicAnchor"',
  id: 'is of draft 4: write "$id"',
  nullable: 'is of OpenAPI 3.0: write "type": ["…", "null"]',
}
