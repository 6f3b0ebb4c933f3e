import { and, asc, desc, eq, gt, inArray, isNull, or, sql } from 'drizzle-orm'
import type { Database } from './open.ts'
import { type ContractRow, contracts } from './schema.ts'

export type { ContractRow }

/** → false: this version of this name is there already. */
export async function createContract(db: Database, row: ContractRow): Promise<boolean> {
  const made = await db.insert(contracts).values(row).onConflictDoNothing().returning({ id: contracts.contract_id })
  return made.length > 0
}

export const contractNamed = async (db: Database, supplierId: string, contractId: string) =>
  db
    .select()
    .from(contracts)
    .where(and(eq(contracts.supplier_id, supplierId), eq(contracts.contract_id, contractId)))
    .get()

/** By its id alone: for work that was admitted before. */
export const findContract = async (db: Database, contractId: string) =>
  db.select().from(contracts).where(eq(contracts.contract_id, contractId)).get()

/** All versions of one name, without their documents: the newest first. */
export const versionsOf = async (db: Database, supplierId: string, name: string) =>
  db
    .select(WITHOUT_DOCUMENT)
    .from(contracts)
    .where(and(eq(contracts.supplier_id, supplierId), eq(contracts.name, name)))
    .orderBy(desc(contracts.major), desc(contracts.minor))
const WITHOUT_DOCUMENT = {
  contract_id: contracts.contract_id,
  name: contracts.name,
  major: contracts.major,
  minor: contracts.minor,
  state: contracts.state,
  sunset_at: contracts.sunset_at,
  changed_at: contracts.changed_at,
}
export type VersionRow = Awaited<ReturnType<typeof versionsOf>>[number]

/** Versions that are active, or deprecated and not over: production takes data under them. */
const inForce = (supplierId: string, now: number) =>
  and(
    eq(contracts.supplier_id, supplierId),
    inArray(contracts.state, ['active', 'deprecated']),
    or(isNull(contracts.sunset_at), gt(contracts.sunset_at, now)),
  )
/** Whole rows of those of one name. */
export const standingOf = async (
  db: Database,
  { supplier_id, name }: Pick<ContractRow, 'supplier_id' | 'name'>,
  now: number,
): Promise<ContractRow[]> =>
  db
    .select()
    .from(contracts)
    .where(and(inForce(supplier_id, now), eq(contracts.name, name)))
    .orderBy(desc(contracts.major), desc(contracts.minor))
/** All of them, as they are named in URLs: `name@1.2`. */
export async function contractsInForce(db: Database, supplierId: string, now: number): Promise<string[]> {
  const rows = await db
    .select({ name: contracts.name, major: contracts.major, minor: contracts.minor })
    .from(contracts)
    .where(inForce(supplierId, now))
    .orderBy(asc(contracts.name), desc(contracts.major), desc(contracts.minor))
  return rows.map(({ name, major, minor }) => `${name}@${major}.${minor}`)
}

/** By name, the newest version of each first. */
export const listContracts = async (
  db: Database,
  supplierId: string,
  { offset, limit }: { offset: number; limit: number },
): Promise<ContractRow[]> =>
  db
    .select()
    .from(contracts)
    .where(eq(contracts.supplier_id, supplierId))
    .orderBy(asc(contracts.name), desc(contracts.major), desc(contracts.minor))
    .limit(limit)
    .offset(offset)

export async function countContracts(db: Database, supplierId: string): Promise<number> {
  const found = await db
    .select({ n: sql<number>`count(*)` })
    .from(contracts)
    .where(eq(contracts.supplier_id, supplierId))
    .get()
  return found!.n
}

export const namesOf = async (db: Database, supplierId: string): Promise<string[]> =>
  (
    await db
      .selectDistinct({ name: contracts.name })
      .from(contracts)
      .where(eq(contracts.supplier_id, supplierId))
      .orderBy(asc(contracts.name))
      .limit(20)
  ).map(({ name }) => name)

export type ContractChange = Partial<Omit<ContractRow, 'contract_id' | 'supplier_id' | 'developer_id' | 'created_at'>>
/** Only where it stands as it did when it was looked at: of two who change it at once, one does. */
const unchanged = (row: ContractRow) =>
  and(
    eq(contracts.contract_id, row.contract_id),
    eq(contracts.state, row.state),
    eq(contracts.changed_at, row.changed_at),
  )
export async function changeContract(
  db: Database,
  row: ContractRow,
  change: ContractChange,
): Promise<ContractRow | undefined> {
  const [changed] = await db.update(contracts).set(change).where(unchanged(row)).returning()
  return changed
}
/** Makes one active and lets others end, together. */
export async function followContract(
  db: Database,
  row: ContractRow,
  change: ContractChange,
  ending: { ids: string[]; change: ContractChange },
): Promise<ContractRow | undefined> {
  const next = db.update(contracts).set(change).where(unchanged(row)).returning()
  if (ending.ids.length === 0) return (await next)[0]
  // The second finds the first done: where that was not, nothing ends.
  const done = sql`exists (select 1 from contracts as next where next.contract_id = ${row.contract_id} and next.state = 'active' and next.changed_at = ${change.changed_at})`
  const [changed] = await db.batch([
    next,
    db
      .update(contracts)
      .set(ending.change)
      .where(and(inArray(contracts.contract_id, ending.ids), eq(contracts.state, 'active'), done)),
  ])
  return changed[0]
}
export async function deleteContract(db: Database, row: ContractRow): Promise<boolean> {
  const gone = await db.delete(contracts).where(unchanged(row)).returning({ id: contracts.contract_id })
  return gone.length > 0
}

/** The newest minor of a version's major that may be pushed to: what is driven again is read by it. */
export const newestMinor = async (
  db: Database,
  { supplier_id, name, major }: Pick<ContractRow, 'supplier_id' | 'name' | 'major'>,
  now: number,
): Promise<ContractRow | undefined> =>
  db
    .select()
    .from(contracts)
    .where(and(inForce(supplier_id, now), eq(contracts.name, name), eq(contracts.major, major)))
    .orderBy(desc(contracts.minor))
    .limit(1)
    .get()
