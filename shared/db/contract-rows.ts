import { and, desc, eq, inArray } from 'drizzle-orm'
import type { Database } from './open.ts'
import { type ContractRow, contracts } from './schema.ts'

export const contractById = async (db: Database, contractId: string): Promise<ContractRow | undefined> =>
  db.select().from(contracts).where(eq(contracts.contract_id, contractId)).get()

/** The newest minor of a version's major that may be pushed to: what is driven again is read by it. */
export const newestMinor = async (
  db: Database,
  { supplier_id, name, major }: Pick<ContractRow, 'supplier_id' | 'name' | 'major'>,
): Promise<ContractRow | undefined> =>
  db
    .select()
    .from(contracts)
    .where(
      and(
        eq(contracts.supplier_id, supplier_id),
        eq(contracts.name, name),
        eq(contracts.major, major),
        inArray(contracts.state, ['active', 'deprecated']),
      ),
    )
    .orderBy(desc(contracts.minor))
    .limit(1)
    .get()
