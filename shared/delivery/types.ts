import type { DataType } from '../schema/data-types.ts'
import type { OperationalType } from '../schema/operational-event.ts'
import type { Origin } from '../source/record.ts'

/** The connection as events show it (the wire's `user`). */
export interface WireUser {
  user_id: string
  provider: string
  created_at: string
  reference_id: string | null
  scopes: string | null
  active: boolean
  last_webhook_update: string | null
}

export type LifecycleType =
  | 'auth'
  | 'auth_cancelled'
  | 'deauth'
  | 'user_reauth'
  | 'access_revoked'
  | 'connection_error'
  | 'permission_change'
  | 'large_request_processing'
  | 'large_request_sending'
  | 'healthcheck'
/** Those of destinations are told to whoever names them, and are nobody's. */
export type EventType = DataType | LifecycleType | OperationalType

/** One event of a lease. */
export interface LeasedEvent {
  /** Position in the cell's feed; first arrivals of a connection are in this order. */
  seq: number
  /** The record's own count of changes, from 1. */
  revision: number
  type: EventType
  /** Key of the record; lifecycle events have an id of their own. */
  summary_id: string
  origin: Origin
  /** When the content was appended (ms): the ordering timestamp, the same at each attempt. */
  appendedAt: number
  /** When the source's request came in (ms). */
  receivedAt: number
  trace: string
  /**
   * Data events: the record's JSON, one object of `data[]` (or the athlete). Lifecycle events: the JSON of the whole
   * event without `user`. Undefined: the source deleted the record (tombstone).
   */
  body: string | undefined
  /** seq of the event sent before this one for the connection at this destination; undefined at the first. */
  prevSeq?: number
  /** Set where a request asked for the data (`to_webhook`): all its events share this reference, numbered from 1. */
  request?: { reference: string; chunk: number; chunks: number }
  /** The records of requested data, as they stand in the log; `body` is theirs, joined by commas. */
  requested?: { summary_id: string; seq: number; revision: number; body: string }[]
  /** Sent again: which item of the lane (again.ts). */
  replayOf?: string
}

/** Consecutive events of one connection at one destination: the worker sends them in order, one request at a time. */
export interface LeasedGroup {
  /** The connection's number in the cell. */
  connection: number
  user: WireUser
  /** false: part of the main window; true: the connection is held and goes on in its own lane. */
  lane: boolean
  /** Attempts already made at the first event. */
  attempts: number
  /** seqs of earlier events that were parked and skipped since the last delivery: told in a header. */
  skipped: number[]
  /** Bounds of a parcel tried before: the retry carries the same events, so that its trace id stays. 0 = none. */
  parcelTo: number
  events: LeasedEvent[]
}

export interface Lease {
  /** Random, never reused. */
  lease_id: string
  destination_id: string
  /** No request starts later than this minus the time-out. */
  expiresAt: number
  /** From the gate: answers of an older epoch do not count. */
  epoch: number
  /** What the sender needs to know of the destination, as pushed to the cell (secrets still sealed). */
  destination: CellDestination
  groups: LeasedGroup[]
  /** Bounds of the main window, both inclusive; absent: lanes only. */
  window?: { from: number; to: number }
  /** The destination fails: send one connection at a time and stop at the first failure. */
  careful: boolean
}

/** lease → this, or why there is none. `retryAt`: the cell's alarm looks again by itself. */
export type LeaseAnswer =
  | { kind: 'lease'; lease: Lease }
  | { kind: 'nothing' }
  | { kind: 'busy' }
  | { kind: 'wait'; retryAt: number; reason: 'fence' | 'shut' | 'rate' | 'drains' | 'paused' | 'gather' }

/** What came of one request. `rejected` parks at once: no retry can mend it (ours or the event's own fault). */
export type Outcome =
  | { kind: 'delivered' }
  | { kind: 'retry'; blame: Blame; reason: string; retryAfterMs?: number }
  | { kind: 'rejected'; reason: string }
/** destination counts for the breaker; event does not; ours never counts against the customer. */
export type Blame = 'destination' | 'event' | 'ours'

/** One try, kept and listable. No body of ours, no health value. */
export interface Attempt {
  attempt_id: string
  /** First and last seq of the parcel. */
  from: number
  to: number
  /** How many events it carried of this connection. */
  events: number
  connection: number
  user_id: string
  type: EventType
  trace_id: string
  attempt: number
  startedAt: number
  durationMs: number
  outcome: Outcome['kind']
  status?: number
  reason?: string
  /** Up to RESPONSE_BODY_BYTES of the receiver's answer. Only on failures. */
  response?: string
}

/** The events of one request; `replays`: the items (`replayOf`) in it, where it is sent again. */
export interface Tried {
  from: number
  to: number
  replays?: string[]
}

/** What came of one group of a lease. */
export interface GroupResult {
  connection: number
  lane: boolean
  /** Highest seq that was delivered in this group; 0 = none. */
  deliveredTo: number
  /** The parcel after it that failed (from..to), or that is still unanswered. Absent = all delivered or not started. */
  failed?: Tried & { status?: number; outcome: Exclude<Outcome, { kind: 'delivered' }> }
  /** A request is under way without an answer: the connection becomes held and the lane's lease is handed over. */
  unanswered?: Tried
  /** Of a group that is sent again: which of its items (`replayOf`) were delivered. */
  replayed?: string[]
  /** Not started (out of time, stopped): no attempt counted. */
  unfinished?: boolean
  attempts: Attempt[]
}

export interface Settlement {
  lease_id: string
  destination_id: string
  epoch: number
  results: GroupResult[]
  /** Ask for the next lease in the same call. */
  more: boolean
  /** The worker stopped because too many connections failed. */
  stopped: boolean
  /** A destination that takes windows whole took nothing of this one: nobody is held for it, the window is sent again. */
  failed?: Extract<Outcome, { kind: 'retry' }>
}

export interface SettleAnswer {
  /** false: the lease was not the current one and nothing but the attempts list changed. */
  settled: boolean
  /** Lane leases for the unanswered requests, by connection: settle them when they end. */
  handed: { connection: number; lease_id: string; expiresAt: number }[]
  next: LeaseAnswer
}

/** A destination as a cell knows it: pushed with a version and the seq from which it holds. */
export interface CellDestination {
  destination_id: string
  developer_id: string
  type: string
  version: number
  state: 'active' | 'paused' | 'disabled'
  /** The unit's own settings, validated by its zod schema when saved. */
  settings: Record<string, unknown>
  /** Sealed with the developer's key, base64. */
  secrets: string
  /** Where the deployment was reached when this was saved: for links where no setting says. */
  base_url?: string
  delivery: DeliverySettings
}

/** Settings that every kind of destination has. */
export interface DeliverySettings extends Filter {
  /** The version of the schema that events have there. */
  api_version: string
  /** What is kept of a record; null: all of it. */
  fields: Projection | null
  /** Waits between attempts, ms; empty = the deployment's. */
  retry_schedule_ms: number[]
  timeout_ms: number | null
  /** skip: a parked event lets the lane go on; hold: the lane waits for the developer. */
  on_parked: 'skip' | 'hold'
  /** Events a second at this destination, over all cells. null = unlimited. */
  rate_per_second: number | null
  /** Records of one type and connection in one call. */
  max_records_per_call: number
  /** Webhook batch mode: up to N events of several connections in one call; 1 = off. */
  batch_events: number
  with_samples: boolean
  /** The developer is told when the oldest undelivered event is older than this. null: never. */
  lag_alert_seconds: number | null
}

/** Which events are sent. They hold from the seq at which they were set: the log judges earlier events by the earlier ones. */
export interface Filter {
  /** Empty = all. */
  event_types: string[]
  /** Slugs; empty = all. */
  providers: string[]
  /** Ids of users, or your own ids of them; empty = all. */
  users: string[]
  /** Connections that were granted one of these; empty = all. */
  scopes: string[]
  /** Events of records that the source deleted. */
  deletions: boolean
  /** Nothing is sent but what a test sends; what happens meanwhile is passed over. */
  test_mode: boolean
}

/** Dotted paths into records, by type or for all types as `*`: `{ daily: ['heart_rate_data.summary'] }`. */
export interface Projection {
  /** Only these sections stay, and `metadata`. Types that are not named stay whole. */
  only?: Record<string, string[]>
  /** These are taken out. */
  without?: Record<string, string[]>
}

/** What the gate tells a cell. */
export interface Permit {
  kind: 'granted' | 'shut' | 'wait'
  epoch: number
  /** Valid until, or ask again at (ms). */
  until: number
  /** Events allowed in this time; null = no limit. */
  budget: number | null
  /** One connection at a time, stop at the first failure: a probe, or a destination that is failing. */
  careful: boolean
}

/** What a cell reports to the gate when it asks for or renews a permit. */
export interface CellReport {
  /** Name of the cell's object. */
  cell: string
  destination: CellDestination
  epoch: number
  /** Events settled since the last report. */
  delivered: number
  /** Connections that had a delivery; connections that failed by the destination's fault. */
  connectionsOk: number
  connectionsFailed: number
  /** 410 answers. */
  gone: number
  /** Median answer time of the delivered requests, ms. */
  medianMs: number | null
  /** true: the cell wants to send; false: only reports, and gives its permit back. */
  wants: boolean
}

/** A parked event, as lists show it. */
export interface ParkedEvent {
  parked_id: string
  destination_id: string
  user_id: string
  type: EventType
  summary_id: string
  seq: number
  reason: string
  status: number | null
  attempts: number
  parkedAt: number
  state: 'parked' | 'replaying' | 'replayed' | 'superseded' | 'expired'
  trace_id: string
}
