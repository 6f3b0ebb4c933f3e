import { sha256 } from '../base/hash.ts'
import { CHUNK_BYTES } from '../base/limits.ts'
import { dayOf } from '../base/time.ts'
import { DATA_TYPES, type DataType } from '../schema/data-types.ts'
import { isOperational } from '../schema/operational-event.ts'
import type { Parcel } from './define.ts'
import { type Shape, shaped } from './shape.ts'
import type { DeliverySettings, LeasedEvent, LeasedGroup, WireUser } from './types.ts'

export const isData = (type: string): type is DataType => (DATA_TYPES as readonly string[]).includes(type)
type Cut = Pick<DeliverySettings, 'max_records_per_call'> & Shape

/**
 * The sends of a group, in order: consecutive records of one type in one call; lifecycle events, athletes, deletions and
 * requested data alone. Bodies are put together from the records' own JSON. A parcel that was tried before keeps its bounds.
 */
export function parcels(group: LeasedGroup, destinationId: string, shape: Cut): Parcel[] {
  const runs: LeasedEvent[][] = []
  let bytes = 0
  for (const event of group.events) {
    const last = runs.at(-1)
    const before = last?.at(-1)
    const joins =
      before !== undefined &&
      last!.length < shape.max_records_per_call &&
      bytes + (event.body?.length ?? 0) <= CHUNK_BYTES &&
      joinable(before) &&
      joinable(event) &&
      before.type === event.type &&
      // A day's manifest is compared with what calls of that day brought.
      dayOf(before.appendedAt) === dayOf(event.appendedAt) &&
      (group.parcelTo === 0 || before.seq > group.parcelTo || event.seq <= group.parcelTo)
    if (joins) {
      last!.push(event)
      bytes += event.body!.length
    } else {
      runs.push([event])
      bytes = event.body?.length ?? 0
    }
  }
  return runs.map((run, i) => parcel(group, destinationId, run, i === 0 ? group.skipped : [], shape))
}

const joinable = (event: LeasedEvent) =>
  isData(event.type) &&
  event.type !== 'athlete' &&
  event.body !== undefined &&
  !event.request &&
  event.origin !== 'replay'

function parcel(group: LeasedGroup, destinationId: string, run: LeasedEvent[], skipped: number[], shape: Cut): Parcel {
  const [first] = run as [LeasedEvent]
  const { user } = group
  const seqs = run.map((event) => event.seq)
  const trace_id = traceId(first, destinationId, user.user_id, seqs)
  return {
    trace_id,
    reference: first.request?.reference ?? trace_id,
    type: first.body === undefined ? 'deletion' : first.type,
    body: bodyOf(user, run, shape),
    user_id: user.user_id,
    connection: group.connection,
    seqs,
    prevSeq: first.prevSeq,
    skipped,
    origin: first.origin,
    orderingTimestamp: Math.max(...run.map((event) => event.appendedAt)),
    receivedAt: Math.min(...run.map((event) => event.receivedAt)),
  }
}

function traceId({ request }: LeasedEvent, destinationId: string, userId: string, seqs: number[]): string {
  if (request && request.chunks > 0) return `${request.reference}:chunk:${request.chunk}`
  if (request && request.chunk > 0) return request.reference
  return eventId(destinationId, userId, seqs)
}

/** Stable over retries, whatever else is sent beside it. */
export const eventId = (destinationId: string, userId: string, seqs: number[]): string =>
  `evt_${sha256(`${destinationId}/${userId}/${seqs.join(',')}`).slice(0, 32)}`

/** The JSON of an event of these records. */
export function bodyOf(user: WireUser, run: LeasedEvent[], shape: Shape): string {
  const [first] = run as [LeasedEvent]
  const head = `{"type":${JSON.stringify(first.type)},"user":${JSON.stringify(user)}`
  if (first.body === undefined)
    return `{"type":"deletion","user":${JSON.stringify(user)},"version":"${shape.api_version}","data_type":"${first.type}","summary_ids":${JSON.stringify(run.map((event) => event.summary_id))}}`
  // Lifecycle events come whole, but for the user; these have none, or name two of their own.
  if (first.type === 'auth_cancelled' || first.type === 'user_reauth' || isOperational(first.type)) return first.body
  if (!isData(first.type)) return `{"user":${JSON.stringify(user)},${first.body.slice(1)}`
  const texts = run.flatMap((event) => recordTexts(event, shape))
  if (first.type === 'athlete') return `${head},"version":"${shape.api_version}","athlete":${texts[0]}}`
  return `${head},"version":"${shape.api_version}","data":[${texts.join(',')}]}`
}

/** The records of a data event, as the destination wants them. A request says itself whether it wants samples. */
export function recordTexts(event: LeasedEvent, shape: Shape): string[] {
  const type = event.type as DataType
  if (event.requested)
    return event.requested.map((record) => shaped(type, record.body, { ...shape, with_samples: true }))
  return [shaped(type, event.body!, shape)]
}

/** What a call of several events says of each, as the headers of a call with one do. */
const about = (part: Parcel) => ({
  user_id: part.user_id,
  trace_id: part.trace_id,
  seqs: part.seqs,
  ...(part.prevSeq !== undefined && { prev_seq: part.prevSeq }),
  ...(part.skipped.length > 0 && { skipped: part.skipped }),
  origin: part.origin,
  ordering_timestamp: part.orderingTimestamp,
  received_at: part.receivedAt,
})

/** Batch mode: several connections' parcels in one call, order kept. `deliveries` says of each event what headers would. */
export function batch(parts: Parcel[], apiVersion: string): Parcel {
  const trace_id = `bat_${sha256(parts.map((part) => part.trace_id).join()).slice(0, 32)}`
  const [first] = parts as [Parcel]
  return {
    ...first,
    trace_id,
    reference: trace_id,
    type: 'batch',
    body: `{"type":"batch","version":"${apiVersion}","deliveries":${JSON.stringify(parts.map(about))},"events":[${parts.map((part) => part.body).join(',')}]}`,
    parts,
    seqs: parts.flatMap((part) => part.seqs),
    prevSeq: undefined,
    skipped: parts.flatMap((part) => part.skipped),
    orderingTimestamp: Math.max(...parts.map((part) => part.orderingTimestamp)),
    receivedAt: Math.min(...parts.map((part) => part.receivedAt)),
  }
}

/** What stands before them in a batch, and nowhere else before: in texts, quotes are escaped. */
const EVENTS = '"events":['
/** The same batch of other bodies. */
export const batchOf = ({ body }: Parcel, bodies: string[]): string =>
  `${body.slice(0, body.indexOf(EVENTS) + EVENTS.length)}${bodies.join(',')}]}`
