import { dayOf } from '../../shared/base/time.ts'
import type { LeasedGroup, SettleAnswer, Settlement } from '../../shared/delivery/types.ts'
import type { Destination } from './destinations.ts'

/** An event that is out with a lease. */
export interface GivenEvent {
  connection: number
  lane: boolean
  seq: number
  /** Of its ordering time: days since 1970, UTC. */
  day: number
  replayOf: string | undefined
}

/** Remembers what a lease holds, for when it is settled; what went with leases that ran out is forgotten. */
export function giveOut(destination: Destination, leaseId: string, groups: LeasedGroup[]): void {
  const { given, leases } = destination
  for (const id of given.keys()) if (!leases.byId.has(id)) given.delete(id)
  given.set(
    leaseId,
    groups.flatMap(({ connection, lane, events }) =>
      events.map(({ seq, appendedAt, replayOf }) => ({ connection, lane, seq, day: dayOf(appendedAt), replayOf })),
    ),
  )
}

/** What a settlement says was taken, before it is settled: each seq once, whatever was sent twice. */
export function takenOf(destination: Destination, { lease_id, results }: Settlement): GivenEvent[] {
  const { given, state } = destination
  const result = new Map(results.map((one) => [`${one.connection}/${one.lane}`, one]))
  return (given.get(lease_id) ?? []).filter(({ connection, lane, seq, replayOf }) => {
    const { deliveredTo = 0, replayed = [] } = result.get(`${connection}/${lane}`) ?? {}
    if (replayOf !== undefined) return replayed.includes(replayOf)
    return seq <= deliveredTo && seq > (state.sent.get(connection) ?? 0)
  })
}

/** What is unanswered goes on with the leases of its lanes. */
export function handOn(destination: Destination, { lease_id, results }: Settlement, handed: SettleAnswer['handed']) {
  const { given } = destination
  const events = given.get(lease_id) ?? []
  given.delete(lease_id)
  for (const { connection, lease_id: id } of handed) {
    const open = results.find((one) => one.connection === connection && one.unanswered)?.unanswered
    const rest = events.filter((one) => one.connection === connection && open && one.seq >= open.from)
    given.set(
      id,
      rest.map((one) => ({ ...one, lane: true })),
    )
  }
}
