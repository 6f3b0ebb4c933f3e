import type { z } from '../base/zod.ts'
import { type DataType, SCHEMAS } from './data-types.ts'

/** A list of samples is one whose items have a time, but for these: what a person would call the record itself. */
const NOT_SAMPLES = new Set(['laps', 'meals', 'tags', 'intervals', 'measurements'])
/** What the time of an item is called. */
export const TIMES = ['timestamp', 'start_timestamp', 'measurement_time', 'start_time'] as const

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
    if (isArraySchema(kind)) return isTimed(unwrap(kind.element)) && !NOT_SAMPLES.has(name) ? [here] : []
    return find(field, here)
  })
}
function isTimed(item: z.ZodType): boolean {
  return isObjectSchema(item) && TIMES.some((name) => name in item.shape)
}

type ObjectSchema = z.ZodType & { shape: Record<string, z.ZodType> }
type ArraySchema = z.ZodType & { element: z.ZodType }
export function isObjectSchema(schema: z.ZodType): schema is ObjectSchema {
  return 'shape' in schema
}
function isArraySchema(schema: z.ZodType): schema is ArraySchema {
  return 'element' in schema
}
export function unwrap(schema: z.ZodType): z.ZodType {
  return 'unwrap' in schema && !isArraySchema(schema) ? unwrap((schema as { unwrap(): z.ZodType }).unwrap()) : schema
}

const SPLIT = Object.fromEntries(
  Object.entries(SAMPLE_PATHS).map(([type, paths]) => [type, paths.map((path) => path.split('.'))]),
) as Record<DataType, string[][]>

/** The record without its samples. What it is given stays as it is; sections that lose nothing are shared with it. */
export const withoutSamples = <T extends object>(type: DataType, data: T): T =>
  SPLIT[type].reduce<object>((record, path) => without(record, path), data) as T

function without(section: object, [name, ...rest]: string[]): object {
  const fields = section as Record<string, unknown>
  const inner = fields[name!]
  if (inner === undefined) return section
  if (rest.length === 0) return Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name))
  if (typeof inner !== 'object' || inner === null) return section
  const shorter = without(inner, rest)
  return shorter === inner ? section : { ...fields, [name!]: shorter }
}
