import { and, eq, gt, lt, lte } from 'drizzle-orm'
import type { Database } from './open.ts'
import { flows } from './schema.ts'

export type FlowRow = typeof flows.$inferSelect

export const saveFlow = async (db: Database, flow: FlowRow): Promise<void> => {
  await db.insert(flows).values(flow)
}
export const findFlow = async (db: Database, flowId: string): Promise<FlowRow | undefined> =>
  db.select().from(flows).where(eq(flows.flow_id, flowId)).get()

/** The browser that opened the link last is the one that may come back. */
export const bindFlow = async (
  db: Database,
  flowId: string,
  change: Partial<Pick<FlowRow, 'browser_hash' | 'sealed'>>,
): Promise<void> => {
  await db.update(flows).set(change).where(eq(flows.flow_id, flowId))
}
/** Single use: one caller gets it. */
export const takeFlow = async (db: Database, flowId: string, now: number): Promise<FlowRow | undefined> => {
  const open = and(eq(flows.flow_id, flowId), eq(flows.state, 'open'), gt(flows.expires_at, now))
  const [taken] = await db.update(flows).set({ state: 'used' }).where(open).returning()
  return taken
}
/** Sign-ins that nobody finished, each given to one caller. */
export const expireFlows = async (db: Database, now: number): Promise<FlowRow[]> =>
  db
    .update(flows)
    .set({ state: 'expired' })
    .where(and(eq(flows.state, 'open'), lte(flows.expires_at, now)))
    .returning()
export const dropFlows = async (db: Database, before: number): Promise<void> => {
  await db.delete(flows).where(lt(flows.expires_at, before))
}
