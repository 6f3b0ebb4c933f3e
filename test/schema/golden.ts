import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DELIVERY_DEFAULTS } from '../../shared/delivery/defaults.ts'
import { parcels } from '../../shared/delivery/parcel.ts'
import type { EventType, LeasedEvent, WireUser } from '../../shared/delivery/types.ts'

/** An event of a release as a receiver got it, and what it was put together from. */
export interface Golden {
  /** Absent: the release has this type in its schema, and puts none together from a cell's log. */
  input?: { user: WireUser; body: object }
  event: object
}
const folderOf = (version: string) => join(import.meta.dirname, '..', 'fixtures', 'versions', version)
export const goldenPath = (version: string, type: string) => join(folderOf(version), `${type}.json`)
export const readGolden = (version: string, type: string): Golden | undefined => {
  const path = goldenPath(version, type)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Golden) : undefined
}

/** The bytes that today's assembly makes of an input. */
export function assembled(type: string, { user, body }: NonNullable<Golden['input']>): string {
  const event: LeasedEvent = {
    seq: 1,
    revision: 1,
    type: type as EventType,
    summary_id: 'golden',
    origin: 'live',
    appendedAt: 0,
    receivedAt: 0,
    trace: 'golden',
    body: JSON.stringify(body),
  }
  const group = { connection: 1, user, lane: false, attempts: 0, skipped: [], parcelTo: 0, events: [event] }
  const [parcel] = parcels(group, 'dst_golden', DELIVERY_DEFAULTS)
  return parcel!.body
}
