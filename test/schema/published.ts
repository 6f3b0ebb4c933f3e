import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv from 'ajv/dist/2020.js'
import { parse } from 'yaml'

export interface JsonSchema {
  $ref?: string
  type?: string | string[]
  const?: unknown
  properties?: Record<string, JsonSchema>
  additionalProperties?: boolean | JsonSchema
  items?: JsonSchema
  prefixItems?: JsonSchema[]
  allOf?: JsonSchema[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
}
interface Operation {
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: JsonSchema }> }>
}
interface Bundle {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonSchema>; responses?: Record<string, Operation['responses'][string]> }
}

/** What a value is against a schema: what the schema refuses, and the properties that it does not know. */
export interface Judgement {
  errors: string[]
  undeclared: string[]
}
export interface Published {
  /** The schema of an answer; undefined where the document has none. */
  answer(method: string, path: string, status: number): JsonSchema | undefined
  /** The schema of an event by its `type`. */
  event(type: string): JsonSchema | undefined
  judge(schema: JsonSchema, value: unknown): Judgement
}

/** The published OpenAPI document, as a judge of values. */
export function readPublished(directory: string): Published {
  const text = readFileSync(join(directory, 'specs', 'v2-bundled.yaml'), 'utf8')
  const bundle = parse(text, { maxAliasCount: -1 }) as Bundle
  // Each of its answers is one of branches without required members, which every value meets: any of them is meant.
  for (const operations of Object.values(bundle.paths)) for (const one of Object.values(operations)) anyForOne(one)
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
  ajv.addSchema({ ...withoutDialect(bundle), $id: 'published' } as object)

  const resolve = (ref: string): JsonSchema =>
    ref
      .slice(2)
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce((node: unknown, part) => (node as Record<string, unknown>)[part], bundle) as JsonSchema
  const absolute = (schema: JsonSchema): object =>
    JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"published#/'))

  return {
    answer(method, path, status) {
      const found = bundle.paths[path]?.[method.toLowerCase()]?.responses?.[status]
      const response = found?.$ref ? (resolve(found.$ref) as Operation['responses'][string]) : found
      return Object.values(response?.content ?? {})[0]?.schema
    },
    event: (type) => Object.values(bundle.components.schemas).find((schema) => schema.properties?.type?.const === type),
    judge(schema, value) {
      const validate = ajv.compile(withoutDialect(absolute(schema) as JsonSchema))
      validate(value)
      return {
        errors: (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`),
        undeclared: [...new Set(undeclaredIn(schema, value, resolve))].sort(),
      }
    },
  }
}

function anyForOne(node: unknown): void {
  if (typeof node !== 'object' || node === null) return
  const schema = node as JsonSchema
  if (schema.oneOf) {
    schema.anyOf = schema.oneOf
    delete schema.oneOf
  }
  for (const inner of Object.values(node)) anyForOne(inner)
}
/** Parts that name their dialect again are taken as the document is. */
const withoutDialect = <T>(schema: T): T =>
  JSON.parse(JSON.stringify(schema, (key, value) => (key === '$schema' ? undefined : value)))

type Resolve = (ref: string) => JsonSchema

/** Properties without a declaration, as paths: `data[].metadata.extra`. Of several branches the one that knows most counts. */
function undeclaredIn(schema: JsonSchema, value: unknown, resolve: Resolve, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return []
  // Here first, and then below: else a branch would win that does not know what holds the further ones.
  const here = (all: string[]) => all.filter((one) => !/[.[]/.test(one.slice(path.length + 1))).length
  return alternatives(schema, resolve)
    .map((parts) => undeclaredInParts(parts, value, resolve, path))
    .reduce((best, one) => ((here(one) - here(best) || one.length - best.length) < 0 ? one : best))
}
function undeclaredInParts(parts: JsonSchema[], value: object, resolve: Resolve, path: string): string[] {
  if (Array.isArray(value)) {
    const items = parts.find((part) => part.items)?.items
    return items ? value.flatMap((item) => undeclaredIn(items, item, resolve, `${path}[]`)) : []
  }
  // A part that lists no properties takes any; a union of types lists them in another branch.
  const free = parts.every((part) => !part.properties) && parts.some((part) => part.type === 'object')
  return Object.entries(value).flatMap(([name, inner]) => {
    const at = path ? `${path}.${name}` : name
    const declared = parts.find((part) => part.properties?.[name])?.properties?.[name]
    const further = parts.map((part) => part.additionalProperties).find((one) => one !== undefined && one !== false)
    if (declared) return undeclaredIn(declared, inner, resolve, at)
    if (typeof further === 'object') return undeclaredIn(further, inner, resolve, at)
    return free || further === true ? [] : [at]
  })
}
/** The ways to meet a schema, each as the parts that hold together. */
function alternatives(schema: JsonSchema, resolve: Resolve): JsonSchema[][] {
  let ways: JsonSchema[][] = [[schema]]
  const both = (others: JsonSchema[][]) => ways.flatMap((way) => others.map((other) => [...way, ...other]))
  if (schema.$ref) ways = both(alternatives(resolve(schema.$ref), resolve))
  for (const part of schema.allOf ?? []) ways = both(alternatives(part, resolve))
  const branches = schema.anyOf ?? schema.oneOf
  if (branches) ways = both(branches.flatMap((branch) => alternatives(branch, resolve)))
  return ways
}
