import { z } from '../base/zod.ts'
import { ON_BREACH } from './document.ts'

/** What a developer rules for one supplier, above its contracts. What is left out is as these have it. */
export const SupplierRules = z
  .strictObject({
    on_breach: z
      .enum(ON_BREACH)
      .optional()
      .describe(
        'What a breach does, in place of what the contracts say: nothing more, hold its records back, or suspend the supplier',
      ),
    after_hold: z
      .enum(['redrive', 'wait'])
      .optional()
      .describe(
        'Records that were held back, when that is over: read again by themselves (usual), or left in quarantine',
      ),
  })
  .openapi('SupplierRules')
export type SupplierRules = z.infer<typeof SupplierRules>
