import { and, eq, gt, lte } from 'drizzle-orm'
import type { Database } from './open.ts'
import { authSessions } from './schema.ts'

export type AuthSessionRow = typeof authSessions.$inferSelect

export const saveAuthSession = async (db: Database, session: AuthSessionRow): Promise<void> => {
  await db.insert(authSessions).values(session)
}
/** Single use: the row goes with its reading. An expired one is left for `dropExpiredSessions`. */
export async function takeAuthSession(
  db: Database,
  stateHash: string,
  now: number,
): Promise<AuthSessionRow | undefined> {
  const live = and(eq(authSessions.state_hash, stateHash), gt(authSessions.expires_at, now))
  const [taken] = await db.delete(authSessions).where(live).returning()
  return taken
}
/** Sign-ins that nobody finished: their places in cells are free again. */
export const dropExpiredSessions = async (db: Database, now: number): Promise<AuthSessionRow[]> =>
  db.delete(authSessions).where(lte(authSessions.expires_at, now)).returning()
