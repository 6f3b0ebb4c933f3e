import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { z } from '../../shared/base/zod.ts'
import * as activity from '../../shared/schema/activity.ts'
import * as athlete from '../../shared/schema/athlete.ts'
import * as body from '../../shared/schema/body.ts'
import * as common from '../../shared/schema/common.ts'
import * as daily from '../../shared/schema/daily.ts'
import { DATA_TYPES, SCHEMAS } from '../../shared/schema/data-types.ts'
import * as enums from '../../shared/schema/enums.ts'
import * as menstruation from '../../shared/schema/menstruation.ts'
import * as nutrition from '../../shared/schema/nutrition.ts'
import * as sleep from '../../shared/schema/sleep.ts'

/** A type as both sides can tell it: its fields with kind and requiredness, or its codes. */
export type Shape = Record<string, string>
export type Shapes = Record<string, Shape>

type Yaml = {
  $ref?: string
  type?: string
  anyOf?: Yaml[]
  oneOf?: { const?: unknown }[]
  enum?: unknown[]
  items?: Yaml
  properties?: Record<string, Yaml>
  required?: string[]
}

/** The published schemas of the seven types and all that they refer to. */
export function publishedShapes(directory: string): Shapes {
  const files = readdirSync(directory).filter((file) => file.endsWith('.yaml'))
  const all = new Map(
    files.map((file) => [file.slice(0, -5), parse(readFileSync(join(directory, file), 'utf8')) as Yaml]),
  )
  const shapes: Shapes = {}
  const visit = (name: string) => {
    if (shapes[name]) return
    const schema = all.get(name)!
    const codes = schema.enum ?? schema.oneOf?.map((one) => one.const)
    if (codes) {
      shapes[name] = Object.fromEntries(codes.map((code) => [String(code), 'code']))
      return
    }
    shapes[name] = {}
    for (const [field, property] of Object.entries(schema.properties ?? {})) {
      const { kind, refers } = yamlKind(property)
      shapes[name][field] = kind + (schema.required?.includes(field) ? '!' : '')
      for (const referred of refers) visit(referred)
    }
  }
  for (const type of DATA_TYPES) visit(type[0]!.toUpperCase() + type.slice(1))
  return shapes
}

function yamlKind(schema: Yaml): { kind: string; refers: string[] } {
  const inner = schema.anyOf?.find((one) => one.type !== 'null') ?? schema
  if (inner.$ref?.startsWith('#')) return { kind: 'map', refers: [] }
  if (inner.$ref) return { kind: inner.$ref.slice(0, -5), refers: [inner.$ref.slice(0, -5)] }
  if (inner.type !== 'array') return { kind: inner.type!, refers: [] }
  // A pair without `items` is latitude and longitude.
  const item = inner.items ? yamlKind(inner.items) : { kind: 'number', refers: [] }
  return { kind: `[${item.kind}]`, refers: item.refers }
}

/** Our schemas, read off zod. */
export function ourShapes(): Shapes {
  const shapes: Shapes = {}
  const visit = (schema: z.ZodType): string => {
    const inner = unwrap(schema)
    const def = inner.def as unknown as {
      type: string
      entries?: Record<string, string>
      values?: unknown[]
      element?: z.ZodType
      format?: string
    }
    if (def.type === 'array') return `[${visit(def.element!)}]`
    if (def.type === 'record') return 'map'
    if (def.type === 'number') return def.format === 'safeint' ? 'integer' : 'number'
    const name = nameOf(inner)
    if (def.type === 'enum' || def.type === 'literal') {
      const codes = def.values ?? Object.values(def.entries!)
      shapes[name!] ??= Object.fromEntries(codes.map((code) => [String(code), 'code']))
      return name!
    }
    if (def.type !== 'object') return def.type
    if (!shapes[name!]) {
      shapes[name!] = {}
      for (const [field, value] of Object.entries((inner as unknown as { shape: Record<string, z.ZodType> }).shape))
        shapes[name!]![field] = visit(value) + (value.safeParse(undefined).success ? '' : '!')
    }
    return name!
  }
  for (const type of DATA_TYPES) visit(SCHEMAS[type])
  return shapes
}

/** Schemas by the name that they are exported under. */
const NAMES = new Map<unknown, string>(
  [activity, athlete, body, common, daily, enums, menstruation, nutrition, sleep].flatMap((file) =>
    Object.entries(file).map(([name, schema]) => [schema, name] as const),
  ),
)
const nameOf = (schema: z.ZodType): string | undefined => NAMES.get(schema)
function unwrap(schema: z.ZodType): z.ZodType {
  const { type } = schema.def as { type: string }
  return type === 'optional' || type === 'nullable'
    ? unwrap((schema as unknown as { unwrap(): z.ZodType }).unwrap())
    : schema
}
/** Name → hash of its shape: tells that something differs, and carries nothing over. */
export const digest = (shapes: Shapes): Record<string, string> =>
  Object.fromEntries(
    Object.entries(shapes)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, shape]) => [
        name,
        createHash('sha256')
          .update(JSON.stringify(Object.entries(shape).sort()))
          .digest('hex')
          .slice(0, 16),
      ]),
  )
