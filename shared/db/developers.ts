import { and, eq, isNull } from 'drizzle-orm'
import type { Database } from './open.ts'
import { apiKeys, developers } from './schema.ts'

export type Developer = typeof developers.$inferSelect

export const createDeveloper = async (
  db: Database,
  developer: Omit<Developer, 'cells' | 'widget' | 'merge_rules' | 'stream'>,
): Promise<void> => {
  await db.insert(developers).values({ ...developer, cells: 0 })
}
export const findDeveloper = async (db: Database, developerId: string): Promise<Developer | undefined> =>
  db.select().from(developers).where(eq(developers.developer_id, developerId)).get()

export const createKey = async (db: Database, key: typeof apiKeys.$inferInsert): Promise<void> => {
  await db.insert(apiKeys).values(key)
}
/** A key that may be used, with its developer. */
export async function findKey(db: Database, hash: string, now: number) {
  const found = await db
    .select()
    .from(apiKeys)
    .innerJoin(developers, eq(developers.developer_id, apiKeys.developer_id))
    .where(and(eq(apiKeys.hash, hash), isNull(apiKeys.revoked_at)))
    .get()
  if (!found || (found.api_keys.expires_at !== null && found.api_keys.expires_at <= now)) return undefined
  return { key: found.api_keys, developer: found.developers }
}
export const saveWidgetLook = async (db: Database, developerId: string, widget: string): Promise<void> => {
  await db.update(developers).set({ widget }).where(eq(developers.developer_id, developerId))
}
export const saveMergeRules = async (db: Database, developerId: string, rules: string): Promise<void> => {
  await db.update(developers).set({ merge_rules: rules }).where(eq(developers.developer_id, developerId))
}
export const saveStreamSettings = async (db: Database, developerId: string, stream: string): Promise<void> => {
  await db.update(developers).set({ stream }).where(eq(developers.developer_id, developerId))
}
