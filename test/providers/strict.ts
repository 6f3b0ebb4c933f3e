import { z } from '../../shared/base/zod.ts'

/** The schema with unknown fields refused, at every depth. */
const made = new Map<z.ZodType, z.ZodType>()
export function strict(schema: z.ZodType): z.ZodType {
  const known = made.get(schema)
  if (known) return known
  const result = build(schema)
  made.set(schema, result)
  return result
}
function build(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodObject)
    return z.strictObject(
      Object.fromEntries(Object.entries(schema.shape).map(([name, field]) => [name, strict(field as z.ZodType)])),
    )
  if (schema instanceof z.ZodArray) return z.array(strict(schema.element as z.ZodType))
  if (schema instanceof z.ZodOptional) return strict(schema.unwrap() as z.ZodType).optional()
  if (schema instanceof z.ZodNullable) return strict(schema.unwrap() as z.ZodType).nullable()
  return schema
}
