import { z } from '../base/zod.ts'
import { flag, text } from './kinds.ts'

/** A connection as the wire shows it. */
export const TerraUser = z
  .object({
    user_id: z.string().describe('The connection’s id'),
    provider: z.string().describe('By its wire name'),
    created_at: text.describe('When it was begun'),
    last_webhook_update: text.describe('When its last event was made'),
    scopes: text.describe('Comma-separated'),
    reference_id: text.describe('Your own name of the person'),
    active: flag.describe('Whether it takes and sends data'),
  })
  .describe('A connection: one person’s link to one provider')
  .openapi('TerraUser')
export type TerraUser = z.infer<typeof TerraUser>
