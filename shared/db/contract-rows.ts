import { and, eq } from 'drizzle-orm'
import type { Database } from './open.ts'
import { type ContractRow, contracts } from './schema.ts'

/** All versions of a contract. */
export const contractsNamed = (db: Database, supplierId: string, name: string): Promise<ContractRow[]> =>
  db
    .select()
    .from(contracts)
    .where(and(eq(contracts.supplier_id, supplierId), eq(contracts.name, name)))

export async function findContract(db: Database, contractId: string): Promise<ContractRow | undefined> {
  const [row] = await db.select().from(contracts).where(eq(contracts.contract_id, contractId))
  return row
}
