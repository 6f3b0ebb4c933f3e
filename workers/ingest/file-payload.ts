import { sha256 } from '../../shared/base/hash.ts'
import { type FileDefinition, type FilePage, fileResource } from '../../shared/source/file.ts'
import type { IncomingPayload } from '../../shared/source/record.ts'

/** A page of a file as a payload. Key: file and page, so that one that is read again is the same. */
export const filePayload = (
  format: FileDefinition,
  { file_id, user_id, receivedAt }: { file_id: string; user_id: string; receivedAt: number },
  { resource, body }: FilePage,
  page: number,
): IncomingPayload => ({
  payload_id: `pay_${sha256(`${file_id}/${page}`).slice(0, 32)}`,
  user_id,
  kind: 'push',
  resource: fileResource(format, resource),
  origin: 'backfill',
  body,
  // By which the cell counts what became of it.
  trace: file_id,
  receivedAt,
})
