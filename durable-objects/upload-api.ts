import type { Failure } from '../shared/supply/trouble.ts'
import type { BatchView, NewBatch } from './supplier-desk-api.ts'

export type UploadState = 'open' | 'reading' | 'received' | 'failed' | 'cancelled'
/** What becomes of it when it is complete. */
export type UploadBatch = Omit<NewBatch, 'batch_id' | 'hash' | 'idempotency_key' | 'kind'>
export interface NewUpload {
  upload_id: string
  /** Of all parts. */
  bytes: number
  gzip: boolean
  batch: UploadBatch
}
export interface UploadPart {
  part: number
  bytes: number
  /** sha-256, hex. */
  hash: string
}
export interface UploadView {
  upload_id: string
  contract: string
  state: UploadState
  bytes: number
  parts: UploadPart[]
  batch_id: string | null
  /** Why it failed. */
  reason: string | null
  expires_at: number
}
export type Completed =
  | { kind: 'batch'; batch: BatchView }
  /** The first parts that have not come, or are not as long as they have to be. */
  | { kind: 'missing'; parts: number[] }
  | { kind: 'over'; state: UploadState; reason: string | null }
/** The right to make one's parts into a batch's pieces. */
export interface UploadLease {
  work: 'upload'
  upload_id: string
  batch_id: string
  parts: number
  gzip: boolean
}

/** Files in parts. All calls may be repeated. */
export interface UploadApi {
  /** undefined: there are too many that are not complete. */
  beginUpload(upload: NewUpload): Promise<UploadView | undefined>
  upload(uploadId: string): Promise<UploadView | undefined>
  /** A part is in object storage. → false: nothing is taken any more. */
  partCame(uploadId: string, part: UploadPart): Promise<boolean>
  completeUpload(uploadId: string, batchId: string): Promise<Completed | undefined>
  cancelUpload(uploadId: string): Promise<UploadView | undefined>
  /** It is a batch now; or `reason`: it cannot be read. */
  endUpload(uploadId: string, reason: string | null): Promise<void>
  /** It could not be done now: its batch tells why, and how often. */
  releaseUpload(uploadId: string, failure: Failure): Promise<void>
}
