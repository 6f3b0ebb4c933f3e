import type { Env } from '../../durable-objects/env.ts'
import { hashOfSecret, INVITATION } from '../../shared/access/secrets.ts'
import { WHOLE_ACCOUNT } from '../../shared/access/supplier-scopes.ts'
import { Fault } from '../../shared/base/fault.ts'
import { iso } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import { findDeveloper } from '../../shared/db/developers.ts'
import { open } from '../../shared/db/open.ts'
import { changeSupplier, findInvitation, findSupplier, useInvitation } from '../../shared/db/suppliers.ts'
import { type Api, route } from '../api/route.ts'
import { inputOf } from '../read-input.ts'
import {
  EXAMPLE_NEW_CREDENTIAL,
  EXAMPLE_SUPPLIER,
  NewCredentialView,
  SupplierView,
  supplierView,
} from './account-views.ts'
import { forgetSupplier } from './known-suppliers.ts'
import { newCredential } from './new-credential.ts'
import { atItsHost } from './region.ts'

const tag = 'Supplier account'
const token = z.string().min(1).max(200).openapi({ description: 'Of the invitation', example: 'fsi_51c2d0…' })
const AcceptInput = z.strictObject({
  token,
  credential_name: z
    .string()
    .min(1)
    .max(200)
    .default('first credential')
    .describe('What the first credential is called'),
})
const Joined = z.object({ supplier: SupplierView, credential: NewCredentialView }).openapi('SupplierJoined')
export type Joined = z.infer<typeof Joined>
const Invited = z.object({
  developer: z.string().describe('Who invites'),
  supplier: z.string().describe('Who is invited'),
  region: z.string(),
  expires_at: z.string(),
})
export type Invited = z.infer<typeof Invited>

/** How a supplier comes in: with an invitation, by itself. */
export function addAcceptance(api: Api): void {
  route(
    api,
    {
      id: 'lookAtSupplierInvitation',
      method: 'post',
      path: '/supplier-invitations/look',
      open: true,
      tag,
      summary: 'Who invites, and until when',
      description: 'Looks at an invitation and leaves it as it is.',
      body: z.strictObject({ token }),
      bodyExample: { token: 'fsi_51c2d0…' },
      answer: Invited,
      example: {
        developer: 'Night Owls',
        supplier: EXAMPLE_SUPPLIER.name,
        region: 'eu',
        expires_at: '2026-07-08T08:00:00.000Z',
      },
      fails: [403, 404, 410],
    },
    async (c) => {
      const { token } = await inputOf(c, z.strictObject({ token: z.string() }))
      const { invitation, supplier } = await invited(c.env, token)
      const developer = await findDeveloper(open(c.env.DB), supplier.developer_id)
      return c.json({
        developer: developer!.name,
        supplier: supplier.name,
        region: supplier.region,
        expires_at: iso(invitation.expires_at),
      })
    },
  )
  route(
    api,
    {
      id: 'acceptSupplierInvitation',
      method: 'post',
      path: '/supplier-invitations/accept',
      open: true,
      tag,
      summary: 'Takes an invitation',
      description:
        'Opens the supplier’s account in its sandbox and answers with the first credential, which is shown this once. An invitation is good once.',
      body: AcceptInput,
      bodyExample: { token: 'fsi_51c2d0…' },
      status: 201,
      answer: Joined,
      example: { supplier: EXAMPLE_SUPPLIER, credential: EXAMPLE_NEW_CREDENTIAL },
      fails: [403, 404, 409, 410, 421],
    },
    async (c) => {
      const { token, credential_name } = await inputOf(c, AcceptInput)
      const { supplier } = await invited(c.env, token)
      atItsHost(c, supplier.region)
      const db = open(c.env.DB)
      const now = Date.now()
      if (!(await useInvitation(db, hashOfSecret(INVITATION, token)!, now))) throw used()
      const joined = await changeSupplier(
        db,
        supplier.supplier_id,
        { state: 'sandbox', joined_at: now, changed_at: now },
        ['invited'],
      )
      forgetSupplier(supplier.supplier_id)
      const credential = await newCredential(c, supplier, {
        name: credential_name,
        environment: 'sandbox',
        scopes: WHOLE_ACCOUNT,
      })
      return c.json({ supplier: supplierView(joined ?? supplier), credential }, 201)
    },
  )
}

/** An invitation that is good, and whose it is. */
async function invited(env: Env, token: string) {
  const db = open(env.DB)
  const hash = hashOfSecret(INVITATION, token)
  const invitation = hash && (await findInvitation(db, hash))
  const supplier = invitation && (await findSupplier(db, invitation.supplier_id))
  if (!invitation || !supplier)
    throw new Fault('not_found', 'this invitation is not known; is the whole token there?', {}, 'invitation_unknown')
  if (invitation.used_at !== null) throw used()
  if (invitation.revoked_at !== null || supplier.state === 'closed')
    throw new Fault('gone', 'this invitation was taken back; ask the developer for another', {}, 'invitation_revoked')
  if (invitation.expires_at <= Date.now())
    throw new Fault('gone', 'this invitation has expired; ask the developer for another', {}, 'invitation_expired')
  // Its state would stay `invited`: the invitation keeps until it is resumed.
  if (supplier.state === 'suspended')
    throw new Fault(
      'forbidden',
      `this supplier is suspended: ${supplier.state_reason ?? 'the developer gave no reason'}; come again when the developer has resumed it`,
      {},
      'supplier_suspended',
    )
  return { invitation, supplier }
}
const used = () =>
  new Fault('gone', 'this invitation was taken already; ask the developer for another', {}, 'invitation_used')
