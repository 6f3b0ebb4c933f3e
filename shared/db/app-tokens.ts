import { lte } from 'drizzle-orm'
import type { Database } from './open.ts'
import { appTokens } from './schema.ts'

export const saveAppToken = async (db: Database, token: typeof appTokens.$inferSelect): Promise<void> => {
  await db.insert(appTokens).values(token)
}
export const dropAppTokens = async (db: Database, now: number): Promise<void> => {
  await db.delete(appTokens).where(lte(appTokens.expires_at, now))
}
