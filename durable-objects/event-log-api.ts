import type { Work } from '../shared/delivery/lanes.ts'
import type {
  Attempt,
  CellDestination,
  LeaseAnswer,
  ParkedEvent,
  SettleAnswer,
  Settlement,
  WireUser,
} from '../shared/delivery/types.ts'
import type { DataType } from '../shared/schema/data-types.ts'
import type { AppendPayload, IncomingPayload, Origin, PendingPayload } from '../shared/source/record.ts'
import type { FileApi } from './file-api.ts'
import type { LineOutcomes } from './line-outcome.ts'
import type { DayManifest, DaySummary } from './manifest-api.ts'
import type { Lag, News } from './news.ts'
import type { OriginApi } from './origin-api.ts'
import type { NewRerun, QuarantinePage, QuarantineQuery, RerunResult, RerunTurn, RerunView } from './rerun-api.ts'

/** The doors' view of EventLog: one object per cell. All calls may be repeated. */
export interface EventLogApi extends FileApi, OriginApi {
  /**
   * Commits payloads in the inbox. A 2xx to the source may follow only this. `nudge`: send a message on the payloads
   * queue (none while one is due). `express`: the caller goes on at once, so the queue's consumer leaves them alone for
   * some seconds. `quiet`: it sends no message; the next is told to. `work`: a supplier's; what was appended of it is known for
   * two days. `refused`: the inbox is full, answer 503. Unknown connections are `unknown`. */
  accept(payloads: IncomingPayload[], options: { express: boolean; quiet?: true; work?: string }): Promise<AcceptAnswer>
  /** Payloads not yet appended and not handed out in the last few seconds, oldest first, opened. For the queue's consumer. */
  pending(options: { bulk: boolean; limit: number }): Promise<PendingPayload[]>
  /**
   * Commits what normalization made of payloads: records merged by (connection, type, summary_id), new seq only where
   * content changed. `lease`: also lease for each destination with news (saves a call); at most one lease each. `work`: as it
   * was accepted with; what became of its lines is in the answer. */
  append(processed: AppendPayload[], options: { lease: boolean; work?: string }): Promise<AppendAnswer>
  /** Live events, or what is to be sent again. */
  lease(destinationId: string, work?: Work): Promise<LeaseAnswer>
  settle(settlement: Settlement): Promise<SettleAnswer>

  /** A connection is born here, with its data key and its `auth` event (and `user_reauth` first where it replaces one). */
  openConnection(connection: NewConnection): Promise<void>
  updateConnection(userId: string, change: ConnectionChange): Promise<void>
  /** deauth: marks at once (no new accept, append or lease), then erases key and rows when no lease with it is out. Appends the event. */
  closeConnection(userId: string, event: ClosingEvent): Promise<void>
  connection(userId: string): Promise<ConnectionView | undefined>
  /** A sign-in that came to nothing: its place stays closed, and destinations hear `auth_cancelled`. */
  cancelSignIn(signIn: CancelledSignIn): Promise<void>

  /** Records of one connection and type whose interval meets [startAt, endAt), oldest first. Bodies are JSON. */
  records(query: RecordQuery): Promise<StoredRecord[]>
  /** The same for a reader, whose days are counted; no records where they are too many. */
  readRecords(query: RecordQuery & { days: number }): Promise<{ quota: DayQuota; records: StoredRecord[] }>
  /** Queues the records for sending again to all destinations under `reference`; → how many records and events. */
  resend(
    query: RecordQuery & { reference: string; large: boolean; with_samples: boolean; days: number },
  ): Promise<{ quota: DayQuota; records: number; events: number }>
  /** Metadata of the feed after a seq: no bodies. */
  events(query: { afterSeq: number; limit: number; userId?: string }): Promise<FeedEntryView[]>

  /** Writes or changes a destination in this cell; returns when it is durable. Older versions are ignored. */
  setDestination(destination: CellDestination): Promise<void>
  removeDestination(destinationId: string): Promise<void>
  deliveryStatus(destinationId: string): Promise<DeliveryStatus>
  attempts(query: { destinationId: string; userId?: string; limit: number }): Promise<Attempt[]>
  /** A page of them by time, and how far it looked: a page that is not full may be followed by others. */
  parked(query: ParkedQuery): Promise<ParkedPage>
  parkedEvent(query: { destinationId: string; parkedId: string; body: boolean }): Promise<ParkedDetail | undefined>
  /** Counts what a job would send, by slices: asked again from `to` until that is null. */
  countAgain(asked: { destinationId: string; what: AgainAsked; from?: ParkedPlace }): Promise<CountedSlice>
  /** Begins to send again. Key: job_id. */
  startJob(job: NewJob): Promise<void>
  /** What becomes of jobs, the newest first. */
  jobs(query: { destinationId: string; jobId?: string }): Promise<JobView[]>
  /** Nothing more of it goes into lanes; what is on its way arrives. */
  cancelJob(query: { destinationId: string; jobId: string }): Promise<JobView | undefined>
  /** What a destination got of a day (days since 1970, UTC): users after a connection's number, with what is missing. */
  dayManifest(query: { destinationId: string; day: number; after: number; limit: number }): Promise<DayManifest>
  daySummaries(destinationId: string): Promise<DaySummary[]>
  /** A page of items that did not normalize, the newest payloads first. */
  quarantined(query: QuarantineQuery): Promise<QuarantinePage>
  /** Begins to run kept payloads again. Key: job_id. */
  startRerun(job: NewRerun): Promise<void>
  reruns(query: { jobId?: string }): Promise<RerunView[]>
  cancelRerun(query: { jobId: string }): Promise<RerunView | undefined>
  /** For the queue's consumer: what to run next; undefined: the job is over. */
  nextRerun(query: { jobId: string }): Promise<RerunTurn | undefined>
  /** What became of it. → whether the job goes on */
  rerun(result: RerunResult): Promise<boolean>

  /** Appends an event about one of the developer's destinations, where one asks for it by its name. Key: event_id. */
  tell(news: News): Promise<void>
  /** For the sweep from outside: age of the oldest unfinished item of each stage; looking also restarts what stood still. */
  health(): Promise<CellHealth>
}

export type AcceptAnswer = {
  /** `done`: its records are appended. */
  accepted: { payload_id: string; number: number; duplicate: boolean; done: boolean; provider: string }[]
  unknown: string[]
  refused: boolean
  nudge: boolean
}
export interface AppendAnswer {
  /** New seqs. */
  events: number
  leases: LeaseAnswer[]
  /** Destinations with news that got no lease here and have no drain: send a nudge for each. */
  nudge: string[]
  /** By payload number, of records that came with the line of a batch. */
  outcomes?: Record<number, LineOutcomes>
}
export interface NewConnection {
  user_id: string
  provider: string
  resource: string
  reference_id: string | null
  scopes: string[]
  createdAt: number
  widget_session_id?: string
  flow_id?: string
  /** The connection that this one replaces. */
  old_user?: WireUser
}
export interface CancelledSignIn {
  user_id: string
  reference_id: string | null
  flow_id: string
  reason: string
}
/** `silent`: another event tells of it (the connection was replaced). */
export interface ClosingEvent {
  type: 'deauth' | 'access_revoked'
  message: string
  silent: boolean
}
export interface ConnectionChange {
  reference_id?: string | null
  scopes?: string[]
  active?: boolean
  /** A lifecycle event that goes with the change. */
  event?: {
    type:
      | 'permission_change'
      | 'connection_error'
      | 'access_revoked'
      | 'large_request_processing'
      | 'large_request_sending'
    message: string
    fields?: Record<string, unknown>
  }
}
export interface ConnectionView {
  user: WireUser
  provider: string
  state: 'active' | 'inactive' | 'closing' | 'closed'
  /** Newest datum per type (end of its interval, ms). */
  newestAt: Partial<Record<DataType, number>>
  lastEventAt: number | null
}
export interface RecordQuery {
  user_id: string
  type: DataType
  startAt: number
  endAt: number
  /** Only records whose local start date is in these days, both included. */
  firstDay?: string
  lastDay?: string
}
/** Days that a user's readers may still ask for in this hour. */
export interface DayQuota {
  allowed: boolean
  limit: number
  remaining: number
  resetAfterS: number
}
export interface StoredRecord {
  summary_id: string
  seq: number
  revision: number
  startAt: number
  endAt: number
  body: string
}
export interface FeedEntryView {
  seq: number
  user_id: string
  type: string
  summary_id: string
  origin: Origin
  revision: number
  appendedAt: number
  deleted: boolean
}
export interface DeliveryStatus {
  destination_id: string
  cursor: number
  head: number
  /** Events behind the head that are still owed. */
  lag: number
  held: { user_id: string; fromSeq: number; attempts: number; nextTryAt: number; reason: string }[]
  parked: number
  oldestUndeliveredAt: number | null
}
export interface ParkedFilter {
  parkedId?: string
  userId?: string
  type?: string
  status?: number
  /** Part of the reason, or of the receiver's last answer; in any case. */
  text?: string
  state?: ParkedEvent['state']
  fromAt?: number
  toAt?: number
}
/** Where a reader of the list is: after this event. */
export interface ParkedPlace {
  at: number
  id: string
}
export interface ParkedQuery extends ParkedFilter {
  destinationId: string
  after?: ParkedPlace
  limit: number
}
export interface ParkedPage {
  events: ParkedEvent[]
  /** null: nothing is after it. */
  to: ParkedPlace | null
}
export interface ParkedDetail extends ParkedEvent {
  /** Attempt by attempt, the oldest first. */
  tried: Attempt[]
  revision: number
  origin: Origin
  appendedAt: number
  receivedAt: number
  /** Interval of its content. */
  startAt: number
  endAt: number
  bytes: number
  deleted: boolean
  /** The record has content that came later. */
  newer: boolean
  job_id: string | null
  /** JSON, where it was asked for; null: it is kept no more, or there is none. */
  body?: string | null
}
/** Records by their own time, and the people they are of. */
export interface RecordRange {
  startAt: number
  endAt: number
  /** Empty: all. */
  types: string[]
  userId?: string
}
export type AgainAsked = { kind: 'replay'; filter: ParkedFilter } | { kind: 'backfill'; range: RecordRange }
export interface NewJob {
  destinationId: string
  job_id: string
  what: AgainAsked
  rate: number
  /** As counted before. */
  matched: number
  madeAt: number
}
export interface CountedSlice {
  matched: number
  to: ParkedPlace | null
}
export interface JobView {
  job_id: string
  kind: 'replay' | 'backfill'
  state: 'running' | 'done' | 'cancelled'
  rate: number
  madeAt: number
  endedAt: number | null
  asked: ParkedFilter | RecordRange
  matched: number
  /** Not in a lane yet. */
  waiting: number
  /** In lanes. */
  sending: number
  replayed: number
  superseded: number
  failed: number
  cancelled: number
}
export interface CellHealth {
  cell: string
  connections: number
  bytes: number
  inboxPayloads: number
  oldestInboxAt: number | null
  oldestUndeliveredAt: number | null
  /** Of destinations that want to be told when they lag. */
  lags: Lag[]
  parked: number
  /** SQL rows written by this object since it started, by purpose: for the benchmark. */
  rowsWritten: Record<string, number>
  alarmsSet: number
}
