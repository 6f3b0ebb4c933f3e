import { and, asc, eq, gt, like } from 'drizzle-orm'
import { DELIVERY_DEFAULTS } from '../delivery/defaults.ts'
import type { CellDestination, DeliverySettings } from '../delivery/types.ts'
import type { Database } from './open.ts'
import { type DestinationRow, destinations } from './schema.ts'

export type { DestinationRow } from './schema.ts'

export const saveDestination = async (db: Database, destination: DestinationRow): Promise<void> => {
  await db
    .insert(destinations)
    .values(destination)
    .onConflictDoUpdate({ target: destinations.destination_id, set: destination })
}
/** Only over the version that was read: two changes at once do not undo each other. → whether it was. */
export const changeDestination = async (db: Database, changed: DestinationRow): Promise<boolean> =>
  (
    await db
      .update(destinations)
      .set(changed)
      .where(
        and(eq(destinations.destination_id, changed.destination_id), eq(destinations.version, changed.version - 1)),
      )
      .returning({ version: destinations.version })
  ).length > 0
export const findDestination = async (
  db: Database,
  developerId: string,
  id: string,
): Promise<DestinationRow | undefined> =>
  db
    .select()
    .from(destinations)
    .where(and(eq(destinations.developer_id, developerId), eq(destinations.destination_id, id)))
    .get()
export const listDestinations = async (db: Database, developerId: string): Promise<DestinationRow[]> =>
  db
    .select()
    .from(destinations)
    .where(eq(destinations.developer_id, developerId))
    .orderBy(asc(destinations.created_at), asc(destinations.destination_id))
/** Active ones that ask for an event type by its name, in order of their ids. */
export const destinationsThatName = async (
  db: Database,
  eventType: string,
  { after, limit }: { after: string; limit: number },
): Promise<DestinationRow[]> =>
  db
    .select()
    .from(destinations)
    .where(
      and(
        eq(destinations.state, 'active'),
        like(destinations.delivery, `%"${eventType}"%`),
        gt(destinations.destination_id, after),
      ),
    )
    .orderBy(asc(destinations.destination_id))
    .limit(limit)
export const deleteDestination = async (db: Database, id: string): Promise<void> => {
  await db.delete(destinations).where(eq(destinations.destination_id, id))
}
/** The gate's word on a destination that failed for too long. */
export const setDestinationState = async (
  db: Database,
  id: string,
  state: DestinationRow['state'],
  reason: string | null,
): Promise<void> => {
  await db.update(destinations).set({ state, reason }).where(eq(destinations.destination_id, id))
}

/** As cells know it. */
export const cellDestination = (row: DestinationRow): CellDestination => ({
  destination_id: row.destination_id,
  developer_id: row.developer_id,
  type: row.type,
  version: row.version,
  state: row.state === 'starting' ? 'active' : row.state,
  settings: JSON.parse(row.settings) as Record<string, unknown>,
  secrets: row.secrets,
  base_url: row.base_url,
  delivery: { ...DELIVERY_DEFAULTS, ...(JSON.parse(row.delivery) as Partial<DeliverySettings>) },
})
