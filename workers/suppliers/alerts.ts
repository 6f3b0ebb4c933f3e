import { Fault } from '../../shared/base/fault.ts'
import { z } from '../../shared/base/zod.ts'
import { AlertView } from '../../shared/supply/quality-view.ts'
import { limit } from '../api/params.ts'
import { type Api, queryOf, route } from '../api/route.ts'
import { deskNamed, deskOf, EnvironmentQuery } from './desk-of.ts'
import { EXAMPLE_ALERT } from './quality-examples.ts'
import { supplierRoute } from './route.ts'
import { SupplierId } from './suppliers.ts'

const AlertsQuery = z.object({
  limit,
  state: z.enum(['raised', 'cleared']).optional().openapi({ description: 'Only those', example: 'raised' }),
  after: z
    .string()
    .max(100)
    .optional()
    .openapi({ description: 'The last alert of the page before', example: 'alr_5b1e0f7c9d2a4e6f8b3c1d0e9f7a6b5c' }),
})
const Page = z.object({ alerts: z.array(AlertView), next: z.string().nullable() })
const ABOUT =
  'What was not as a contract promises, and when it was again; the newest first. The next page is asked for with `after` set to `next`.'
const example = { alerts: [EXAMPLE_ALERT], next: null }

export function addSupplierAlerts(api: Api): void {
  supplierRoute(
    api,
    {
      id: 'listSupplierAlerts',
      method: 'get',
      path: '/supplier/alerts',
      scope: 'batches:read',
      tag: 'Supplier account',
      summary: 'Alerts about your data',
      description: ABOUT,
      query: AlertsQuery,
      answer: Page,
      example,
    },
    async (c) => c.json(await page(deskOf(c), queryOf(c, AlertsQuery))),
  )
  route(
    api,
    {
      id: 'listAlertsOfSupplier',
      method: 'get',
      path: '/suppliers/:id/alerts',
      scope: 'suppliers:read',
      tag: 'Suppliers',
      summary: 'Alerts about a supplier’s data',
      description: ABOUT,
      params: SupplierId,
      query: AlertsQuery.extend(EnvironmentQuery.shape),
      answer: Page,
      example,
    },
    async (c) => c.json(await page((await deskNamed(c)).desk, queryOf(c, AlertsQuery))),
  )
}

async function page(
  desk: {
    alerts(query: { state?: AlertView['state']; before?: string; limit: number }): Promise<AlertView[] | undefined>
  },
  { limit, state, after }: z.infer<typeof AlertsQuery>,
): Promise<z.infer<typeof Page>> {
  const found = await desk.alerts({ state, before: after, limit: limit + 1 })
  if (!found) throw new Fault('bad_request', 'after is no alert; leave it out to begin at the start')
  const alerts = found.slice(0, limit)
  return { alerts, next: found.length > limit ? alerts.at(-1)!.alert_id : null }
}
