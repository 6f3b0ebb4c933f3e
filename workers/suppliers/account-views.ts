import { PublicKey } from '../../shared/access/public-keys.ts'
import { SUPPLIER_SCOPES, SupplierScope } from '../../shared/access/supplier-scopes.ts'
import { iso } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import type { SupplierCredentialRow, SupplierRow } from '../../shared/db/schema.ts'
import { ENVIRONMENTS } from '../../shared/supply/document.ts'
import { SupplierLimitsInput } from '../../shared/supply/limits.ts'
import { SupplierRules } from '../../shared/supply/supplier-rules.ts'
import { networksOf } from './address.ts'
import { keysOf } from './signed.ts'

/** What is said about suppliers, to both sides. */

const State = z.enum(['invited', 'sandbox', 'production', 'suspended', 'closed'])
export const SupplierView = z
  .object({
    supplier_id: z.string(),
    name: z.string(),
    region: z.string().describe('Where its data are kept; they come in at this region’s host, or at the global one'),
    state: State,
    reason: z.string().nullable().describe('While it is suspended or closed: why'),
    domain: z.string().nullable(),
    domain_proved_at: z.string().nullable(),
    certified_at: z.string().nullable().describe('When it passed the certification run'),
    limits: SupplierLimitsInput.describe('In place of this deployment’s'),
    rules: SupplierRules.describe('In place of what its contracts say'),
    created_at: z.string(),
    joined_at: z.string().nullable(),
  })
  .openapi('Supplier')
export type SupplierView = z.infer<typeof SupplierView>

export const rulesOf = ({ rules }: SupplierRow): SupplierRules => JSON.parse(rules) as SupplierRules
export const supplierView = (row: SupplierRow): SupplierView => ({
  supplier_id: row.supplier_id,
  name: row.name,
  region: row.region,
  state: row.state,
  reason: row.state_reason,
  domain: row.domain,
  domain_proved_at: iso(row.domain_proved_at),
  certified_at: iso(row.certified_at),
  limits: JSON.parse(row.limits) as SupplierLimitsInput,
  rules: rulesOf(row),
  created_at: iso(row.created_at),
  joined_at: iso(row.joined_at),
})

export const CredentialView = z
  .object({
    credential_id: z.string().describe('The OAuth client_id'),
    name: z.string(),
    environment: z.enum(ENVIRONMENTS),
    method: z.enum(['client_secret', 'private_key_jwt']),
    prefix: z.string().describe('How its secret begins; empty where it has none'),
    scopes: z.array(SupplierScope),
    public_keys: z.array(PublicKey).describe('Of assertions, and of request signatures'),
    addresses: z.array(z.string()).describe('Networks from which it is taken; none: from everywhere'),
    signatures: z.enum(['optional', 'required']).describe('Whether requests that bring data are signed (RFC 9421)'),
    created_at: z.string(),
    expires_at: z.string().nullable(),
    revoked_at: z.string().nullable(),
    last_used_at: z.string().nullable().describe('To the minute'),
  })
  .openapi('SupplierCredential')
export type CredentialView = z.infer<typeof CredentialView>

const known = new Set<string>(SUPPLIER_SCOPES)
export const credentialView = (row: SupplierCredentialRow): CredentialView => ({
  credential_id: row.credential_id,
  name: row.name,
  environment: row.environment,
  method: row.method,
  prefix: row.prefix,
  scopes: row.scopes.split(' ').filter((scope): scope is SupplierScope => known.has(scope)),
  public_keys: keysOf(row) as PublicKey[],
  addresses: networksOf(row),
  signatures: row.signatures,
  created_at: iso(row.created_at),
  expires_at: iso(row.expires_at),
  revoked_at: iso(row.revoked_at),
  last_used_at: iso(row.last_used_at),
})

export const NewCredentialView = CredentialView.extend({
  client_id: z.string(),
  client_secret: z.string().optional().describe('Shown this once'),
  token_url: z.string(),
  audience: z.string(),
}).openapi('NewSupplierCredential')
export type NewCredentialView = z.infer<typeof NewCredentialView>

export const InvitationView = z
  .object({
    invitation_id: z.string(),
    token: z.string().describe('Shown this once; whoever has it becomes this supplier'),
    url: z.string().describe('A page that takes it'),
    expires_at: z.string(),
  })
  .openapi('SupplierInvitation')
export type InvitationView = z.infer<typeof InvitationView>

export const EXAMPLE_SUPPLIER: SupplierView = {
  supplier_id: 'sup_4b1d0c9f8e7a6d5c4b3a291807f6e5d4',
  name: 'Sleep Lab Uppsala',
  region: 'eu',
  state: 'sandbox',
  reason: null,
  domain: 'sleeplab.example',
  domain_proved_at: null,
  certified_at: null,
  limits: {},
  rules: {},
  created_at: '2026-07-01T08:00:00.000Z',
  joined_at: '2026-07-01T09:12:00.000Z',
}
export const EXAMPLE_CREDENTIAL: CredentialView = {
  credential_id: 'crd_0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  name: 'first credential',
  environment: 'sandbox',
  method: 'client_secret',
  prefix: 'fss_7d1e4c',
  scopes: ['ingest:write', 'batches:read', 'contracts:write', 'subjects:write', 'account:write'],
  public_keys: [],
  addresses: [],
  signatures: 'optional',
  created_at: '2026-07-01T09:12:00.000Z',
  expires_at: null,
  revoked_at: null,
  last_used_at: null,
}
export const EXAMPLE_NEW_CREDENTIAL: NewCredentialView = {
  ...EXAMPLE_CREDENTIAL,
  client_id: EXAMPLE_CREDENTIAL.credential_id,
  client_secret: 'fss_7d1e4c… 72 more characters',
  token_url: 'https://fascia.example.com/oauth/token',
  audience: 'https://eu.fascia.example.com/v2/ingest',
}
export const EXAMPLE_INVITATION: InvitationView = {
  invitation_id: 'inv_9a8b7c6d5e4f30213243546576879809',
  token: 'fsi_51c2d0… 72 more characters',
  url: 'https://fascia.example.com/suppliers/invitations/fsi_51c2d0…',
  expires_at: '2026-07-08T08:00:00.000Z',
}
