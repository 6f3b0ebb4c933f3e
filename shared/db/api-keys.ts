import { and, count, desc, eq, gt, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { Database } from './open.ts'
import { type ApiKeyRow, apiKeys } from './schema.ts'

const good = (now: number) =>
  and(isNull(apiKeys.revoked_at), or(isNull(apiKeys.expires_at), gt(apiKeys.expires_at, now)))

/** Those that are good first, then the newest. */
export const listKeys = async (db: Database, developerId: string, limit: number): Promise<ApiKeyRow[]> =>
  db
    .select()
    .from(apiKeys)
    .where(eq(apiKeys.developer_id, developerId))
    .orderBy(sql`${apiKeys.revoked_at} IS NOT NULL`, desc(apiKeys.created_at), apiKeys.key_id)
    .limit(limit)

export const keyOf = async (db: Database, developerId: string, keyId: string): Promise<ApiKeyRow | undefined> =>
  db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.developer_id, developerId), eq(apiKeys.key_id, keyId)))
    .get()

export async function countGoodKeys(db: Database, developerId: string, now: number): Promise<number> {
  const found = await db
    .select({ n: count() })
    .from(apiKeys)
    .where(and(eq(apiKeys.developer_id, developerId), good(now)))
    .get()
  return found!.n
}

export type KeyChange = Partial<
  Pick<ApiKeyRow, 'name' | 'scopes' | 'expires_at' | 'revoked_at' | 'requests_per_minute'>
>
/**
 * → whether it was done. `keepsManager`: only where another key is left that may manage keys for as long as this one could;
 * in one statement, so that two keys cannot remove each other at the same time.
 */
export async function changeKey(db: Database, row: ApiKeyRow, change: KeyChange, keepsManager: boolean) {
  const conditions: (SQL | undefined)[] = [eq(apiKeys.key_id, row.key_id), isNull(apiKeys.revoked_at)]
  if (keepsManager)
    conditions.push(sql`EXISTS (SELECT 1 FROM api_keys AS other
      WHERE other.developer_id = ${row.developer_id} AND other.key_id <> ${row.key_id} AND other.revoked_at IS NULL
        AND (other.expires_at IS NULL OR other.expires_at >= ${row.expires_at})
        AND (',' || other.scopes || ',' LIKE '%,*,%' OR ',' || other.scopes || ',' LIKE '%,keys:write,%'))`)
  const changed = await db
    .update(apiKeys)
    .set(change)
    .where(and(...conditions))
    .returning({ key_id: apiKeys.key_id })
  return changed.length > 0
}

export const markKeyUsed = async (db: Database, keyId: string, at: number): Promise<void> => {
  await db.update(apiKeys).set({ last_used_at: at }).where(eq(apiKeys.key_id, keyId))
}
