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
  const byCell = new Map<string, IncomingPayload[]>()
  const strangers: Slice[] = []
  for (const slice of slices) {
    const owners = await ownersOf(env, call.provider, slice.ownerId)
    if (owners.length === 0) strangers.push(slice)
    for (const { user_id, cellName } of owners) {
      const payloads = byCell.get(cellName) ?? []
      payloads.push(payloadOf(call, slice, user_id))
      byCell.set(cellName, payloads)
    }
  }
  const accepted = await Promise.all([...byCell].map(([cell, payloads]) => acceptIn(env, cell, payloads, express)))
  if (accepted.some((one) => one.refused))
    throw new Fault('unavailable', 'the inbox is full; send again later', { 'retry-after': '60' })
  await keepStrangers(
    env,
    call,
    strangers,
    slices,
    accepted.flatMap((one) => one.unknown),
  )
  await crashPoint('after-accept', env)
  return accepted
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

/** An account that no open connection has: its connection may land soon after its first data. */
async function keepStrangers(
  env: Env,
  call: Call,
  strangers: Slice[],
  slices: Slice[],
  closed: string[],
): Promise<void> {
  if (closed.length > 0) for (const slice of slices) forgetOwners(call.provider, slice.ownerId)
  if (strangers.length === 0) return
  const orphans = strangers.map((slice) => {
    const { user_id: _, ...payload } = payloadOf(call, slice, slice.ownerId)
    return { ...payload, ownerId: slice.ownerId }
  })
  await orphanBox(env, call.provider).put(orphans)
}
