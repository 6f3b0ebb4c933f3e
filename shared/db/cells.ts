import { and, asc, desc, eq, lt, sql } from 'drizzle-orm'
import type { Database } from './open.ts'
import { cells, developers } from './schema.ts'

export type Cell = typeof cells.$inferSelect

/**
 * Takes a place in the developer's newest cell, or makes the next cell. Every step is one conditional statement, so that
 * two callers at the limit never share the last place. `born`: the cell is new and knows no destination yet.
 */
export async function allocateCell(
  db: Database,
  developer: { developer_id: string; region: string },
  limit: number,
  now: number,
): Promise<{ cell: number; born: boolean }> {
  const { developer_id, region } = developer
  for (;;) {
    const [newest] = await db
      .select({ cell: cells.cell })
      .from(cells)
      .where(eq(cells.developer_id, developer_id))
      .orderBy(desc(cells.cell))
      .limit(1)
    if (newest) {
      const taken = await db
        .update(cells)
        .set({ taken: sql`${cells.taken} + 1` })
        .where(and(eq(cells.developer_id, developer_id), eq(cells.cell, newest.cell), lt(cells.taken, limit)))
        .returning({ cell: cells.cell })
      if (taken.length > 0) return { cell: newest.cell, born: false }
    }
    const next = (newest?.cell ?? 0) + 1
    const made = await db
      .insert(cells)
      .values({ developer_id, cell: next, region, taken: 1, created_at: now })
      .onConflictDoNothing()
      .returning({ cell: cells.cell })
    if (made.length === 0) continue
    await db.update(developers).set({ cells: next }).where(eq(developers.developer_id, developer_id))
    return { cell: next, born: true }
  }
}

/** A place that was taken for a sign-in or a connection that is gone. */
export const releaseCell = async (db: Database, developerId: string, cell: number): Promise<void> => {
  await db
    .update(cells)
    .set({ taken: sql`max(${cells.taken} - 1, 0)` })
    .where(and(eq(cells.developer_id, developerId), eq(cells.cell, cell)))
}
export const listCells = async (db: Database, developerId: string): Promise<Cell[]> =>
  db.select().from(cells).where(eq(cells.developer_id, developerId)).orderBy(asc(cells.cell))

/** The cells that were looked at longest ago. */
export const cellsToSweep = async (db: Database, limit: number): Promise<Cell[]> =>
  db.select().from(cells).orderBy(asc(cells.swept_at)).limit(limit)
export const recordSweep = async (
  db: Database,
  cell: Pick<Cell, 'developer_id' | 'cell'>,
  figures: Pick<Cell, 'swept_at' | 'oldest_inbox_at' | 'oldest_undelivered_at' | 'parked'>,
): Promise<void> => {
  await db
    .update(cells)
    .set(figures)
    .where(and(eq(cells.developer_id, cell.developer_id), eq(cells.cell, cell.cell)))
}
/** The oldest unfinished item of every stage, over all cells. */
export const latestSweeps = async (db: Database) =>
  db
    .select({
      cells: sql<number>`count(*)`,
      oldest_inbox_at: sql<number | null>`min(${cells.oldest_inbox_at})`,
      oldest_undelivered_at: sql<number | null>`min(${cells.oldest_undelivered_at})`,
      parked: sql<number | null>`sum(${cells.parked})`,
      swept_at: sql<number | null>`min(${cells.swept_at})`,
    })
    .from(cells)
    .get()
