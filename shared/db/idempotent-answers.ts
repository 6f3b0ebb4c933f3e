import { and, eq, lte, sql } from 'drizzle-orm'
import type { Database } from './open.ts'
import { idempotentAnswers } from './schema.ts'

export type IdempotentAnswerRow = typeof idempotentAnswers.$inferSelect
type Claim = Pick<IdempotentAnswerRow, 'developer_id' | 'key_hash' | 'claim'>

/**
 * → whether the caller may run the request. One statement: of several at once one gets it. A row that is over counts as none,
 * be it an old answer or the claim of a request that died.
 */
export async function claimAnswer(db: Database, row: Omit<IdempotentAnswerRow, 'sealed'>, now: number) {
  const claimed = await db
    .insert(idempotentAnswers)
    .values({ ...row, sealed: null })
    .onConflictDoUpdate({
      target: [idempotentAnswers.developer_id, idempotentAnswers.key_hash],
      set: { fingerprint: row.fingerprint, claim: row.claim, sealed: null, expires_at: row.expires_at },
      setWhere: lte(idempotentAnswers.expires_at, now),
    })
    .returning({ claim: idempotentAnswers.claim })
  return claimed.length > 0
}

export const findAnswer = async (db: Database, developerId: string, keyHash: string) =>
  db
    .select()
    .from(idempotentAnswers)
    .where(and(eq(idempotentAnswers.developer_id, developerId), eq(idempotentAnswers.key_hash, keyHash)))
    .get()

const claimed = ({ developer_id, key_hash, claim }: Claim) =>
  and(
    eq(idempotentAnswers.developer_id, developer_id),
    eq(idempotentAnswers.key_hash, key_hash),
    eq(idempotentAnswers.claim, claim),
  )
export const keepAnswer = async (db: Database, claim: Claim, sealed: string, expires_at: number): Promise<void> => {
  await db.update(idempotentAnswers).set({ sealed, expires_at }).where(claimed(claim))
}
export const releaseClaim = async (db: Database, claim: Claim): Promise<void> => {
  await db.delete(idempotentAnswers).where(claimed(claim))
}
/** Drops at most `limit` rows that are over. → how many */
export async function dropAnswers(db: Database, now: number, limit: number): Promise<number> {
  const dropped = await db.run(sql`DELETE FROM idempotent_answers WHERE (developer_id, key_hash) IN
    (SELECT developer_id, key_hash FROM idempotent_answers WHERE expires_at <= ${now} LIMIT ${limit})`)
  return dropped.meta.changes
}
