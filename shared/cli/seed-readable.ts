import { setTimeout as sleep } from 'node:timers/promises'
import type { DataType } from '../schema/data-types.ts'
import type { Client } from '../sdk/client.ts'
import type { SandboxItem } from '../sdk/sandbox.ts'

/** Normalizing takes milliseconds; what is not there after this will not come. */
const PATIENCE_MS = 60_000
const POLL_MS = 250

interface Dated {
  metadata?: { summary_id?: string; start_time?: string }
}

/** Waits until the API reads back every record that was sent. Throws with the missing ones. */
export async function whenReadable(
  client: Client,
  userId: string,
  items: SandboxItem[],
  days: { from: string; to: string },
) {
  const until = Date.now() + PATIENCE_MS
  let missing = items
  for (;;) {
    missing = await stillMissing(client, userId, missing, days)
    if (missing.length === 0) return
    if (Date.now() > until) {
      const names = missing.slice(0, 5).map(({ type, key }) => `${type} ${key}`)
      throw new Error(`${missing.length} records cannot be read after ${PATIENCE_MS / 1000} s: ${names.join(', ')}…`)
    }
    await sleep(POLL_MS)
  }
}

async function stillMissing(
  client: Client,
  user_id: string,
  items: SandboxItem[],
  { from, to }: { from: string; to: string },
) {
  const missing: SandboxItem[] = []
  for (const type of new Set(items.map((item) => item.type))) {
    // Dates are the records' own local days; a night that ends on the last day began before it.
    const answer = await client.data<Dated>(type as DataType, { user_id, start_date: from, end_date: dayAfter(to) })
    const keys = new Set(answer.athlete ? ['athlete'] : (answer.data ?? []).flatMap(keysOf))
    missing.push(...items.filter((item) => item.type === type && !keys.has(item.key)))
  }
  return missing
}

const keysOf = ({ metadata }: Dated) =>
  [metadata?.summary_id, metadata?.start_time?.slice(0, 10)].filter((key) => key != null)
const dayAfter = (day: string) => new Date(Date.parse(day) + 24 * 3600_000).toISOString().slice(0, 10)
