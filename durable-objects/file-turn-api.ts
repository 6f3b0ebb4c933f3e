import type { PullLease } from './pull-api.ts'
import type { UploadLease } from './upload-api.ts'

/** The right to read an upload, or to look for objects of a pull, or to read one of them. */
export type FileLease = UploadLease | PullLease

/** What a supplier's files, those that came in parts and those that we fetch, ask of whoever reads them. */
export interface FileTurnApi {
  /** Nothing while one is read: who has many large files would hold all that read, and those of others would wait. */
  takeFile(): Promise<FileLease | undefined>
  /** There is more than one turn could read. */
  callFileTurn(): Promise<void>
}
