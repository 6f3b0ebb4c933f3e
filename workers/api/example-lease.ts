import { newId } from '../../shared/base/ids.ts'
import { cellDestination, type DestinationRow } from '../../shared/db/destinations.ts'
import type { EventType, Lease, WireUser } from '../../shared/delivery/types.ts'
import { DATA_TYPES } from '../../shared/schema/data-types.ts'
import { EXAMPLE_EVENTS } from '../../shared/schema/examples/events.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'

/** The published example of an event, as if a cell had leased it: nobody's data, in a lane of its own. */
export function exampleLease(row: DestinationRow, type: EventType, now: number): Lease {
  const {
    user,
    type: _,
    version: __,
    ...rest
  } = EXAMPLE_EVENTS[type as keyof typeof EXAMPLE_EVENTS] as never as {
    user?: WireUser
    type: string
    version?: string
    data?: object[]
    athlete?: object
  }
  const isData = (DATA_TYPES as readonly string[]).includes(type)
  const body = JSON.stringify(isData ? (rest.data?.[0] ?? rest.athlete) : { type, ...rest })
  const trace = newId('evt')
  return {
    lease_id: newId('lse'),
    destination_id: row.destination_id,
    expiresAt: now,
    epoch: 0,
    destination: cellDestination(row),
    careful: false,
    groups: [
      {
        connection: 0,
        user: user ?? (EXAMPLE_USER as WireUser),
        lane: true,
        attempts: 0,
        skipped: [],
        parcelTo: 0,
        events: [
          {
            ...{ seq: 0, revision: 1, type, summary_id: `example-${type}`, origin: 'replay', appendedAt: now },
            ...{ receivedAt: now, trace, body, replayOf: trace },
          },
        ],
      },
    ],
  }
}
