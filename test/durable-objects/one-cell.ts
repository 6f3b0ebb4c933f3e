import { eventLog } from '../../durable-objects/stubs.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import type { Lease, LeaseAnswer, Settlement } from '../../shared/delivery/types.ts'
import type { AppendRecord } from '../../shared/source/record.ts'
import { delivery } from '../delivery/leases.ts'
import { house, newAccount, newConnection } from '../house.ts'

/** A cell with one connection and one destination, as doors and workers call it. */

let n = 0

export async function cell(settings = {}, connection: Partial<ConnectionRow> = {}) {
  const account = await newAccount()
  const row = await newConnection(account, { provider: 'garmin', ...connection })
  const log = eventLog(house, row)
  const destination = {
    destination_id: `dst_${++n}`,
    developer_id: account.dev_id,
    type: 'webhook',
    version: 1,
    state: 'active' as const,
    settings: {},
    secrets: '',
    delivery: delivery(settings),
  }
  await log.setDestination(destination)
  return { account, row, log, destination }
}
export type House = Awaited<ReturnType<typeof cell>>

/** Accepts a payload and appends what it becomes, as a door does. → its number */
export async function put(row: ConnectionRow, records: Partial<AppendRecord>[], number?: number): Promise<number> {
  const log = eventLog(house, row)
  const about = { user_id: row.user_id, origin: 'live' as const, trace: 'req_1', receivedAt: Date.now() }
  const payload = { ...about, payload_id: `pay_${++n}`, kind: 'push' as const, resource: 'dailies', body: '{}' }
  const accepted = number ?? (await log.accept([payload], { express: true })).accepted[0]!.number
  const full = records.map(
    (record): AppendRecord => ({
      type: 'daily',
      summary_id: '2026-07-01',
      part: 'dailies',
      startAt: 0,
      endAt: 1,
      body: '{"a":1}',
      ...record,
    }),
  )
  await log.append([{ ...about, number: accepted, records: full, quarantined: [], notices: [] }], { lease: false })
  return accepted
}
export const bodies = async (row: ConnectionRow) =>
  (await eventLog(house, row).records({ user_id: row.user_id, type: 'daily', startAt: 0, endAt: 10 })).map((record) =>
    JSON.parse(record.body),
  )
export const leased = (answer: LeaseAnswer): Lease => {
  if (answer.kind !== 'lease') throw new Error(`no lease: ${JSON.stringify(answer)}`)
  return answer.lease
}
export const eventsOf = (lease: Lease) =>
  lease.groups.flatMap((group) => group.events).map(({ seq, type, body }) => ({ seq, type, body }))
export const settled = (lease: Lease, more: Partial<Settlement['results'][number]> = {}): Settlement => ({
  lease_id: lease.lease_id,
  destination_id: lease.destination_id,
  epoch: lease.epoch,
  more: true,
  stopped: false,
  results: lease.groups.map((group) => ({
    connection: group.connection,
    lane: group.lane,
    deliveredTo: group.events.at(-1)!.seq,
    attempts: [],
    ...more,
  })),
})
export const failed = (lease: Lease, kind: 'retry' | 'rejected'): Partial<Settlement['results'][number]> => {
  const [first] = lease.groups[0]!.events
  const outcome = kind === 'retry' ? { kind, blame: 'event' as const, reason: 'status 422' } : { kind, reason: 'never' }
  return { deliveredTo: 0, failed: { from: first!.seq, to: first!.seq, status: 422, outcome } }
}
export const drained = async ({ log, destination }: House) => {
  const lease = leased(await log.lease(destination.destination_id))
  await log.settle(settled(lease))
  return eventsOf(lease)
}
