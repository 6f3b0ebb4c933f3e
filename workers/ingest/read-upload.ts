import { createHash } from 'node:crypto'
import type { Env } from '../../durable-objects/env.ts'
import { supplierDeskNamed } from '../../durable-objects/stubs.ts'
import type { UploadLease } from '../../durable-objects/upload-api.ts'
import { crashPoint } from '../../shared/base/crash-point.ts'
import { Fault } from '../../shared/base/fault.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { UPLOAD } from '../../shared/base/supply-limits.ts'
import { parseDeskName } from '../../shared/supply/desk.ts'
import { failureOf, placeOf } from '../suppliers/failure.ts'
import { writePieces } from './receive-batch.ts'
import { partsOf } from './upload-parts.ts'

/** Reads an upload that is complete into its batch. Key: the batch; the same parts give the same pieces. */
export async function readUpload(env: Env, name: string, lease: UploadLease): Promise<void> {
  const desk = supplierDeskNamed(env, name)
  const { upload_id, batch_id } = lease
  try {
    const received = await read(env, name, lease)
    await crashPoint('upload-before-commit', env)
    await desk.commitBatch({ batch_id, ...received })
    await crashPoint('upload-after-commit', env)
    await desk.endUpload(upload_id, null)
  } catch (error) {
    // What is wrong with its bytes is as wrong the next time.
    if (error instanceof Fault) return desk.endUpload(upload_id, error.message)
    const failure = failureOf(error)
    logLine('upload waits', { upload_id, batch_id, ...failure, at: placeOf(error) })
    await desk.releaseUpload(upload_id, failure)
  }
}

async function read(env: Env, name: string, { upload_id, batch_id, parts, gzip }: UploadLease) {
  const address = parseDeskName(name)
  const sha256 = createHash('sha256')
  let bytes = 0
  async function* chunks() {
    for await (const part of partsOf(env, address, upload_id, parts)) {
      sha256.update(part)
      bytes += part.length
      yield part
    }
  }
  const source = { form: 'any' as const, gzip, chunks }
  const { pieces, unpacked } = await writePieces(env, address, batch_id, source, UPLOAD)
  return { hash: sha256.digest('hex'), bytes, unpacked, pieces }
}
