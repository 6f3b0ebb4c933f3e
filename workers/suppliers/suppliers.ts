import type { Context } from 'hono'
import { Fault } from '../../shared/base/fault.ts'
import { z } from '../../shared/base/zod.ts'
import { open } from '../../shared/db/open.ts'
import type { SupplierRow } from '../../shared/db/schema.ts'
import { supplierOf } from '../../shared/db/suppliers.ts'
import type { ApiEnv } from '../access.ts'
import { type Api, route } from '../api/route.ts'
import { inputOf } from '../read-input.ts'
import { EXAMPLE_INVITATION, EXAMPLE_SUPPLIER, InvitationView, SupplierView, supplierView } from './account-views.ts'
import { newInvitation, newSupplier } from './invite.ts'

const tag = 'Suppliers'

export const SupplierId = z.object({
  id: z.string().openapi({ description: 'A supplier', example: EXAMPLE_SUPPLIER.supplier_id }),
})
/** The developer’s own supplier that the path names. */
export async function supplierNamed(c: Context<ApiEnv>): Promise<SupplierRow> {
  const row = await supplierOf(open(c.env.DB), c.get('developer').developer_id, c.req.param('id') ?? '')
  if (!row) throw new Fault('not_found', 'supplier not found')
  return row
}

const domain = z
  .string()
  .max(253)
  .regex(/^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/, 'is a host name in lower case, such as lab.example.com')
const InviteInput = z.strictObject({
  name: z.string().min(1).max(200),
  email: z.email().max(254).optional().describe('Whom the invitation is for; kept with it, and nothing is sent there'),
  domain: domain.optional().describe('Where the supplier proves who it is before it goes into production'),
})

/** What a developer does with suppliers. */
export function addSuppliers(api: Api): void {
  route(
    api,
    {
      id: 'inviteSupplier',
      method: 'post',
      path: '/suppliers',
      scope: 'suppliers:write',
      tag,
      summary: 'Invites a supplier',
      description:
        'The answer has a link for the supplier; who opens it first is the supplier, and begins in the sandbox. Its data will land in your account, in your region.',
      body: InviteInput,
      bodyExample: { name: 'Sleep Lab Uppsala', domain: 'sleeplab.example' },
      status: 201,
      answer: SupplierView.extend({ invitation: InvitationView }),
      example: { ...EXAMPLE_SUPPLIER, state: 'invited', joined_at: null, invitation: EXAMPLE_INVITATION },
      fails: [409],
    },
    async (c) => {
      const { name, email = null, domain = null } = await inputOf(c, InviteInput)
      const supplier = await newSupplier(c, { name, domain })
      return c.json({ ...supplierView(supplier), invitation: await newInvitation(c, supplier, email) }, 201)
    },
  )
  route(
    api,
    {
      id: 'getSupplier',
      method: 'get',
      path: '/suppliers/:id',
      scope: 'suppliers:read',
      tag,
      summary: 'A supplier',
      description: 'As it stands now.',
      params: SupplierId,
      answer: SupplierView,
      example: EXAMPLE_SUPPLIER,
    },
    async (c) => c.json(supplierView(await supplierNamed(c))),
  )
}
