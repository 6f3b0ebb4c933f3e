import { z } from '../../shared/base/zod.ts'
import type { SupplierRow } from '../../shared/db/schema.ts'
import type { SupplierChange } from '../../shared/db/suppliers.ts'
import { SupplierLimitsInput } from '../../shared/supply/limits.ts'
import { SupplierRules } from '../../shared/supply/supplier-rules.ts'

/** What a developer says of a supplier. */

export const Domain = z
  .string()
  .max(253)
  .regex(
    /^(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/,
    'is a host name in lower case, such as lab.example.com',
  )
  .openapi({ example: 'sleeplab.example' })
const name = z.string().min(1).max(200)
const email = z
  .email()
  .max(254)
  .optional()
  .describe('Whom the invitation is for; kept with it, and nothing is sent there')

export const InviteInput = z.strictObject({
  name,
  email,
  domain: Domain.optional().describe('Where the supplier proves who it is before it goes into production'),
  limits: SupplierLimitsInput.optional(),
})
export const InvitationInput = z.strictObject({ email })
export const SuspendInput = z.strictObject({ reason: z.string().min(1).max(500).describe('The supplier reads it') })

export const ChangeInput = z.strictObject({
  name: name.optional(),
  domain: Domain.nullable().optional(),
  limits: SupplierLimitsInput.optional().describe('In place of this deployment’s; {} gives these back'),
  rules: SupplierRules.optional().describe('In place of what its contracts say; {} gives that back'),
})

export const changeOf = (row: SupplierRow, input: z.infer<typeof ChangeInput>): SupplierChange => ({
  ...(input.name !== undefined && { name: input.name }),
  ...(input.limits && { limits: JSON.stringify(input.limits) }),
  ...(input.rules && { rules: JSON.stringify(input.rules) }),
  ...(input.domain !== undefined && input.domain !== row.domain && { domain: input.domain, domain_proved_at: null }),
})
