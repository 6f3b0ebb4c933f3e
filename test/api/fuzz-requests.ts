import fc from 'fast-check'
import { CONTENT_TYPES, hostileBody, hostileText, hostileValue, type Known, type Schema, valid } from './fuzz-values.ts'

interface Parameter {
  name: string
  in: 'query' | 'path' | 'header'
  required?: boolean
  schema: Schema
}
export interface Operation {
  name: string
  method: string
  path: string
  parameters: Parameter[]
  body?: Schema
  statuses: string[]
  /** A supplier asks it, with a token. */
  ofSupplier: boolean
}
export interface Document {
  paths: Record<
    string,
    Record<
      string,
      {
        parameters?: Parameter[]
        requestBody?: { content: Record<string, { schema: Schema }> }
        responses: Record<string, object>
        security?: object[]
      }
    >
  >
}
/** A request; places that hold `$name` are filled in when it is sent. */
export interface FuzzRequest {
  path: string
  query: [string, string][]
  body?: string
  contentType?: string
  hostile: boolean
}

export const operationsOf = ({ paths }: Document): Operation[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody, responses, security = [] }]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      parameters,
      body: Object.values(requestBody?.content ?? {})[0]?.schema,
      statuses: Object.keys(responses),
      ofSupplier: security.some((way) => 'supplierToken' in way),
    })),
  )

/** `$ref` and `allOf` are followed as far as they lead. */
export function resolver(document: Document) {
  return function resolve(schema: Schema): Schema {
    if (schema.allOf) {
      const { allOf, ...rest } = schema
      return Object.assign({}, ...allOf.map(resolve), rest) as Schema
    }
    if (!schema.$ref) return schema
    const found = schema.$ref
      .slice(2)
      .split('/')
      .reduce((node: unknown, part) => (node as Record<string, unknown>)[part], document)
    return resolve(found as Schema)
  }
}

/** Requests to an operation: as the document says, and now and then with one thing that it does not say. */
export function requestsTo(
  operation: Operation,
  known: Known,
  resolve: (schema: Schema) => Schema,
): fc.Arbitrary<FuzzRequest> {
  const named = (place: 'path' | 'query') => operation.parameters.filter((one) => one.in === place)
  const values = (place: 'path' | 'query') =>
    fc.record(
      Object.fromEntries(
        named(place).map(({ name, schema }) => [name, valid(schema, name, known, resolve).map(inQuery)]),
      ),
      { requiredKeys: named(place).flatMap(({ name, required }) => (required ? [name] : [])) as never[] },
    ) as fc.Arbitrary<Record<string, string>>
  const body = operation.body ? valid(operation.body, '', known, resolve) : fc.constant(undefined)
  const good = fc.tuple(values('path'), values('query'), body).map(([path, query, json]) => ({ path, query, json }))
  const request = ({
    path,
    query,
    json,
  }: {
    path: Record<string, string>
    query: Record<string, string>
    json: unknown
  }) => ({
    path: operation.path.replace(/\{(\w+)\}/g, (_, name: string) => inPath(path[name]!)),
    query: Object.entries(query).filter(([, value]) => value !== undefined),
    body: json === undefined ? undefined : JSON.stringify(json),
    contentType: 'application/json',
    hostile: false,
  })
  const bad = fc.tuple(
    good,
    fc.nat(),
    fc.nat(),
    hostileText,
    hostileValue,
    hostileBody,
    fc.constantFrom(...CONTENT_TYPES),
  )
  return fc.oneof(
    { weight: 5, arbitrary: good.map(request) },
    {
      weight: 2,
      arbitrary: bad.map(([whole, kind, which, text, value, broken, contentType]): FuzzRequest => {
        const names = (place: 'path' | 'query') => named(place).map(({ name }) => name)
        const pick = (all: string[]) => all[which % Math.max(1, all.length)] ?? 'unknown'
        const object = typeof whole.json === 'object' && whole.json !== null
        const ways: (() => FuzzRequest)[] = [
          () => request({ ...whole, query: { ...whole.query, [pick(names('query'))]: text } }),
          () => ({ ...request(whole), query: [...request(whole).query, [pick(names('query')), text]] }),
        ]
        if (names('path').length > 0)
          ways.push(() => request({ ...whole, path: { ...whole.path, [pick(names('path'))]: text } }))
        if (operation.body) {
          const members = Object.keys(resolve(operation.body).properties ?? {})
          ways.push(
            () => ({ ...request(whole), body: broken }),
            () => ({ ...request(whole), contentType }),
            () => request({ ...whole, json: value }),
          )
          if (object)
            ways.push(() => request({ ...whole, json: { ...(whole.json as object), [pick(members)]: value } }))
        }
        return { ...ways[kind % ways.length]!(), hostile: true }
      }),
    },
  )
}
const inQuery = (value: unknown) => (value === undefined || value === null ? undefined : String(value))
/** One part of a path; dots alone would lead to another. */
const inPath = (text: string) => (/^\$[\w-]+$/.test(text) ? text : /^\.*$/.test(text) ? 'x' : encodeURIComponent(text))
