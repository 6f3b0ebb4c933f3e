import { runDurableObjectAlarm } from 'cloudflare:test'
import type { AgainAsked } from '../../durable-objects/event-log-api.ts'
import { eventLog } from '../../durable-objects/stubs.ts'
import type { Work } from '../../shared/delivery/lanes.ts'
import type { DeliverySettings, GroupResult, Lease, LeaseAnswer, Settlement } from '../../shared/delivery/types.ts'
import { placeConnection } from '../../workers/cells.ts'
import { delivery } from '../delivery/leases.ts'
import { type Account, house, newAccount, newConnection } from '../house.ts'

/** A cell with one connection and one destination, and what a worker says to it. */

let n = 0
export async function newLog(settings: Partial<DeliverySettings> = {}, who?: Account) {
  const account = who ?? (await newAccount())
  const { developer_id, region } = account.developer
  const cell = await placeConnection(house, account.developer)
  const destination = {
    destination_id: `dst_log_${++n}`,
    developer_id: account.dev_id,
    type: 'webhook',
    version: 1,
    state: 'active' as const,
    settings: {},
    secrets: '',
    delivery: delivery(settings),
  }
  const log = eventLog(house, { developer_id, region, cell })
  await log.setDestination(destination)
  const row = await newConnection(account, { cell })
  return { account, row, log, destination, id: destination.destination_id }
}
export type Log = Awaited<ReturnType<typeof newLog>>

export const leased = (answer: LeaseAnswer): Lease => {
  if (answer.kind !== 'lease') throw new Error(`no lease: ${JSON.stringify(answer)}`)
  return answer.lease
}
export const taken = ({ groups }: Lease): GroupResult[] =>
  groups.map(({ connection, lane, events }) => ({
    connection,
    lane,
    deliveredTo: events.at(-1)!.seq,
    replayed: events.flatMap((event) => event.replayOf ?? []),
    attempts: [],
  }))
/** Refused for good: its first event is parked. */
export const refused = ({ groups }: Lease): GroupResult[] =>
  groups.map(({ connection, lane, events: [first] }) => ({
    connection,
    lane,
    deliveredTo: 0,
    failed: { from: first!.seq, to: first!.seq, status: 422, outcome: { kind: 'rejected', reason: 'never' } },
    attempts: [],
  }))
export const settlement = (
  { lease_id, destination_id, epoch }: Lease,
  results: GroupResult[],
  more: Partial<Settlement> = {},
): Settlement => ({ lease_id, destination_id, epoch, more: false, stopped: false, results, ...more })

/** Sends parked events, or what came before the destination, again. → the seqs, by user */
export async function sentAgain(one: Log, what: AgainAsked): Promise<Record<string, number[]>> {
  const destinationId = one.id
  const { matched } = await one.log.countAgain({ destinationId, what })
  await one.log.startJob({ destinationId, job_id: `rpl_${++n}`, what, rate: 1_000, matched, madeAt: Date.now() })
  await runDurableObjectAlarm(one.log)
  return drain(one, 'again')
}

/** Takes everything that is there. → the seqs, by user */
export async function drain(
  { log, id }: Pick<Log, 'log' | 'id'>,
  work: Work = 'live',
): Promise<Record<string, number[]>> {
  const seqs: Record<string, number[]> = {}
  for (let answer: LeaseAnswer = await log.lease(id, work), turn = 0; answer.kind === 'lease'; turn++) {
    if (turn > 100) throw new Error(`it does not end: ${JSON.stringify(answer)}`)
    for (const { user, events } of answer.lease.groups)
      seqs[user.user_id] = [...(seqs[user.user_id] ?? []), ...events.map(({ seq }) => seq)]
    answer = (await log.settle(settlement(answer.lease, taken(answer.lease), { more: true }))).next
  }
  return seqs
}
