import { and, asc, count, eq, gt, inArray, ne, sql } from 'drizzle-orm'
import type { Database } from './open.ts'
import { type ConnectionRow, connections } from './schema.ts'

export type { ConnectionRow } from './schema.ts'

/** Where the data of a provider's account goes: every developer's connection with it. */
export const findOwners = async (db: Database, provider: string, providerUserId: string) =>
  db
    .select({
      user_id: connections.user_id,
      developer_id: connections.developer_id,
      region: connections.region,
      cell: connections.cell,
      reference_id: connections.reference_id,
    })
    .from(connections)
    .where(
      and(
        eq(connections.provider, provider),
        eq(connections.provider_user_id, providerUserId),
        eq(connections.state, 'active'),
      ),
    )

/** Every query takes the developer: a connection of another is not there. */
export const findConnection = async (
  db: Database,
  developerId: string,
  userId: string,
): Promise<ConnectionRow | undefined> =>
  db
    .select()
    .from(connections)
    .where(
      and(eq(connections.developer_id, developerId), eq(connections.user_id, userId), ne(connections.state, 'closed')),
    )
    .get()

/** One cell of each developer who has connections of a provider, in order of their ids: to tell them something. */
export const cellsOfProvider = async (db: Database, provider: string, page: { after: string; limit: number }) =>
  db
    .select({
      developer_id: connections.developer_id,
      region: sql<string>`min(${connections.region})`,
      cell: sql<number>`min(${connections.cell})`,
    })
    .from(connections)
    .where(
      and(
        eq(connections.provider, provider),
        eq(connections.state, 'active'),
        gt(connections.developer_id, page.after),
      ),
    )
    .groupBy(connections.developer_id)
    .orderBy(asc(connections.developer_id))
    .limit(page.limit)

export const createConnection = async (db: Database, connection: ConnectionRow): Promise<void> => {
  await db.insert(connections).values(connection).onConflictDoNothing()
}
/** Of an account of which a developer has one: whoever has it. The directory refuses a second. */
export async function claimConnection(db: Database, connection: ConnectionRow): Promise<ConnectionRow> {
  const { developer_id, provider, provider_user_id } = connection
  const account = and(
    eq(connections.developer_id, developer_id),
    eq(connections.provider, provider),
    eq(connections.provider_user_id, provider_user_id),
    ne(connections.state, 'closed'),
  )
  for (;;) {
    await createConnection(db, connection)
    const holder = await db.select().from(connections).where(account).get()
    // The one that was there ended in between.
    if (holder) return holder
  }
}
export const markConnection = async (
  db: Database,
  userId: string,
  change: Partial<Pick<ConnectionRow, 'state' | 'scopes' | 'reference_id'>>,
): Promise<void> => {
  await db.update(connections).set(change).where(eq(connections.user_id, userId))
}

const open = (developerId: string) => and(eq(connections.developer_id, developerId), ne(connections.state, 'closed'))

export const listConnections = async (
  db: Database,
  developerId: string,
  page?: { page: number; perPage: number },
): Promise<ConnectionRow[]> => {
  const query = db
    .select()
    .from(connections)
    .where(open(developerId))
    .orderBy(asc(connections.created_at), asc(connections.user_id))
    .$dynamic()
  return page ? query.limit(page.perPage).offset(page.page * page.perPage) : query
}
export const countConnections = async (db: Database, developerId: string): Promise<number> =>
  (await db.select({ n: count() }).from(connections).where(open(developerId)).get())?.n ?? 0
/** Of all developers: what a provider's limits may grow with. */
export const countUsersOf = async (db: Database, provider: string): Promise<number> =>
  (
    await db
      .select({ n: count() })
      .from(connections)
      .where(and(eq(connections.provider, provider), eq(connections.state, 'active')))
      .get()
  )?.n ?? 0
export const connectionsOfReference = async (
  db: Database,
  developerId: string,
  referenceId: string,
): Promise<ConnectionRow[]> =>
  db
    .select()
    .from(connections)
    .where(and(open(developerId), eq(connections.reference_id, referenceId)))
    .orderBy(asc(connections.created_at))
/** A statement takes at most 100 values. */
const NAMED_AT_ONCE = 90
export async function connectionsNamed(db: Database, developerId: string, userIds: string[]): Promise<ConnectionRow[]> {
  const rows: ConnectionRow[] = []
  for (let from = 0; from < userIds.length; from += NAMED_AT_ONCE) {
    const some = inArray(connections.user_id, userIds.slice(from, from + NAMED_AT_ONCE))
    rows.push(
      ...(await db
        .select()
        .from(connections)
        .where(and(open(developerId), some))),
    )
  }
  return rows
}
