import { and, asc, desc, eq, lt, sql } from 'drizzle-orm'
import type { Database } from './open.ts'
import { cells, developers } from './schema.ts'

export type Cell = typeof cells.$inferSelect

/**
 * Takes a place in the developer's newest cell, or makes the next cell where that is full, by connections or by bytes. Every step is one conditional statement, so that
 * two callers at the limit never share the last place. A new cell takes nobody before `prepare` is done with it; where
 * its maker died in between, the next caller prepares it again.
 */
export async function allocateCell(
  db: Database,
  { developer_id, region }: { developer_id: string; region: string },
  limit: { connections: number; bytes: number },
  now: number,
  prepare: (cell: number) => Promise<void>,
): Promise<number> {
  const named = (cell: number) => and(eq(cells.developer_id, developer_id), eq(cells.cell, cell))
  for (;;) {
    const [newest] = await db
      .select({ cell: cells.cell, ready: cells.ready })
      .from(cells)
      .where(eq(cells.developer_id, developer_id))
      .orderBy(desc(cells.cell))
      .limit(1)
    if (newest?.ready === 0) {
      await prepare(newest.cell)
      await db.update(cells).set({ ready: 1 }).where(named(newest.cell))
    }
    if (newest) {
      const taken = await db
        .update(cells)
        .set({ taken: sql`${cells.taken} + 1` })
        .where(and(named(newest.cell), lt(cells.taken, limit.connections), lt(cells.bytes, limit.bytes)))
        .returning({ cell: cells.cell })
      if (taken.length > 0) return newest.cell
    }
    const cell = (newest?.cell ?? 0) + 1
    await db.insert(cells).values({ developer_id, cell, region, created_at: now }).onConflictDoNothing()
    await db
      .update(developers)
      .set({ cells: sql`max(${developers.cells}, ${cell})` })
      .where(eq(developers.developer_id, developer_id))
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
  figures: Pick<Cell, 'swept_at' | 'oldest_inbox_at' | 'oldest_undelivered_at' | 'parked' | 'bytes'>,
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
