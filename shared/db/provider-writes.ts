import { and, eq, inArray, lte } from 'drizzle-orm'
import type { Database } from './open.ts'
import { providerWrites } from './schema.ts'

export const findWrite = async (db: Database, userId: string, itemHash: string): Promise<string | undefined> =>
  (
    await db
      .select({ log_id: providerWrites.log_id })
      .from(providerWrites)
      .where(and(eq(providerWrites.user_id, userId), eq(providerWrites.item_hash, itemHash)))
      .get()
  )?.log_id
export const saveWrite = async (db: Database, write: typeof providerWrites.$inferSelect): Promise<void> => {
  await db.insert(providerWrites).values(write).onConflictDoNothing()
}
/** What was taken away may be written again. */
export const forgetWrites = async (db: Database, userId: string, logIds: string[]): Promise<void> => {
  await db.delete(providerWrites).where(and(eq(providerWrites.user_id, userId), inArray(providerWrites.log_id, logIds)))
}
export const dropWrites = async (db: Database, before: number): Promise<void> => {
  await db.delete(providerWrites).where(lte(providerWrites.written_at, before))
}
