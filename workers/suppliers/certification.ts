import type { Context } from 'hono'
import { supplierDesk } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { iso } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import { contractsInForce } from '../../shared/db/contracts.ts'
import { open } from '../../shared/db/open.ts'
import type { SupplierRow } from '../../shared/db/schema.ts'
import { changeSupplier } from '../../shared/db/suppliers.ts'
import { type Certification, CHECKS, certify } from '../../shared/supply/certification.ts'
import type { ApiEnv } from '../access.ts'
import { type Api, route } from '../api/route.ts'
import { deskAddress } from './desk-of.ts'
import { forgetSupplier } from './known-suppliers.ts'
import { supplierRoute } from './route.ts'
import type { SupplierContext } from './supplier-only.ts'
import { SupplierId, supplierNamed } from './suppliers.ts'

/** Batches of the sandbox that a run looks at. */
const LOOKED_AT = 100

export const CertificationView = z
  .object({
    passed: z.boolean(),
    state: z.string().describe('Of the supplier'),
    certified_at: z.string().nullable().describe('When a run passed first'),
    checks: z.array(
      z.object({
        check: z.enum(CHECKS),
        passed: z.boolean(),
        seen: z.string().describe('What was seen, against what is needed'),
        mend: z.string().nullable().describe('What to do where it has not passed'),
      }),
    ),
  })
  .openapi('SupplierCertification')
export type CertificationView = z.infer<typeof CertificationView>
const EXAMPLE: CertificationView = {
  passed: false,
  state: 'sandbox',
  certified_at: null,
  checks: [
    { check: 'contract_active', passed: true, seen: '1 active: sleep@1.0', mend: null },
    {
      check: 'repetition_seen',
      passed: false,
      seen: '0 records that were sent before',
      mend: 'send a batch of records that you have sent before: a repetition does no harm, and yours should show it',
    },
  ],
}
const PASSED: CertificationView = {
  passed: true,
  state: 'production',
  certified_at: '2026-07-03T09:00:00.000Z',
  checks: [{ check: 'contract_active', passed: true, seen: '1 active: sleep@1.0', mend: null }],
}

/** What a supplier must have shown in its sandbox before it goes into production. */
export function addCertification(api: Api): void {
  supplierRoute(
    api,
    {
      id: 'getSupplierCertification',
      method: 'get',
      path: '/supplier/certification',
      tag: 'Supplier account',
      summary: 'How far you are from production',
      description: 'What the sandbox has seen of you, check by check. Looks, and changes nothing.',
      answer: CertificationView,
      example: EXAMPLE,
    },
    async (c) => c.json(await looked(c, c.get('supplier').supplier)),
  )
  supplierRoute(
    api,
    {
      id: 'runSupplierCertification',
      method: 'post',
      path: '/supplier/certification',
      scope: 'account:write',
      tag: 'Supplier account',
      summary: 'Runs the certification, and goes into production where it passes',
      description:
        'Where a check fails nothing changes. In production you make credentials of production: `POST /supplier/credentials` with `environment`.',
      answer: CertificationView,
      example: EXAMPLE,
      others: { 'All checks pass': PASSED },
      fails: [409],
    },
    async (c) => c.json(await certified(c)),
  )
  route(
    api,
    {
      id: 'getCertificationOfSupplier',
      method: 'get',
      path: '/suppliers/:id/certification',
      scope: 'suppliers:read',
      tag: 'Suppliers',
      summary: 'How far a supplier is from production',
      description: 'The checks that the supplier sees.',
      params: SupplierId,
      answer: CertificationView,
      example: EXAMPLE,
    },
    async (c) => c.json(await looked(c, await supplierNamed(c))),
  )
}

async function looked(c: Pick<Context<ApiEnv>, 'env'>, supplier: SupplierRow): Promise<CertificationView> {
  const { supplier_id, domain, domain_proved_at } = supplier
  const now = Date.now()
  const [batches, active] = await Promise.all([
    supplierDesk(c.env, deskAddress(supplier, 'sandbox')).batches({ limit: LOOKED_AT }),
    contractsInForce(open(c.env.DB), supplier_id, now),
  ])
  const seen = { batches, active, domain: { name: domain, proved: domain_proved_at !== null } }
  return view(supplier, certify(seen, now))
}
const view = ({ state, certified_at }: SupplierRow, { passed, checks }: Certification): CertificationView => ({
  passed,
  state,
  certified_at: iso(certified_at),
  checks,
})

async function certified(c: SupplierContext): Promise<CertificationView> {
  const { supplier } = c.get('supplier')
  const found = await looked(c, supplier)
  if (!found.passed || supplier.state === 'production') return found
  const now = Date.now()
  const change = { state: 'production' as const, certified_at: now, changed_at: now }
  const row = await changeSupplier(open(c.env.DB), supplier.supplier_id, change, ['sandbox'])
  forgetSupplier(supplier.supplier_id)
  if (!row) throw new Fault('conflict', 'the supplier was changed by somebody else meanwhile; look and try again')
  logLine('supplier moved', { supplier_id: row.supplier_id, from: supplier.state, to: row.state })
  return { ...found, state: row.state, certified_at: iso(now) }
}
