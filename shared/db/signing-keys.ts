import { asc, lte, sql } from 'drizzle-orm'
import type { Database } from './open.ts'
import { signingKeys, usedAssertions } from './schema.ts'

export type SigningKeyRow = typeof signingKeys.$inferSelect

export const listSigningKeys = async (db: Database): Promise<SigningKeyRow[]> =>
  db.select().from(signingKeys).orderBy(asc(signingKeys.created_at), asc(signingKeys.kid))

/** Adds a key where none signs beyond `until`: one statement, for two who want one at the same time. */
export async function addSigningKey(db: Database, key: SigningKeyRow, until: number): Promise<void> {
  await db.run(sql`INSERT INTO signing_keys (kid, public_jwk, sealed, created_at, signs_until, ends_at)
    SELECT ${key.kid}, ${key.public_jwk}, ${key.sealed}, ${key.created_at}, ${key.signs_until}, ${key.ends_at}
    WHERE NOT EXISTS (SELECT 1 FROM signing_keys WHERE signs_until > ${until})`)
}

export const dropSigningKeys = async (db: Database, now: number): Promise<void> => {
  await db.delete(signingKeys).where(lte(signingKeys.ends_at, now))
}

/** → false: it was used before. */
export async function useOnce(db: Database, id_hash: string, expires_at: number): Promise<boolean> {
  const added = await db
    .insert(usedAssertions)
    .values({ id_hash, expires_at })
    .onConflictDoNothing()
    .returning({ id_hash: usedAssertions.id_hash })
  return added.length > 0
}

/** Some at a time. → how many. */
export async function dropUsed(db: Database, now: number, most: number): Promise<number> {
  const { meta } = await db.run(sql`DELETE FROM used_assertions WHERE id_hash IN
    (SELECT id_hash FROM used_assertions WHERE expires_at <= ${now} LIMIT ${most})`)
  return meta.changes
}
