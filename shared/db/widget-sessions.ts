import { and, eq, gt, lte } from 'drizzle-orm'
import type { Database } from './open.ts'
import { widgetSessions } from './schema.ts'

export type WidgetSessionRow = typeof widgetSessions.$inferSelect

export const saveWidgetSession = async (db: Database, session: WidgetSessionRow): Promise<void> => {
  await db.insert(widgetSessions).values(session)
}
export const findWidgetSession = async (
  db: Database,
  sessionId: string,
  now: number,
): Promise<WidgetSessionRow | undefined> =>
  db
    .select()
    .from(widgetSessions)
    .where(and(eq(widgetSessions.session_id, sessionId), gt(widgetSessions.expires_at, now)))
    .get()
export const dropWidgetSessions = async (db: Database, now: number): Promise<void> => {
  await db.delete(widgetSessions).where(lte(widgetSessions.expires_at, now))
}
