import type { Caller } from './caller.ts'
import { digestOf } from './packed.ts'
import type { Batch, Upload } from './wire.ts'

export interface UploadOptions {
  /** Of an upload that broke off: only what is missing is sent. */
  uploadId?: string
  /** Named as soon as it is known: with it the upload goes on after a crash. */
  onBegun?(uploadId: string): void
  onPart?(part: { part: number; of: number }): void
  mode?: 'strict' | 'partial'
  origin?: 'backfill'
  gzip?: boolean
}

const PART_TIMEOUT_MS = 10 * 60_000

/** A file of any size, NDJSON or a JSON array, packed with gzip or not: in parts, each of which may be sent again. */
export async function upload(
  caller: Caller,
  contract: string,
  file: Blob,
  { uploadId, onBegun, onPart, mode, origin, gzip }: UploadOptions = {},
): Promise<Batch> {
  const begun = uploadId
    ? await caller.json<Upload>({ method: 'GET', path: pathOf(uploadId), repeatable: true })
    : await caller.json<Upload>({
        method: 'POST',
        path: `/v2/ingest/${encodeURIComponent(contract)}/uploads`,
        body: JSON.stringify({
          bytes: file.size,
          ...(gzip && { encoding: 'gzip' }),
          ...(mode && { mode }),
          ...(origin && { origin }),
        }),
        headers: { 'idempotency-key': crypto.randomUUID() },
        repeatable: true,
      })
  onBegun?.(begun.upload_id)
  const of = Math.max(1, Math.ceil(file.size / begun.part_bytes))
  const there = new Map(begun.parts.map((part) => [part.part, part.bytes]))
  for (let part = 1; part <= of; part++) {
    const slice = file.slice((part - 1) * begun.part_bytes, part * begun.part_bytes)
    if (there.get(part) !== slice.size) await sendPart(caller, begun.upload_id, part, slice)
    onPart?.({ part, of })
  }
  return caller.json<Batch>({
    method: 'POST',
    path: `${pathOf(begun.upload_id)}/complete`,
    body: '{}',
    repeatable: true,
  })
}

async function sendPart(caller: Caller, uploadId: string, part: number, slice: Blob): Promise<void> {
  const bytes = new Uint8Array(await slice.arrayBuffer())
  await caller.send({
    method: 'PUT',
    path: `${pathOf(uploadId)}/parts/${part}`,
    body: bytes,
    headers: { 'content-digest': await digestOf(bytes), 'content-type': 'application/octet-stream' },
    repeatable: true,
    timeoutMs: PART_TIMEOUT_MS,
  })
}

const pathOf = (uploadId: string) => `/v2/ingest/uploads/${encodeURIComponent(uploadId)}`
