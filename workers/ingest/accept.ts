import type { Env } from '../../durable-objects/env.ts'
import { eventLogNamed, orphanBox } from '../../durable-objects/stubs.ts'
import { crashPoint } from '../../shared/base/crash-point.ts'
import { Fault } from '../../shared/base/fault.ts'
import { sha256 } from '../../shared/base/hash.ts'
import type { Slice } from '../../shared/source/receive.ts'
import type { IncomingPayload, Origin, PendingPayload } from '../../shared/source/record.ts'
import { forgetOwners, ownersOf } from './owners.ts'

/** A cell's accepted payloads, to go on with. */
export interface Accepted {
  cell: string
  pending: PendingPayload[]
  /** Nobody has told the payloads queue lately. */
  nudge: boolean
}
interface Call {
  provider: string
  origin: Origin
  trace: string
  receivedAt: number
}

/** Key: hash of source, owner and the provider's event id or the body. */
const payloadId = (provider: string, userId: string, slice: Slice) =>
  `pay_${sha256(`${provider}/${userId}/${slice.resource}/${slice.eventId ?? slice.body}`).slice(0, 32)}`

/**
 * Commits every slice in its owner's cell, one call per cell; only then may the source get its 2xx. Slices of strangers
 * wait in the orphan box. Throws a Fault 503 where a cell takes no more: the source sends again.
 */
export async function acceptSlices(env: Env, call: Call, slices: Slice[], express: boolean): Promise<Accepted[]> {
  await crashPoint('before-accept', env)
  const first = await toOwners(env, call, slices, express)
  // The look-up was old, the connection is closed: whoever has the account now gets the data.
  const again = await toOwners(env, call, first.missed, express)
  const strangers = slices.filter((slice) => !first.taken.has(slice) && !again.taken.has(slice))
  const landed = strangers.length > 0 ? await keepStrangers(env, call, strangers, express) : []
  await crashPoint('after-accept', env)
  return [...first.accepted, ...again.accepted, ...landed]
}

/** `taken`: in at least one cell. `missed`: a cell said that the connection is closed; the next look-up is a new one. */
async function toOwners(env: Env, call: Call, slices: Slice[], express: boolean) {
  const byCell = new Map<string, { slice: Slice; payload: IncomingPayload }[]>()
  for (const slice of slices)
    for (const { user_id, cellName } of await ownersOf(env, call.provider, slice.ownerId)) {
      const items = byCell.get(cellName) ?? []
      items.push({ slice, payload: payloadOf(call, slice, user_id) })
      byCell.set(cellName, items)
    }
  const taken = new Set<Slice>()
  const missed = new Set<Slice>()
  const accepted = await Promise.all(
    [...byCell].map(async ([cell, items]) => {
      const payloads = items.map((item) => item.payload)
      const { unknown, refused, ...answer } = await acceptIn(env, cell, payloads, express)
      if (refused) throw new Fault('unavailable', 'the inbox is full; send again later', { 'retry-after': '60' })
      const closed = new Set(unknown)
      for (const { slice, payload } of items) (closed.has(payload.user_id) ? missed : taken).add(slice)
      return answer
    }),
  )
  for (const slice of missed) forgetOwners(call.provider, slice.ownerId)
  return { accepted, taken, missed: [...missed] }
}

const payloadOf = ({ origin, trace, receivedAt, provider }: Call, slice: Slice, user_id: string): IncomingPayload => ({
  payload_id: payloadId(provider, user_id, slice),
  user_id,
  kind: slice.kind,
  resource: slice.resource,
  origin,
  body: slice.body,
  trace,
  receivedAt,
})

async function acceptIn(env: Env, cell: string, payloads: IncomingPayload[], express: boolean) {
  const answer = await eventLogNamed(env, cell).accept(payloads, { express })
  const byId = new Map(payloads.map((payload) => [payload.payload_id, payload]))
  const pending = answer.accepted.flatMap(({ payload_id, number, duplicate, provider }) =>
    duplicate ? [] : [{ ...byId.get(payload_id)!, number, provider }],
  )
  return { cell, pending, nudge: answer.nudge, refused: answer.refused, unknown: answer.unknown }
}

/**
 * An account that no open connection has: its connection may land soon after its first data. One that landed meanwhile
 * has looked into the box too early, so it is looked up once more after the data are in.
 */
async function keepStrangers(env: Env, call: Call, strangers: Slice[], express: boolean): Promise<Accepted[]> {
  const orphans = strangers.map((slice) => {
    const { user_id: _, ...payload } = payloadOf(call, slice, slice.ownerId)
    return { ...payload, ownerId: slice.ownerId }
  })
  const box = orphanBox(env, call.provider)
  await box.put(orphans)
  const { accepted, taken } = await toOwners(env, call, strangers, express)
  for (const [i, slice] of strangers.entries())
    if (taken.has(slice)) await box.remove(slice.ownerId, [orphans[i]!.payload_id])
  return accepted
}
