import { SupplierScope } from '../../shared/access/supplier-scopes.ts'
import { z } from '../../shared/base/zod.ts'
import { ENVIRONMENTS } from '../../shared/supply/document.ts'
import { limitsOf, SupplierLimits, type SupplierLimitsInput } from '../../shared/supply/limits.ts'
import type { Api } from '../api/route.ts'
import { EXAMPLE_CREDENTIAL, EXAMPLE_SUPPLIER, SupplierView, supplierView } from './account-views.ts'
import { regionUrl } from './region.ts'
import { supplierRoute } from './route.ts'

export const AccountView = SupplierView.extend({
  limits: SupplierLimits.describe('What you may send in this environment; /supplier/limits says how much is left'),
  developer: z.string().describe('Whom it supplies'),
  environment: z.enum(ENVIRONMENTS).describe('That of the token'),
  credential_id: z.string().describe('That of the token'),
  scopes: z.array(SupplierScope).describe('What the token may do'),
  ingest_url: z.string().describe('Where its data are pushed'),
}).openapi('SupplierAccount')
export type AccountView = z.infer<typeof AccountView>

export function addAccount(api: Api): void {
  supplierRoute(
    api,
    {
      id: 'getSupplierAccount',
      method: 'get',
      path: '/supplier',
      tag: 'Supplier account',
      summary: 'Who you are here',
      description: 'The account, and what this token may do.',
      answer: AccountView,
      example: {
        ...EXAMPLE_SUPPLIER,
        developer: 'Night Owls',
        environment: 'sandbox',
        credential_id: EXAMPLE_CREDENTIAL.credential_id,
        scopes: EXAMPLE_CREDENTIAL.scopes,
        limits: limitsOf('sandbox'),
        ingest_url: 'https://eu.fascia.example.com/v2/ingest',
      },
    },
    (c) => {
      const { supplier, credential, environment, scopes } = c.get('supplier')
      return c.json({
        ...supplierView(supplier),
        developer: c.get('developer').name,
        environment,
        credential_id: credential.credential_id,
        scopes,
        limits: limitsOf(environment, JSON.parse(supplier.limits) as SupplierLimitsInput),
        ingest_url: `${regionUrl(c, supplier.region)}/v2/ingest`,
      })
    },
  )
}
