import type { IncomingPayload } from '../shared/source/record.ts'

/** A file that came in, as its cell tells it. Times in epoch ms. */
export interface FileView {
  file_id: string
  user_id: string
  /** receiving: on its way · reading: page by page · processing: all pages are here, some not yet records. */
  state: 'receiving' | 'reading' | 'processing' | 'done' | 'failed'
  format: string
  name: string | null
  bytes: number
  /** How much of it is read, 0–1. */
  share: number
  pages: number
  pages_done: number
  records: number
  quarantined: number
  reason: string | null
  madeAt: number
  endedAt: number | null
}
export type NewFile = Pick<FileView, 'file_id' | 'user_id' | 'format' | 'name'>
/** What is known when all of it is here. `chunks`: 0 of a file that is read at once. */
export interface WholeFile {
  file_id: string
  bytes: number
  hash: string
  chunks: number
}
export type FileAnswer =
  | { kind: 'file'; file: FileView; nudge: boolean }
  /** The same bytes came before: that file goes on. */
  | { kind: 'same'; file: FileView }
  /** No such connection, or no such file any more. */
  | { kind: 'gone' }
  /** The inbox is full. */
  | { kind: 'full' }
export interface FileJob extends NewFile {
  chunks: number
  bytes: number
  hash: string
  /** Committed before: read over. */
  pages: number
  madeAt: number
}
export interface FilePageCommit {
  file_id: string
  /** Its number, from 0. */
  page: number
  payload: IncomingPayload
  share: number
}
export type PageAnswer =
  | { kind: 'taken'; waiting: number; nudge: boolean }
  /** Erased, failed or cancelled meanwhile: stop. */
  | { kind: 'stop' }
  | { kind: 'full' }

/** Of EventLog, about files. */
export interface FileApi {
  /** A file begins to come in. false: no such connection. Key: file_id. */
  beginFile(file: NewFile): Promise<boolean>
  /** All of it is in object storage: the job that reads it is committed. */
  storedFile(whole: WholeFile): Promise<FileAnswer>
  /** A small file with all its pages. */
  takeFile(file: NewFile, whole: WholeFile, payloads: IncomingPayload[]): Promise<FileAnswer>
  /** It did not come in wholly. */
  dropFile(fileId: string): Promise<void>
  /** The right to read a stored file, where nobody else does; then its pages one by one, and its end. */
  leaseFile(fileId: string): Promise<FileJob | undefined>
  commitPage(page: FilePageCommit): Promise<PageAnswer>
  endFile(fileId: string, failed: string | null): Promise<void>
  releaseFile(fileId: string): Promise<void>
  file(fileId: string, userId: string): Promise<FileView | undefined>
}
