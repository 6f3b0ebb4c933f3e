import { and, desc, eq, gt, isNull, or } from 'drizzle-orm'
import type { Database } from './open.ts'
import { developers, type SupplierCredentialRow, supplierCredentials, suppliers } from './schema.ts'

const isGood = (now: number) =>
  and(
    isNull(supplierCredentials.revoked_at),
    or(isNull(supplierCredentials.expires_at), gt(supplierCredentials.expires_at, now)),
  )

/** A credential with whose it is; also one that has ended, so that a refusal can say so. */
export async function findCredential(db: Database, credentialId: string) {
  const found = await db
    .select()
    .from(supplierCredentials)
    .innerJoin(suppliers, eq(suppliers.supplier_id, supplierCredentials.supplier_id))
    .innerJoin(developers, eq(developers.developer_id, suppliers.developer_id))
    .where(eq(supplierCredentials.credential_id, credentialId))
    .get()
  if (!found) return undefined
  return { credential: found.supplier_credentials, supplier: found.suppliers, developer: found.developers }
}
export type FoundCredential = NonNullable<Awaited<ReturnType<typeof findCredential>>>

export const createCredential = async (db: Database, row: SupplierCredentialRow): Promise<void> => {
  await db.insert(supplierCredentials).values(row)
}

/** The newest first; those that ended too. */
export const listCredentials = async (db: Database, supplierId: string, limit: number) =>
  db
    .select()
    .from(supplierCredentials)
    .where(eq(supplierCredentials.supplier_id, supplierId))
    .orderBy(desc(supplierCredentials.created_at), supplierCredentials.credential_id)
    .limit(limit)

/** Those that are good now, of one environment. */
export const goodCredentials = async (
  db: Database,
  supplierId: string,
  environment: SupplierCredentialRow['environment'],
  now: number,
): Promise<SupplierCredentialRow[]> =>
  db
    .select()
    .from(supplierCredentials)
    .where(
      and(
        eq(supplierCredentials.supplier_id, supplierId),
        eq(supplierCredentials.environment, environment),
        isGood(now),
      ),
    )

export type CredentialChange = Partial<
  Pick<
    SupplierCredentialRow,
    'name' | 'scopes' | 'addresses' | 'signatures' | 'expires_at' | 'revoked_at' | 'public_keys'
  >
>
/** → the row as it is then; none: not this supplier's. */
export async function changeCredential(
  db: Database,
  supplierId: string,
  credentialId: string,
  change: CredentialChange,
): Promise<SupplierCredentialRow | undefined> {
  const [row] = await db
    .update(supplierCredentials)
    .set(change)
    .where(and(eq(supplierCredentials.credential_id, credentialId), eq(supplierCredentials.supplier_id, supplierId)))
    .returning()
  return row
}

export const credentialOf = async (db: Database, supplierId: string, credentialId: string) =>
  db
    .select()
    .from(supplierCredentials)
    .where(and(eq(supplierCredentials.credential_id, credentialId), eq(supplierCredentials.supplier_id, supplierId)))
    .get()

export const markCredentialUsed = async (db: Database, credentialId: string, at: number): Promise<void> => {
  await db
    .update(supplierCredentials)
    .set({ last_used_at: at })
    .where(eq(supplierCredentials.credential_id, credentialId))
}
