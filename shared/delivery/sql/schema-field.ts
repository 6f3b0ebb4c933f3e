import type { z } from '../../base/zod.ts'

/** The schema of the field at a path of names; undefined: there is none. Options around it are taken off. */
export function fieldAt(schema: z.ZodType, path: string[]): z.ZodType | undefined {
  const inner = bare(schema)
  const [name, ...rest] = path
  if (name === undefined) return inner
  const shape = 'shape' in inner ? (inner.shape as Record<string, z.ZodType>) : undefined
  const field = shape?.[name]
  return field && fieldAt(field, rest)
}

/** The schema of the items of the list at a path. */
export function itemAt(schema: z.ZodType, path: string[]): z.ZodType | undefined {
  const list = fieldAt(schema, path)
  return list && 'element' in list ? bare(list.element as z.ZodType) : undefined
}

export const isKind = (schema: z.ZodType, kind: string): boolean => bare(schema).def.type === kind
export const shapeOf = (schema: z.ZodType): Record<string, z.ZodType> =>
  'shape' in schema ? (schema.shape as Record<string, z.ZodType>) : {}

function bare(schema: z.ZodType): z.ZodType {
  return 'unwrap' in schema && !('element' in schema)
    ? bare((schema as unknown as { unwrap(): z.ZodType }).unwrap())
    : schema
}
