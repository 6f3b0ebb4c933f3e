import { z } from '../../shared/base/zod.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'

/** Parameters that several routes take. */

export const UserId = z.string().min(1).openapi({ description: 'A connection', example: EXAMPLE_USER.user_id })

export const DestinationId = z.object({
  id: z.string().openapi({ description: 'A destination', example: 'dst_8c1f0a6b2d3e4f50617283940a1b2c3d' }),
})

/** Items of one page. */
export const limit = z
  .string()
  .regex(/^\d+$/, 'limit is a whole number')
  .default('100')
  .transform(Number)
  .refine((n) => n >= 1 && n <= 500, 'limit is from 1 to 500')
  .openapi({ type: 'integer', minimum: 1, maximum: 500, default: 100, description: 'Items of one page', example: 20 })
