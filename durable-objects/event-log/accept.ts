import { INBOX_BYTES, NUDGE_LIFETIME_MS } from '../../shared/base/limits.ts'
import type { IncomingPayload, PendingPayload } from '../../shared/source/record.ts'
import type { AcceptAnswer } from '../event-log-api.ts'
import type { Cell } from './cell.ts'
import type { CellConnection } from './connections.ts'
import type { Batch } from './group-commit.ts'
import { sealText, unsealText } from './keys.ts'
import { appendedBefore, shortId } from './outcomes.ts'

export const payloadContext = (payloadId: string) => `payload/${payloadId}`
const takes = (connection: CellConnection | undefined) => connection?.state === 'active'

/** Key: payload_id. The second arrival of a payload is answered with the number of the first. */
export async function accept(
  cell: Cell,
  payloads: IncomingPayload[],
  options: { express: boolean; quiet?: true; work?: string },
  /** Committed with them, or not at all. */
  also?: (batch: Batch) => void,
): Promise<AcceptAnswer> {
  const bulk = payloads.some((payload) => payload.origin !== 'live')
  const unknown = payloads
    .filter((payload) => !takes(cell.connections.of(payload.user_id)))
    .map((payload) => payload.user_id)
  const known = payloads.flatMap((payload) => {
    const connection = cell.connections.of(payload.user_id)
    return connection && takes(connection) ? [{ payload, connection }] : []
  })
  if (cell.inbox.bytes > (bulk ? INBOX_BYTES / 2 : INBOX_BYTES))
    return { accepted: [], unknown, refused: true, nudge: false }
  if (known.length === 0) return { accepted: [], unknown, refused: false, nudge: false }
  await cell.keys.load(known.map(({ connection }) => connection.number))
  const accepted = await cell.commit.run((batch) => {
    also?.(batch)
    const { express, work } = options
    const earlier = work === undefined ? undefined : appendedBefore(cell, work)
    return known.map((item) => acceptOne(cell, batch, item, { express, work, earlier }))
  })
  const now = cell.now()
  cell.arm(now + cell.watchdogMs)
  return { accepted, unknown, refused: false, nudge: !options.quiet && takeNudge(cell, bulk ? 'bulk' : 'live', now) }
}

function acceptOne(
  cell: Cell,
  batch: Batch,
  { payload, connection }: { payload: IncomingPayload; connection: CellConnection },
  { express, work, earlier }: { express: boolean; work: string | undefined; earlier: Map<string, number> | undefined },
) {
  const { body, user_id, ...about } = payload
  const { payload_id } = about
  const { provider } = connection
  const before = cell.inbox.numberOf(payload_id, cell.now()) ?? earlier?.get(shortId(payload_id))
  const known = before ?? batch.ids.get(payload_id)
  if (known !== undefined) {
    const done = before !== undefined && !cell.inbox.waiting.has(before)
    return { payload_id, number: known, duplicate: true, done, provider }
  }
  const key = cell.keys.of(connection.number)
  if (!key) throw new Error(`connection ${user_id} has no data key`)
  const number = cell.inbox.takeNumber()
  batch.ids.set(payload_id, number)
  batch.accepted.push({
    about: { ...about, number, connection: connection.number, ...(work !== undefined && { work }) },
    sealed: sealText(key, body, payloadContext(payload_id)),
    express: express && about.origin === 'live',
  })
  return { payload_id, number, duplicate: false, done: false, provider }
}

/** true: nobody has said "look" lately. */
function takeNudge(cell: Cell, kind: 'live' | 'bulk', now: number): boolean {
  if (cell.payloadNudgeUntil[kind] > now) return false
  cell.payloadNudgeUntil[kind] = now + NUDGE_LIFETIME_MS
  return true
}

/** What is handed out ends after this many characters: with the largest payload on top it still fits into one call (32 MB). */
export const HANDED_SIZE = 4 * 1024 * 1024

/** Opens what waits in the inbox, for the queue's consumer. What cannot be opened any more is dropped and counted. */
export async function pending(
  cell: Cell,
  { bulk, limit }: { bulk: boolean; limit: number },
): Promise<PendingPayload[]> {
  const now = cell.now()
  const handed = cell.inbox.hand(bulk, limit, now)
  cell.payloadNudgeUntil[bulk ? 'bulk' : 'live'] = 0
  if (cell.inbox.waiting.size > 0) cell.arm(now + cell.watchdogMs)
  await cell.keys.load(handed.map((about) => about.connection))
  let size = 0
  return handed.flatMap((about) => {
    const { number, connection, ...rest } = about
    if (size > HANDED_SIZE) {
      cell.inbox.giveBack(number)
      return []
    }
    const owner = cell.connections.numbered(connection)
    const key = cell.keys.of(connection)
    const sealed = cell.inbox.sealed(number)
    if (!owner || owner.state === 'closing' || owner.state === 'closed' || !key || !sealed) {
      cell.inbox.done(number)
      cell.droppedPayloads++
      return []
    }
    const body = unsealText(key, sealed, payloadContext(about.payload_id))
    size += body.length
    return [{ ...rest, number, body, user_id: owner.user_id, provider: owner.provider }]
  })
}
