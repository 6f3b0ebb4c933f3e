import { and, desc, eq, gt, inArray, isNull, lt, or, sql } from 'drizzle-orm'
import type { Database } from './open.ts'
import { type SupplierInvitationRow, type SupplierRow, supplierInvitations, suppliers } from './schema.ts'

export type { SupplierRow }
export type SupplierState = SupplierRow['state']

export const createSupplier = async (db: Database, row: SupplierRow): Promise<void> => {
  await db.insert(suppliers).values(row)
}

/** One of the developer's own. */
export const supplierOf = async (db: Database, developerId: string, supplierId: string) =>
  db
    .select()
    .from(suppliers)
    .where(and(eq(suppliers.supplier_id, supplierId), eq(suppliers.developer_id, developerId)))
    .get()

export const findSupplier = async (db: Database, supplierId: string): Promise<SupplierRow | undefined> =>
  db.select().from(suppliers).where(eq(suppliers.supplier_id, supplierId)).get()

/** The newest first; after a place in that order. */
export async function listSuppliers(
  db: Database,
  developerId: string,
  { after, limit }: { after: { created_at: number; supplier_id: string } | undefined; limit: number },
): Promise<SupplierRow[]> {
  const later = after && [
    lt(suppliers.created_at, after.created_at),
    and(eq(suppliers.created_at, after.created_at), gt(suppliers.supplier_id, after.supplier_id)),
  ]
  return db
    .select()
    .from(suppliers)
    .where(and(eq(suppliers.developer_id, developerId), later && or(...later)))
    .orderBy(desc(suppliers.created_at), suppliers.supplier_id)
    .limit(limit)
}
export async function countSuppliers(db: Database, developerId: string): Promise<number> {
  const found = await db
    .select({ n: sql<number>`count(*)` })
    .from(suppliers)
    .where(and(eq(suppliers.developer_id, developerId), sql`${suppliers.state} <> 'closed'`))
    .get()
  return found!.n
}

export type SupplierChange = Partial<Omit<SupplierRow, 'supplier_id' | 'developer_id' | 'region' | 'created_at'>>
/** `from`: only where it is in one of these states, so that of two who change it at once one does. → the row as it is then. */
export async function changeSupplier(
  db: Database,
  supplierId: string,
  change: SupplierChange,
  from?: SupplierState[],
): Promise<SupplierRow | undefined> {
  const here = eq(suppliers.supplier_id, supplierId)
  const [row] = await db
    .update(suppliers)
    .set(change)
    .where(from ? and(here, inArray(suppliers.state, from)) : here)
    .returning()
  return row
}

/** A domain is proved where the supplier's is still what it was when its file was asked for; none: it is another now. */
export async function keepProof(
  db: Database,
  { supplier_id, domain: before }: Pick<SupplierRow, 'supplier_id' | 'domain'>,
  domain: string,
  now: number,
): Promise<SupplierRow | undefined> {
  const same = before === null ? isNull(suppliers.domain) : eq(suppliers.domain, before)
  const [row] = await db
    .update(suppliers)
    .set({ domain, domain_proved_at: now, changed_at: now })
    .where(and(eq(suppliers.supplier_id, supplier_id), same))
    .returning()
  return row
}

export const createInvitation = async (db: Database, row: SupplierInvitationRow): Promise<void> => {
  await db.insert(supplierInvitations).values(row)
}
export const findInvitation = async (db: Database, token_hash: string): Promise<SupplierInvitationRow | undefined> =>
  db.select().from(supplierInvitations).where(eq(supplierInvitations.token_hash, token_hash)).get()

const isOpen = (now: number) =>
  and(
    isNull(supplierInvitations.used_at),
    isNull(supplierInvitations.revoked_at),
    gt(supplierInvitations.expires_at, now),
  )

/** Takes an invitation: of two who come with it at once one gets it. */
export async function useInvitation(db: Database, token_hash: string, now: number): Promise<boolean> {
  const used = await db
    .update(supplierInvitations)
    .set({ used_at: now })
    .where(and(eq(supplierInvitations.token_hash, token_hash), isOpen(now)))
    .returning({ invitation_id: supplierInvitations.invitation_id })
  return used.length > 0
}

/** Those of a supplier that nobody has used are good no more. */
export const endInvitations = async (db: Database, supplierId: string, now: number): Promise<void> => {
  await db
    .update(supplierInvitations)
    .set({ revoked_at: now })
    .where(and(eq(supplierInvitations.supplier_id, supplierId), isOpen(now)))
}
