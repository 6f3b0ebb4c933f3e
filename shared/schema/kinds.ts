import { z } from '../base/zod.ts'

/** The kinds of optional fields: absent where the source did not give them; null is taken from others, never sent. */
export const maybe = <T extends z.ZodType>(schema: T) => schema.nullish()
export const num = z.number().nullish()
export const int = z.int().nullish()
export const text = z.string().nullish()
export const flag = z.boolean().nullish()
export const timer = num.describe('Since the start, pauses left out')
