import { sql } from 'drizzle-orm'
import type { Database } from './open.ts'
import { counters } from './schema.ts'

/** What was dropped on purpose (expired orphans, payloads of erased connections) is counted, never silent. */
export const countDropped = async (db: Database, what: string, by = 1): Promise<void> => {
  await db
    .insert(counters)
    .values({ name: `dropped:${what}`, value: by })
    .onConflictDoUpdate({ target: counters.name, set: { value: sql`${counters.value} + ${by}` } })
}
export const listCounters = async (db: Database): Promise<Record<string, number>> =>
  Object.fromEntries((await db.select().from(counters)).map(({ name, value }) => [name, value]))
