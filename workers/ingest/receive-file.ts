import type { Env } from '../../durable-objects/env.ts'
import type { FileAnswer, FileView, NewFile } from '../../durable-objects/file-api.ts'
import { FileWriter, keyOfConnection, removeFile } from '../../durable-objects/file-store.ts'
import { eventLogNamed } from '../../durable-objects/stubs.ts'
import { concat } from '../../shared/base/bytes.ts'
import { Fault } from '../../shared/base/fault.ts'
import { sha256 } from '../../shared/base/hash.ts'
import { FILE_AT_ONCE_BYTES } from '../../shared/base/limits.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import { cellName } from '../../shared/delivery/cell.ts'
import { type FileDefinition, type FilePage, FileRefused } from '../../shared/source/file.ts'
import { filePayload } from './file-payload.ts'

/** A small file is read at once, and refused with its reason; a larger one is stored, and read by a job. */
export async function receiveFile(
  env: Env,
  row: ConnectionRow,
  format: FileDefinition,
  file: NewFile,
  chunks: AsyncIterable<Uint8Array>,
): Promise<FileView> {
  const iterator = chunks[Symbol.asyncIterator]()
  const held: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await next(iterator)
    if (done) return answered(env, row, await takeSmall(env, row, format, file, concat(...held)))
    held.push(value)
    size += value.length
    if (size > FILE_AT_ONCE_BYTES) break
  }
  return answered(env, row, await storeLarge(env, row, file, held, iterator))
}

/** A sender that breaks off, or bytes that do not unpack, are the sender's; other Faults say themselves what is wrong. */
async function next(iterator: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  try {
    return await iterator.next()
  } catch (error) {
    if (error instanceof Fault) throw error
    throw new Fault('bad_request', 'the file did not come wholly: it broke off, or is damaged; send it again')
  }
}

async function takeSmall(env: Env, row: ConnectionRow, format: FileDefinition, file: NewFile, bytes: Uint8Array) {
  const pages: FilePage[] = []
  try {
    for await (const page of format.read(new Blob([bytes as Uint8Array<ArrayBuffer>]).stream())) pages.push(page)
  } catch (error) {
    if (error instanceof FileRefused)
      throw new Fault('unprocessable', `the ${format.name} file is refused: ${error.message}`)
    throw error
  }
  if (pages.length === 0) throw new Fault('unprocessable', `the ${format.name} file is refused: it holds no data`)
  const about = { ...file, receivedAt: Date.now() }
  const payloads = pages.map((page, i) => filePayload(format, about, page, i))
  const whole = { file_id: file.file_id, bytes: bytes.length, hash: sha256(bytes), chunks: 0 }
  return eventLogNamed(env, cellName(row)).takeFile(file, whole, payloads)
}

async function storeLarge(
  env: Env,
  row: ConnectionRow,
  file: NewFile,
  held: Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
): Promise<FileAnswer> {
  const cell = cellName(row)
  const log = eventLogNamed(env, cell)
  const place = { developer_id: row.developer_id, user_id: row.user_id, file_id: file.file_id }
  const key = await keyOfConnection(env, cell, place)
  if (!key || !(await log.beginFile(file))) return { kind: 'gone' }
  try {
    const writer = new FileWriter(env, key, place)
    for (const chunk of held.splice(0)) await writer.write(chunk)
    for (;;) {
      const { done, value } = await next(iterator)
      if (done) break
      await writer.write(value)
    }
    const answer = await log.storedFile({ file_id: file.file_id, ...(await writer.end()) })
    // The connection ended meanwhile, and its files were erased before the last pieces came.
    if (answer.kind === 'gone') await removeFile(env, place)
    return answer
  } catch (error) {
    await log.dropFile(file.file_id)
    throw error
  }
}

async function answered(env: Env, row: ConnectionRow, answer: FileAnswer): Promise<FileView> {
  if (answer.kind === 'gone') throw new Fault('conflict', 'the user is not active: they have to connect again first')
  if (answer.kind === 'full')
    throw new Fault('unavailable', 'the inbox is full; send again later', { 'retry-after': '60' })
  if (answer.kind === 'file' && answer.nudge) {
    const { file_id, state } = answer.file
    await env.PAYLOADS_BULK.send({ cell: cellName(row), ...(state === 'reading' ? { file: file_id } : {}) })
  }
  return answer.file
}
