import type { Explanation } from '../schema/person/explain.ts'

/** What the API says, as far as the client reads it. */

export interface User {
  user_id: string
  provider: string
  reference_id: string | null
  active?: boolean
  created_at?: string
  scopes?: string | null
  last_webhook_update?: string | null
}
/** `sources`: whose each part of a record is, one for each of `data`. */
export interface MergedView<T> {
  reference_id: string
  type: string
  users: User[]
  data: T[]
  sources: Explanation[]
}
export interface Destination {
  destination_id: string
  type: string
  state?: string
  settings?: Record<string, unknown>
}
export interface NewDestination {
  type: string
  settings: Record<string, unknown>
  secrets?: Record<string, unknown>
  delivery?: Record<string, unknown>
}
export interface UploadedFile {
  file_id: string
  user_id: string
  state: 'receiving' | 'reading' | 'processing' | 'done' | 'failed'
  format: string
  name: string | null
  bytes: number
  percent: number
  pages: number
  pages_done: number
  records: number
  quarantined: number
  reason: string | null
  created_at: string
  ended_at: string | null
}
export interface FeedEvent {
  seq: number
  user_id: string
  type: string
  summary_id: string
  origin: string
  revision: number
  appended_at: string | number
  deleted?: boolean
}
export interface ParkedEvent {
  parked_id: string
  user_id: string
  type: string
  summary_id: string
  seq: number
  reason: string
  status: number | null
  attempts: number
  parked_at: string
  state: string
  trace_id: string
}
/** What parked events are found by. */
export interface ReplayFilter {
  parked_id?: string
  user_id?: string
  type?: string
  status?: number
  text?: string
  from?: string
  to?: string
}
export interface ParkedQuery extends ReplayFilter {
  state?: string
  cursor?: string
  limit?: number
}
export interface BackfillRange {
  from: string
  to?: string
  types?: string[]
  user_id?: string
}
export interface Sending {
  rate_per_second?: number
  dry_run?: boolean
}
export interface Begun {
  dry_run: boolean
  matched: number
  /** false: there are more; `matched` is the least. */
  counted: boolean
  replay_id?: string
}
export interface ReplayJob {
  replay_id: string
  kind: string
  state: 'running' | 'done' | 'cancelled'
  matched: number
  waiting: number
  sending: number
  replayed: number
  superseded: number
  failed: number
  cancelled: number
}
/** Payloads that came in from here on, read again by the maps of now. */
export interface RenormalizationRange {
  provider: string
  from: string
  to?: string
  user_id?: string
  dry_run?: boolean
}
export interface Renormalization {
  renormalization_id: string
  kind: 'renormalization' | 'redrive'
  dry_run: boolean
  state: 'running' | 'done' | 'cancelled'
  /** From 0 to 1. */
  progress: number
  payloads: number
  quarantined: number
  skipped: number
  events: number
  records: Record<
    string,
    {
      changed: number
      added: number
      dropped: number
      fields: Record<string, number>
      samples: { user_id: string; summary_id: string; change: string }[]
    }
  >
}
/** What payloads in quarantine are found by. */
export interface QuarantineFilter {
  payload_id?: string
  user_id?: string
  provider?: string
  resource?: string
  from?: string
  to?: string
}
export interface QuarantinedItem {
  user_id: string
  provider: string
  payload_id: string | null
  resource: string
  path: string
  reason: string
  quarantined_at: string
}
/** An error's body: RFC 9457 with the older members beside it. */
export interface Problem {
  title?: string
  detail?: string
  message?: string
  instance?: string
}

/** What of a day has not arrived. */
interface Pending {
  undelivered: number
  held: number
  parked: number
  expired: number
  complete: boolean
}
export interface ManifestDay extends Pending {
  date: string
  events: number
}
export interface ManifestUser {
  user_id: string
  events: number
  first_seq: number
  last_seq: number
  hash: string
}
export interface Manifest extends Pending {
  destination_id: string
  date: string
  made_at: string
  events: number
  users: ManifestUser[]
  next: string | null
}
/** `signature` is over the bytes of `manifest`, JSON without white space. */
export interface SignedManifest {
  manifest: Manifest
  signature: string
}

/** A span of a user's past that is asked of the provider. */
export interface UserBackfill {
  backfill_id: string
  state: 'running' | 'done' | 'failed' | 'cancelled'
  slices: number
  slices_done: number
  records: number
  reason: string | null
}
/** A synthetic person to connect. */
export interface NewSandboxUser {
  reference_id?: string
  /** A known name, or any other text: a person is made of it. */
  person?: string
  starts_on?: string
  history_days?: number
  /** `as_it_happens`, `fast` (a day a minute), `off`, or payloads an hour. */
  live?: string | number
  anomalies?: string[]
}
export interface SandboxUser {
  user_id: string
  reference_id: string | null
  person: string
  name: string
  time_zone: string
  starts_on: string
  next_day: string
  history_days: number
  live: string | number
  anomalies: string[]
}
export interface SandboxAdvance {
  from: string
  to: string
  payloads: number
  odd: { sent_on: string; date: string; resource: string; as: string }[]
}

export interface InvitedSupplier {
  supplier_id: string
  name: string
  state: string
  /** `token` is shown this once; `url` is the page that takes it. */
  invitation: { token: string; url: string; expires_at: string }
}
export interface JoinedSupplier {
  supplier: { supplier_id: string; name: string; region: string; state: string }
  /** `client_secret` is shown this once. */
  credential: { client_id: string; client_secret: string; environment: string; token_url: string }
}
