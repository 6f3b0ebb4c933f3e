import type { DataType } from '../schema/data-types.ts'

/** Why the data came: judged by bulk queues, shown with the event. */
export type Origin = 'live' | 'backfill' | 'replay' | 'correction'

/** One normalized item, as the source kit hands it to the log. */
export interface NormalizedRecord {
  type: DataType
  /** Natural key within (connection, type): the provider's id (globally unique), the local date, or `athlete`. */
  summary_id: string
  /** Which of the provider's resources it came from (`dailies`, `stressDetails`): parts of one record are merged. */
  part: string
  /** The schema's object; undefined where the source deleted it. */
  data: object | undefined
  /** Half-open interval of the data, epoch ms. */
  startAt: number
  endAt: number
  /** In a supplier's batch: which of its records this came of. What becomes of it is told by that. */
  line?: number
  /** Which one of its key it is, where the source itself tells it: the higher one stays, in whatever order they come. */
  version?: number
  /** The first content of its key stays. */
  once?: true
}

/** An item that did not normalize: kept with its reason, the rest of the payload goes on. */
export interface QuarantinedItem {
  /** JSON pointer of the item in the payload. */
  path: string
  /** What is wrong, with field and kind of value but never the value. */
  reason: string
}

/** What a source says about the connection itself. */
export type LifecycleNotice =
  | { kind: 'access_revoked' }
  | { kind: 'permission_change'; scopes: string[] }
  | { kind: 'connection_error'; reason: string }

/** A payload as a door hands it to its owner's cell. */
export interface IncomingPayload {
  /** hash(source, owner, provider's event id or body): a second arrival within PAYLOAD_DEDUPE_MS is the same payload. */
  payload_id: string
  user_id: string
  /** How it came: whole data pushed, a notification to fetch by, or the data so fetched. */
  kind: 'push' | 'notice' | 'fetched'
  /** The provider's resource or notification type, for the provider's table to read it by. */
  resource: string
  origin: Origin
  /** The bytes as they came, UTF-8 (form bodies too). */
  body: string
  /** Trace id from the source's request to the landed attempt. */
  trace: string
  receivedAt: number
  /**
   * Its records' place in the source order, where that is another than its own number: what was fetched keeps the number of
   * the notification that asked for it; what was kept back, its place between those that came before and after it.
   */
  parent?: number
  /** Records of the connection from before this wait in a quarantine, and may still come. */
  heldBefore?: true
}

/** A payload that waits in the inbox for normalization. */
export interface PendingPayload extends IncomingPayload {
  /** Its number in the cell; records keep it, and content from a lower number never replaces a higher one's. */
  number: number
  provider: string
}

/** What became of one payload. */
export interface ProcessedPayload {
  number: number
  user_id: string
  origin: Origin
  trace: string
  records: NormalizedRecord[]
  quarantined: QuarantinedItem[]
  notices: LifecycleNotice[]
}

/** A record on its way to the log: stringified once, here; the log and the destinations pass the text on. */
export type AppendRecord = Omit<NormalizedRecord, 'data'> & { body: string | undefined }
export type AppendPayload = Omit<ProcessedPayload, 'records'> & {
  receivedAt: number
  records: AppendRecord[]
  /** As it was accepted with; the inbox knows it only until it is appended. */
  parent?: number
}

export const toText = ({ data, ...record }: NormalizedRecord): AppendRecord => ({
  ...record,
  body: data === undefined ? undefined : JSON.stringify(data),
})
/** What `EventLog.append` takes. */
export const toAppend = (processed: ProcessedPayload, receivedAt: number): AppendPayload => ({
  ...processed,
  receivedAt,
  records: processed.records.map(toText),
})
