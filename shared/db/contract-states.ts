import { eq } from 'drizzle-orm'
import type { Database } from './open.ts'
import { contracts } from './schema.ts'

/** Of all versions of a supplier's contracts: id and state. */
export const contractStates = async (db: Database, supplierId: string) => {
  const rows = await db
    .select({ contract_id: contracts.contract_id, state: contracts.state })
    .from(contracts)
    .where(eq(contracts.supplier_id, supplierId))
  return rows.map(({ contract_id, state }) => [contract_id, state] as const)
}
