import type { OutcomeCounts, OutcomeName, ReportLine } from '../../supply/report.ts'

/** What suppliers are answered, as the API writes it. */

export type { OutcomeCounts, OutcomeName, ReportLine }
export type BatchState = 'receiving' | 'queued' | 'processing' | 'done' | 'refused' | 'failed' | 'cancelled'
export interface Batch {
  batch_id: string
  contract: string
  state: BatchState
  /** Of one that was refused or has failed. */
  reason?: string | null
  records: number
  counts?: OutcomeCounts
  /** Its next records cannot be taken for a reason of the platform's; it is tried again by itself. */
  trouble?: { since: string; tries: number; reason: string; next_try_at: string } | null
  /** Of one that was fetched from a bucket, where it is asked for by its id: the object that it was. */
  object?: { pull_id: string; key?: string | undefined; etag?: string | undefined; modified_at: string } | null
}
/** What a dry run says: nothing is stored. */
export interface DryRun {
  records: number
  counts: OutcomeCounts
  lines?: ReportLine[]
}
export interface Account {
  supplier_id: string
  name: string
  region: string
  state: string
  environment: 'sandbox' | 'production'
  developer: string
  scopes: string[]
  ingest_url: string
}
export interface Upload {
  upload_id: string
  state: string
  /** Of every part but the last. */
  part_bytes: number
  parts: { part: number; bytes: number; digest?: string }[]
}
export interface Subject {
  subject: string
  reference_id?: string
  consent?: string
}
/** The right to send live samples of one subject. */
export interface LiveStream {
  /** For one socket. */
  token: string
  /** `wss://…/connect` */
  url: string
  /** Until then the token lets in; and the socket is closed then. */
  expires_at: string
  ends_at: string
  subject: string
  types: string[]
}
/** Objects of a bucket that are fetched as they are written. */
export interface Pull {
  pull_id: string
  state: 'active' | 'paused'
  contract: string
  bucket: string
  region: string
  endpoint: string | null
  path_style: boolean | null
  prefix: string
  suffix: string
  every_minutes: number
  since: string | null
  mode: 'partial' | 'strict' | null
  origin: 'live' | 'backfill'
  access_key_id: string
  created_at: string
  /** When all of the prefix was seen last. */
  looked_at: string | null
  next_look_at: string | null
  /** What keeps the objects away; it is tried again by itself. */
  problem: { message: string; since: string; times: number } | null
  objects: Record<PulledState, number>
}
export interface BucketKeys {
  access_key_id: string
  secret_access_key: string
  session_token?: string
}
export type NewPull = Pick<Pull, 'contract' | 'bucket' | 'region'> &
  Partial<Pick<Pull, 'prefix' | 'suffix' | 'every_minutes' | 'origin'>> & {
    endpoint?: string
    path_style?: boolean
    since?: string
    mode?: 'partial' | 'strict'
  } & BucketKeys
/** What is left out stays; keys come together. */
export type PullChange = Partial<Pick<NewPull, 'contract' | 'suffix' | 'every_minutes' | 'origin'>> &
  Partial<Pick<Pull, 'state' | 'mode'>> &
  (BucketKeys | { [name in keyof BucketKeys]?: never })
export type PulledState = 'waiting' | 'taken' | 'failed'
export interface PulledObject {
  key: string
  etag: string
  bytes: number
  modified_at: string
  state: PulledState
  batch_id: string | null
  /** Why it failed. */
  reason: string | null
}
/** RFC 9457, and a word for programs. */
export interface SupplierProblem {
  status?: number
  title?: string
  detail?: string
  code?: string
  /** Of a call at another region's host: the right one. */
  host?: string
  [more: string]: unknown
}
/** Every batch ends in one of these. */
export const ENDED: readonly BatchState[] = ['done', 'refused', 'failed', 'cancelled']
