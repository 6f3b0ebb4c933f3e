import { streamHub } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { DAY_MS, iso, SECOND_MS } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import type { SupplierRow } from '../../shared/db/schema.ts'
import type { Environment } from '../../shared/supply/document.ts'
import { limitsOf, type SupplierLimitsInput } from '../../shared/supply/limits.ts'
import { LimitsView } from '../../shared/supply/quality-view.ts'
import { grantOfEnvironment } from '../../shared/supply/stream-grants.ts'
import { type Api, route } from '../api/route.ts'
import { inputOf } from '../read-input.ts'
import { deskNamed, deskOf, EnvironmentQuery } from './desk-of.ts'
import { EXAMPLE_LIMITS } from './quality-examples.ts'
import { supplierRoute } from './route.ts'
import { SupplierId } from './suppliers.ts'

/** What holds for a supplier: the deployment's limits, but for those that its developer set. */
export const limitsFor = ({ limits }: Pick<SupplierRow, 'limits'>, environment: Environment) =>
  limitsOf(environment, JSON.parse(limits) as SupplierLimitsInput)

const MOST_DAYS = 400
const ClockInput = z.strictObject({
  advance_seconds: z
    .int()
    .min(1)
    .max((MOST_DAYS * DAY_MS) / SECOND_MS)
    .describe('By how much; a clock never goes back'),
})
const ClockView = z.object({ now: z.string().describe('What time it is in the sandbox') })
const ABOUT =
  'What may come, what came, and when it is free again. Pushes tell the same in the fields `RateLimit-Policy` and `RateLimit`.'

export function addSupplierLimits(api: Api): void {
  supplierRoute(
    api,
    {
      id: 'getSupplierLimits',
      method: 'get',
      path: '/supplier/limits',
      tag: 'Supplier account',
      summary: 'Your limits, and what is used of them',
      description: ABOUT,
      answer: LimitsView,
      example: EXAMPLE_LIMITS,
    },
    async (c) => {
      const { supplier, environment } = c.get('supplier')
      return c.json(await deskOf(c).limitsView(limitsFor(supplier, environment)))
    },
  )
  route(
    api,
    {
      id: 'getLimitsOfSupplier',
      method: 'get',
      path: '/suppliers/:id/limits',
      scope: 'suppliers:read',
      tag: 'Suppliers',
      summary: 'A supplier’s limits, and what is used of them',
      description: ABOUT,
      params: SupplierId,
      query: EnvironmentQuery,
      answer: LimitsView,
      example: EXAMPLE_LIMITS,
    },
    async (c) => {
      const { supplier, environment, desk } = await deskNamed(c)
      return c.json(await desk.limitsView(limitsFor(supplier, environment)))
    },
  )
  supplierRoute(
    api,
    {
      id: 'advanceSupplierClock',
      method: 'post',
      path: '/supplier/clock',
      scope: 'account:write',
      tag: 'Supplier account',
      summary: 'Puts the sandbox’s clock forward',
      description:
        'To see what time does: promises are judged by this clock, quarantine and reports end by it, and limits come back; live producers are closed, and ask for another token. What is due by then has happened when this answers. There is none in production.',
      body: ClockInput,
      bodyExample: { advance_seconds: 86_400 },
      answer: ClockView,
      example: { now: '2026-07-02T08:00:00.000Z' },
      fails: [403, 409],
    },
    async (c) => {
      if (c.get('supplier').environment !== 'sandbox')
        throw new Fault(
          'forbidden',
          'production has the clock that all have; use a token of the sandbox',
          {},
          'not_in_sandbox',
        )
      const { advance_seconds } = await inputOf(c, ClockInput)
      const now = await deskOf(c).advance(advance_seconds * SECOND_MS)
      if (now === undefined)
        throw new Fault(
          'conflict',
          'the clock is ten years ahead at most; invite another supplier for a new one',
          {},
          'clock_too_far',
        )
      // Consents may be over by this clock; sockets go by the real one.
      const { supplier, environment } = c.get('supplier')
      const grants = [grantOfEnvironment(supplier.supplier_id, environment)]
      await streamHub(c.env, supplier).endGrants(grants, Date.now())
      return c.json({ now: iso(now) })
    },
  )
}
