import type { z } from '../base/zod.ts'
import { type DataType, SCHEMAS } from './data-types.ts'

/** Lists that are not samples although their items have a time: what a person would call the record itself. */
const NOT_SAMPLES = new Set([
  'laps',
  'meals',
  'tags',
  'intervals',
  'measurements',
  'other_devices',
  'hr_zone_data',
  'daily_patterns',
])

/** Dotted paths of the lists of samples of each type, read off the schema. */
export const SAMPLE_PATHS: Record<DataType, string[]> = Object.fromEntries(
  Object.entries(SCHEMAS).map(([type, schema]) => [type, find(schema, '')]),
) as Record<DataType, string[]>

function find(schema: z.ZodType, path: string): string[] {
  const inner = unwrap(schema)
  if (!isObjectSchema(inner)) return []
  return Object.entries(inner.shape).flatMap(([name, field]) => {
    const kind = unwrap(field)
    const here = path ? `${path}.${name}` : name
    if (isArraySchema(kind)) return isObjectSchema(unwrap(kind.element)) && !NOT_SAMPLES.has(name) ? [here] : []
    return find(field, here)
  })
}

type ObjectSchema = z.ZodType & { shape: Record<string, z.ZodType> }
type ArraySchema = z.ZodType & { element: z.ZodType }
function isObjectSchema(schema: z.ZodType): schema is ObjectSchema {
  return 'shape' in schema
}
function isArraySchema(schema: z.ZodType): schema is ArraySchema {
  return 'element' in schema
}
function unwrap(schema: z.ZodType): z.ZodType {
  return 'unwrap' in schema && !isArraySchema(schema) ? unwrap((schema as { unwrap(): z.ZodType }).unwrap()) : schema
}

const SPLIT = Object.fromEntries(
  Object.entries(SAMPLE_PATHS).map(([type, paths]) => [type, paths.map((path) => path.split('.'))]),
)

/** The record without its samples. Changes what it is given. */
export function withoutSamples<T extends object>(type: DataType, data: T): T {
  for (const path of SPLIT[type]!) {
    let at = data as Record<string, unknown> | undefined
    for (const name of path.slice(0, -1)) at = at?.[name] as Record<string, unknown> | undefined
    if (at && typeof at === 'object') delete at[path.at(-1)!]
  }
  return data
}
