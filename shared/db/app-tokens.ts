import { and, eq, gt, isNull, lte, or } from 'drizzle-orm'
import type { Database } from './open.ts'
import { appTokens } from './schema.ts'

export const saveAppToken = async (db: Database, token: typeof appTokens.$inferSelect): Promise<void> => {
  await db.insert(appTokens).values(token)
}

/** `taken`: it was there, and is no more. `other`: it is for somebody else, and stays. */
export type Redeemed =
  | { kind: 'taken'; developer_id: string; reference_id: string | null }
  | { kind: 'other' }
  | { kind: 'unknown' }

/** Takes a token: one statement, so that of two who come with it at once one gets it. */
export async function redeemAppToken(
  db: Database,
  token_hash: string,
  reference_id: string | undefined,
  now: number,
): Promise<Redeemed> {
  const good = and(eq(appTokens.token_hash, token_hash), gt(appTokens.expires_at, now))
  const theirs =
    reference_id === undefined
      ? undefined
      : or(isNull(appTokens.reference_id), eq(appTokens.reference_id, reference_id))
  const [token] = await db.delete(appTokens).where(and(good, theirs)).returning()
  if (token) return { kind: 'taken', developer_id: token.developer_id, reference_id: token.reference_id }
  const still = theirs && (await db.select({ bound: appTokens.reference_id }).from(appTokens).where(good).get())
  return still ? { kind: 'other' } : { kind: 'unknown' }
}

export const dropAppTokens = async (db: Database, now: number): Promise<void> => {
  await db.delete(appTokens).where(lte(appTokens.expires_at, now))
}
