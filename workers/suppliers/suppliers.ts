import type { Context } from 'hono'
import { Fault } from '../../shared/base/fault.ts'
import { z } from '../../shared/base/zod.ts'
import { open } from '../../shared/db/open.ts'
import type { SupplierRow } from '../../shared/db/schema.ts'
import { changeSupplier, endInvitations, listSuppliers, supplierOf } from '../../shared/db/suppliers.ts'
import type { ApiEnv } from '../access.ts'
import { limit } from '../api/params.ts'
import { type Api, queryOf, route } from '../api/route.ts'
import { inputOf } from '../read-input.ts'
import { EXAMPLE_INVITATION, EXAMPLE_SUPPLIER, InvitationView, SupplierView, supplierView } from './account-views.ts'
import { newInvitation, newSupplier } from './invite.ts'
import { forgetSupplier } from './known-suppliers.ts'
import { closed, resumed, suspended } from './standing.ts'
import { ChangeInput, changeOf, InvitationInput, InviteInput, SuspendInput } from './supplier-input.ts'

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

const ListQuery = z.object({
  limit,
  after: z
    .string()
    .max(100)
    .optional()
    .openapi({ description: 'The last supplier of the page before', example: 'sup_5b1e0f7c9d2a4e6f8b3c1d0e9f7a6b5c' }),
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
      const { email = null, ...about } = await inputOf(c, InviteInput)
      const supplier = await newSupplier(c, about)
      return c.json({ ...supplierView(supplier), invitation: await newInvitation(c, supplier, email) }, 201)
    },
  )
  route(
    api,
    {
      id: 'listSuppliers',
      method: 'get',
      path: '/suppliers',
      scope: 'suppliers:read',
      tag,
      summary: 'All suppliers',
      description:
        'The newest first, also those that are closed. The next page is asked for with `after` set to `next`.',
      query: ListQuery,
      answer: z.object({ suppliers: z.array(SupplierView), next: z.string().nullable() }),
      example: { suppliers: [EXAMPLE_SUPPLIER], next: null },
    },
    async (c) => {
      const { limit, after } = queryOf(c, ListQuery)
      const db = open(c.env.DB)
      const { developer_id } = c.get('developer')
      const last = after === undefined ? undefined : await supplierOf(db, developer_id, after)
      if (after !== undefined && !last)
        throw new Fault('bad_request', 'after is no supplier of yours; leave it out to begin at the start')
      const rows = await listSuppliers(db, developer_id, { after: last, limit: limit + 1 })
      const shown = rows.slice(0, limit)
      const next = rows.length > limit ? shown.at(-1)!.supplier_id : null
      return c.json({ suppliers: shown.map(supplierView), next })
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
  route(
    api,
    {
      id: 'changeSupplier',
      method: 'patch',
      path: '/suppliers/:id',
      scope: 'suppliers:write',
      tag,
      summary: 'Changes a supplier’s name, domain, limits or rules',
      description:
        'Only what is named changes; `limits` and `rules` are replaced as a whole. Rules hold within a minute, for what happens from then on. Another domain has to be proved anew.',
      params: SupplierId,
      body: ChangeInput,
      bodyExample: { limits: { records_per_second: 5_000 }, rules: { on_breach: 'quarantine' } },
      answer: SupplierView,
      example: { ...EXAMPLE_SUPPLIER, limits: { records_per_second: 5_000 }, rules: { on_breach: 'quarantine' } },
    },
    async (c) => {
      const row = await supplierNamed(c)
      const change = changeOf(row, await inputOf(c, ChangeInput))
      const now = await changeSupplier(open(c.env.DB), row.supplier_id, { ...change, changed_at: Date.now() })
      forgetSupplier(row.supplier_id)
      return c.json(supplierView(now ?? row))
    },
  )
  route(
    api,
    {
      id: 'closeSupplier',
      method: 'delete',
      path: '/suppliers/:id',
      scope: 'suppliers:write',
      tag,
      summary: 'Closes a supplier’s account, for good',
      description:
        'Its credentials, tokens and invitations end within five seconds; what it sent before goes its way. The data that it gave stay yours.',
      params: SupplierId,
      answer: SupplierView,
      example: { ...EXAMPLE_SUPPLIER, state: 'closed' },
      fails: [409],
    },
    async (c) => c.json(supplierView(await closed(c, await supplierNamed(c)))),
  )
  route(
    api,
    {
      id: 'suspendSupplier',
      method: 'post',
      path: '/suppliers/:id/suspend',
      scope: 'suppliers:write',
      tag,
      summary: 'Takes nothing of a supplier for now',
      description:
        'It is told the reason, may still look at its reports, and is resumed with one call. What it sent before goes its way.',
      params: SupplierId,
      body: SuspendInput,
      bodyExample: { reason: 'Half of the nights of July are missing; please send them first.' },
      answer: SupplierView,
      example: {
        ...EXAMPLE_SUPPLIER,
        state: 'suspended',
        reason: 'Half of the nights of July are missing; please send them first.',
      },
      fails: [409],
    },
    async (c) => {
      const { reason } = await inputOf(c, SuspendInput)
      return c.json(supplierView(await suspended(c, await supplierNamed(c), reason)))
    },
  )
  route(
    api,
    {
      id: 'resumeSupplier',
      method: 'post',
      path: '/suppliers/:id/resume',
      scope: 'suppliers:write',
      tag,
      summary: 'Takes data of a suspended supplier again',
      description: 'It is as it was before.',
      params: SupplierId,
      answer: SupplierView,
      example: EXAMPLE_SUPPLIER,
      fails: [409],
    },
    async (c) => c.json(supplierView(await resumed(c, await supplierNamed(c)))),
  )
  route(
    api,
    {
      id: 'inviteSupplierAgain',
      method: 'post',
      path: '/suppliers/:id/invitations',
      scope: 'suppliers:write',
      tag,
      summary: 'Invites a supplier again',
      description:
        'Invitations that nobody has taken are good no more. Where the supplier is here already, the new one gives it another credential of the sandbox: for one who lost all of theirs.',
      params: SupplierId,
      body: InvitationInput,
      bodyOptional: true,
      bodyExample: {},
      status: 201,
      answer: InvitationView,
      example: EXAMPLE_INVITATION,
      fails: [409],
    },
    async (c) => {
      const supplier = await supplierNamed(c)
      const { email = null } = await inputOf(c, InvitationInput)
      if (supplier.state === 'closed')
        throw new Fault('conflict', 'the supplier is closed; invite it anew', {}, 'supplier_closed')
      await endInvitations(open(c.env.DB), supplier.supplier_id, Date.now())
      return c.json(await newInvitation(c, supplier, email), 201)
    },
  )
}
