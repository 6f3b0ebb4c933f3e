import { z } from '../base/zod.ts'
import { flag, text } from './kinds.ts'

/** A connection as the wire shows it. */
export const TerraUser = z
  .object({
    user_id: z.string(),
    provider: z.string(),
    created_at: text,
    last_webhook_update: text,
    scopes: text.describe('Comma-separated'),
    reference_id: text,
    active: flag,
  })
  .openapi('TerraUser')
export type TerraUser = z.infer<typeof TerraUser>
