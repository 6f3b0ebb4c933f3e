import { z } from '../../shared/base/zod.ts'
import { QualityView } from '../../shared/supply/quality-view.ts'
import { type Api, queryOf, route } from '../api/route.ts'
import { rulesOf } from './account-views.ts'
import { deskNamed, deskOf, EnvironmentQuery } from './desk-of.ts'
import { EXAMPLE_QUALITY } from './quality-examples.ts'
import { EXAMPLE_REDRIVE } from './quarantine-views.ts'
import { supplierRoute } from './route.ts'
import { SupplierId } from './suppliers.ts'

const ABOUT =
  'Validity, freshness, completeness, duplicates and volume of each contract against what it promises, with error budgets; a score of 0 to 100 with its parts; what records were rejected for, paths that the contract does not name, and fields with values that no living person has. Rules, fields and counts, never a value.'

const LiftQuery = EnvironmentQuery.extend({
  redrive: z
    .enum(['true', 'false'])
    .optional()
    .openapi({ description: 'Whether records that were held back are read again', example: 'false' }),
})

/** How good a supplier's data are: the same for both sides. */
export function addQuality(api: Api): void {
  supplierRoute(
    api,
    {
      id: 'getSupplierQuality',
      method: 'get',
      path: '/supplier/quality',
      scope: 'batches:read',
      tag: 'Supplier account',
      summary: 'How good your data are',
      description: ABOUT,
      answer: QualityView,
      example: EXAMPLE_QUALITY,
    },
    async (c) => c.json(await deskOf(c).qualityView()),
  )
  route(
    api,
    {
      id: 'getSupplierScorecard',
      method: 'get',
      path: '/suppliers/:id/scorecard',
      scope: 'suppliers:read',
      tag: 'Suppliers',
      summary: 'A supplier’s scorecard',
      description: ABOUT,
      params: SupplierId,
      query: EnvironmentQuery,
      answer: QualityView,
      example: EXAMPLE_QUALITY,
    },
    async (c) => c.json(await (await deskNamed(c)).desk.qualityView()),
  )
  route(
    api,
    {
      id: 'liftSupplierHold',
      method: 'delete',
      path: '/suppliers/:id/holds/:contract',
      scope: 'suppliers:write',
      tag: 'Suppliers',
      summary: 'Records of a contract are held back no more',
      description:
        'A rule of the contract holds its records back in quarantine while they are not as promised. This lifts it before they are; it begins again with the next breach, after all was well in between. What waited for nothing else is read again, where the supplier’s rules do not say otherwise, as when all is well. `redrive` says it for this once: with `false` it stays in quarantine until somebody redrives it.',
      params: SupplierId.extend({
        contract: z.string().openapi({ description: 'All versions of one major', example: 'nights@1' }),
      }),
      query: LiftQuery,
      answer: z.object({
        contract: z.string(),
        lifted: z.boolean().describe('false: nothing was held back'),
        redrive_id: z.string().nullable().describe('The redrive that reads what was held back; null: there is none'),
      }),
      example: { contract: 'nights@1', lifted: true, redrive_id: EXAMPLE_REDRIVE.redrive_id },
    },
    async (c) => {
      const { desk, supplier } = await deskNamed(c)
      const contract = c.req.param('contract') ?? ''
      const { redrive = String(rulesOf(supplier).after_hold !== 'wait') } = queryOf(c, LiftQuery)
      return c.json({ contract, ...(await desk.liftHold(contract, redrive === 'true')) })
    },
  )
}
