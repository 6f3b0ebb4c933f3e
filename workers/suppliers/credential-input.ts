import { isWhole, parseNetwork } from '../../shared/access/networks.ts'
import { PublicKey } from '../../shared/access/public-keys.ts'
import { SupplierScope } from '../../shared/access/supplier-scopes.ts'
import { z } from '../../shared/base/zod.ts'
import { ENVIRONMENTS } from '../../shared/supply/document.ts'

/** What is asked of credentials. */

const name = z.string().min(1).max(200)
const scopes = z.array(SupplierScope).min(1).max(20)
const public_keys = z.array(PublicKey).max(5).describe('JWKs without private parts; several while one takes over')
const address = z
  .string()
  .max(50)
  .refine((text) => parseNetwork(text) !== undefined, 'is an address or a network, such as 203.0.113.0/24')
  .refine(
    (text) => parseNetwork(text) === undefined || isWhole(text),
    'has bits beyond its length; write the network’s first address',
  )
const addresses = z.array(address).max(50).describe('Networks from which it is taken; none: from everywhere')
const signatures = z.enum(['optional', 'required']).describe('Whether requests that bring data are signed (RFC 9421)')
const expires_at = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .refine((at) => at > Date.now(), 'is in the past; DELETE ends a credential at once')
  .nullable()
  .openapi({ type: ['string', 'null'], format: 'date-time' })

export const CredentialInput = z.strictObject({
  name,
  environment: z.enum(ENVIRONMENTS).optional().describe('Left out: that of the token'),
  method: z.enum(['client_secret', 'private_key_jwt']).default('client_secret').describe('How it proves itself'),
  scopes: scopes.optional().describe('Left out: those of the token'),
  public_keys: public_keys.optional(),
  addresses: addresses.optional(),
  signatures: signatures.optional(),
  expires_at: expires_at.optional(),
})
export type CredentialInput = z.infer<typeof CredentialInput>

export const CredentialChangeInput = z.strictObject({
  name: name.optional(),
  scopes: scopes.optional(),
  public_keys: public_keys.optional(),
  addresses: addresses.optional(),
  signatures: signatures.optional(),
  expires_at: expires_at.optional(),
})
export type CredentialChangeInput = z.infer<typeof CredentialChangeInput>

export const CredentialRotateInput = z.strictObject({
  overlap_seconds: z
    .int()
    .min(0)
    .max(30 * 86_400)
    .default(86_400)
    .describe('How long the old one is good beside the new one'),
  public_keys: public_keys.optional().describe('Of the new one; left out, those of the old one'),
})
export type CredentialRotateInput = z.infer<typeof CredentialRotateInput>
