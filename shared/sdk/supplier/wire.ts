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
