import { getOpenApiMetadata } from '@asteasolutions/zod-to-openapi'
import type { z } from '../../shared/base/zod.ts'

export interface Field {
  name: string
  type: string
  required: boolean
  description: string
}

/** zod's own words on a schema, as far as a table needs them. */
interface Inner {
  type: string
  innerType?: z.ZodType
  element?: z.ZodType
  options?: z.ZodType[]
  values?: unknown[]
  valueType?: z.ZodType
  entries?: Record<string, unknown>
  format?: string
}
const definition = (schema: z.ZodType) => schema.def as unknown as Inner

/** The fields of an object; those of objects in it follow with a path, down to `depth`. */
export function fieldsOf(schema: z.ZodType, depth: number, prefix = ''): Field[] {
  const object = unwrapped(schema)
  const inside = definition(object).type === 'array' ? unwrapped(definition(object).element!) : object
  if (definition(inside).type !== 'object') return []
  return Object.entries((inside as z.ZodObject).shape).flatMap(([key, value]) => {
    const field = value as z.ZodType
    const list = definition(unwrapped(field)).type === 'array' ? '[]' : ''
    const name = `${prefix}${key}${list}`
    const row = {
      name,
      type: typeOf(field),
      required: !field.safeParse(undefined).success,
      description: descriptionOf(field),
    }
    return depth > 1 ? [row, ...fieldsOf(field, depth - 1, `${name}.`)] : [row]
  })
}

function unwrapped(schema: z.ZodType): z.ZodType {
  const { innerType } = definition(schema)
  return innerType ? unwrapped(innerType) : schema
}
/** Also of a schema that was described before it was named or made optional. */
function descriptionOf(schema: z.ZodType): string {
  const { innerType } = definition(schema)
  const own = schema.description ?? getOpenApiMetadata(schema).description
  return own ?? (innerType ? descriptionOf(innerType) : '')
}

function typeOf(schema: z.ZodType): string {
  // Of what is read from text the reference says what it becomes.
  const told = getOpenApiMetadata(schema).type
  if (typeof told === 'string') return told
  const { type, innerType, element, options, values, valueType, entries, format } = definition(schema)
  if (type === 'optional') return typeOf(innerType!)
  if (type === 'nullable') return `${typeOf(innerType!)} | null`
  if (innerType) return typeOf(innerType)
  if (type === 'array') return `${typeOf(element!)}[]`
  if (type === 'record') return `map of ${typeOf(valueType!)}`
  if (type === 'literal') return values!.map((value) => JSON.stringify(value)).join(' | ')
  if (type === 'enum') return typeof Object.values(entries!)[0] === 'number' ? 'code' : 'text of a list'
  if (type === 'union') return [...new Set(options!.map(typeOf))].join(' | ')
  if (type === 'number') return format ? 'integer' : 'number'
  return type === 'string' && format ? format : type
}
