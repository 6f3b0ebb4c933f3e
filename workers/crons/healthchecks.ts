import type { Env } from '../../durable-objects/env.ts'
import { destinationGate } from '../../durable-objects/stubs.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { DESTINATIONS } from '../../shared/catalog/units.ts'
import { cellDestination, destinationsThatName } from '../../shared/db/destinations.ts'
import { open } from '../../shared/db/open.ts'
import { healthcheckParcel } from '../healthcheck.ts'
import { send } from '../queues/send.ts'

/** Destinations of one page, and how many are called at once. */
const PAGE = 500
const AT_ONCE = 5

/** Once an hour, to each webhook whose event types name `healthcheck`. Not retried: the next one comes in an hour. */
export async function sendHealthchecks(env: Env, now: number): Promise<void> {
  for (let after = ''; ; ) {
    const rows = await destinationsThatName(open(env.DB), 'healthcheck', { after, limit: PAGE })
    const next = rows[Symbol.iterator]()
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const row of next) {
          if (!('send' in (DESTINATIONS[row.type] ?? {}))) continue
          const figures = await destinationGate(env, row.destination_id).hours()
          const sent = await send(env, cellDestination(row), healthcheckParcel(figures, now))
          if (sent.kind !== 'delivered')
            logLine('healthcheck not delivered', { destination_id: row.destination_id, reason: sent.reason })
        }
      }),
    )
    if (rows.length < PAGE) return
    after = rows.at(-1)!.destination_id
  }
}
