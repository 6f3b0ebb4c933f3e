import { sha256 } from '../base/hash.ts'
import { CHUNK_BYTES } from '../base/limits.ts'
import { DATA_TYPES, type DataType } from '../schema/data-types.ts'
import { withoutSamples } from '../schema/sample-paths.ts'
import { API_VERSION } from '../schema/version.ts'
import type { Parcel } from './define.ts'
import type { DeliverySettings, LeasedEvent, LeasedGroup, WireUser } from './types.ts'

const isData = (type: string): type is DataType => (DATA_TYPES as readonly string[]).includes(type)
type Shape = Pick<DeliverySettings, 'max_records_per_call' | 'with_samples'>

/**
 * The sends of a group, in order: consecutive records of one type in one call; lifecycle events, athletes, deletions and
 * requested data alone. Bodies are put together from the records' own JSON. A parcel that was tried before keeps its bounds.
 */
export function parcels(group: LeasedGroup, destinationId: string, shape: Shape): Parcel[] {
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
  isData(event.type) && event.type !== 'athlete' && event.body !== undefined && !event.request && !event.replayOf

function parcel(
  group: LeasedGroup,
  destinationId: string,
  run: LeasedEvent[],
  skipped: number[],
  shape: Shape,
): Parcel {
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
  return `evt_${sha256(`${destinationId}/${userId}/${seqs.join(',')}`).slice(0, 32)}`
}

function bodyOf(user: WireUser, run: LeasedEvent[], { with_samples }: Shape): string {
  const [first] = run as [LeasedEvent]
  const head = `{"type":${JSON.stringify(first.type)},"user":${JSON.stringify(user)}`
  if (first.body === undefined)
    return `{"type":"deletion","user":${JSON.stringify(user)},"version":"${API_VERSION}","data_type":"${first.type}","summary_ids":${JSON.stringify(run.map((event) => event.summary_id))}}`
  // Lifecycle events come whole, but for the user; these have none, or name two of their own.
  if (first.type === 'auth_cancelled' || first.type === 'user_reauth') return first.body
  if (!isData(first.type)) return `{"user":${JSON.stringify(user)},${first.body.slice(1)}`
  const type = first.type
  const texts = run.map((event) => (with_samples || event.request ? event.body! : stripped(type, event.body!)))
  if (type === 'athlete') return `${head},"version":"${API_VERSION}","athlete":${texts[0]}}`
  return `${head},"version":"${API_VERSION}","data":[${texts.join(',')}]}`
}
const stripped = (type: DataType, body: string) => JSON.stringify(withoutSamples(type, JSON.parse(body)))

/** Batch mode: several connections' parcels in one call, order kept. */
export function batch(parts: Parcel[]): Parcel {
  const trace_id = `bat_${sha256(parts.map((part) => part.trace_id).join()).slice(0, 32)}`
  const [first] = parts as [Parcel]
  return {
    ...first,
    trace_id,
    reference: trace_id,
    type: 'batch',
    body: `{"type":"batch","version":"${API_VERSION}","events":[${parts.map((part) => part.body).join(',')}]}`,
    seqs: parts.flatMap((part) => part.seqs),
    prevSeq: undefined,
    skipped: parts.flatMap((part) => part.skipped),
    orderingTimestamp: Math.max(...parts.map((part) => part.orderingTimestamp)),
    receivedAt: Math.min(...parts.map((part) => part.receivedAt)),
  }
}
