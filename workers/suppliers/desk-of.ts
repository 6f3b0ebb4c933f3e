import type { Context } from 'hono'
import { supplierDesk } from '../../durable-objects/stubs.ts'
import { z } from '../../shared/base/zod.ts'
import type { SupplierRow } from '../../shared/db/schema.ts'
import type { DeskAddress } from '../../shared/supply/desk.ts'
import { ENVIRONMENTS, type Environment } from '../../shared/supply/document.ts'
import type { ApiEnv } from '../access.ts'
import { queryOf } from '../api/route.ts'
import type { SupplierContext } from './supplier-only.ts'
import { supplierNamed } from './suppliers.ts'

export const deskAddress = (
  { region, developer_id, supplier_id }: Pick<SupplierRow, 'region' | 'developer_id' | 'supplier_id'>,
  environment: Environment,
): DeskAddress => ({ region, developer_id, supplier_id, environment })

/** The desk that a supplier's token is for. */
export function deskOf(c: SupplierContext) {
  const { supplier, environment } = c.get('supplier')
  return supplierDesk(c.env, deskAddress(supplier, environment))
}

/** For a developer's look at a supplier. */
export const EnvironmentQuery = z.object({
  environment: z
    .enum(ENVIRONMENTS)
    .default('production')
    .openapi({ description: 'Which of the supplier’s desks', example: 'sandbox' }),
})
/** The desk of the developer's own supplier that the path names, in the environment that the query names. */
export async function deskNamed(c: Context<ApiEnv>) {
  const supplier = await supplierNamed(c)
  const { environment } = queryOf(c, EnvironmentQuery)
  return { supplier, environment, desk: supplierDesk(c.env, deskAddress(supplier, environment)) }
}
