import { eq, lt } from 'drizzle-orm'
import type { Database } from './open.ts'
import { authSessions } from './schema.ts'

export type AuthSessionRow = typeof authSessions.$inferSelect

export const saveAuthSession = async (db: Database, session: AuthSessionRow): Promise<void> => {
  await db.insert(authSessions).values(session)
}
/** Single use: the row goes with its reading. */
export async function takeAuthSession(
  db: Database,
  stateHash: string,
  now: number,
): Promise<AuthSessionRow | undefined> {
  const [taken] = await db.delete(authSessions).where(eq(authSessions.state_hash, stateHash)).returning()
  return taken && taken.expires_at > now ? taken : undefined
}
/** Sign-ins that nobody finished: their places in cells are free again. */
export const dropExpiredSessions = async (db: Database, now: number): Promise<AuthSessionRow[]> =>
  db.delete(authSessions).where(lt(authSessions.expires_at, now)).returning()
