import { desc } from 'drizzle-orm'
import type { Database } from './open.ts'
import { deadLetters } from './schema.ts'

export type DeadLetter = typeof deadLetters.$inferSelect

export const recordDeadLetter = async (db: Database, letter: Omit<DeadLetter, 'id'>): Promise<void> => {
  await db.insert(deadLetters).values(letter)
}
export const listDeadLetters = async (db: Database, limit: number): Promise<DeadLetter[]> =>
  db.select().from(deadLetters).orderBy(desc(deadLetters.id)).limit(limit)
