import { eq } from 'drizzle-orm'
import { stateAt } from '../supply/life.ts'
import type { Database } from './open.ts'
import { contracts } from './schema.ts'

/** Of all versions of a supplier's contracts: id and state at a moment. */
export const contractStates = async (db: Database, supplierId: string, now: number) => {
  const rows = await db
    .select({ contract_id: contracts.contract_id, state: contracts.state, sunset_at: contracts.sunset_at })
    .from(contracts)
    .where(eq(contracts.supplier_id, supplierId))
  return rows.map((row) => [row.contract_id, stateAt(row, now)] as const)
}
