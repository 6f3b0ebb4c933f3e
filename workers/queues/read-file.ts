import type { Env } from '../../durable-objects/env.ts'
import type { FileJob } from '../../durable-objects/file-api.ts'
import { keyOfConnection, openFile } from '../../durable-objects/file-store.ts'
import { eventLogNamed } from '../../durable-objects/stubs.ts'
import { FILE_PAGES_WAITING } from '../../shared/base/limits.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { Pace } from '../../shared/base/pace.ts'
import { MINUTE_MS } from '../../shared/base/time.ts'
import { FILES } from '../../shared/catalog/units.ts'
import { parseCellName } from '../../shared/delivery/cell.ts'
import { RetryLater } from '../../shared/source/ask.ts'
import { FileRefused } from '../../shared/source/file.ts'
import { filePayload } from '../ingest/file-payload.ts'

/** The inbox is full: it empties as payloads are archived. */
const FULL_WAIT_MS = MINUTE_MS

/**
 * Reads a stored file from its beginning to its end, page by page; pages that are committed are only passed by. Where it
 * breaks off, whoever reads it next goes on after the last committed page. `help`: works off what waits in the inbox.
 */
export async function readFile(env: Env, cell: string, fileId: string, help: () => Promise<void>): Promise<void> {
  const log = eventLogNamed(env, cell)
  const job = await log.leaseFile(fileId)
  if (!job) return
  try {
    const failed = await readPages(env, cell, job, help)
    if (failed !== 'stop') await log.endFile(fileId, failed)
  } catch (error) {
    await log.releaseFile(fileId)
    throw error
  }
}

/** → why it cannot be read; null: it is read. */
async function readPages(
  env: Env,
  cell: string,
  job: FileJob,
  help: () => Promise<void>,
): Promise<string | null | 'stop'> {
  const { file_id, user_id, chunks, bytes } = job
  const format = FILES[job.format]
  if (!format) return `the format ${job.format} is not read here any more`
  const place = { developer_id: parseCellName(cell).developer_id, user_id, file_id }
  const key = await keyOfConnection(env, cell, place)
  if (!key) return 'its connection was erased'
  const log = eventLogNamed(env, cell)
  const { stream, readBytes } = openFile(env, key, place, chunks)
  const about = { file_id, user_id, receivedAt: job.madeAt }
  const pace = new Pace()
  let page = 0
  try {
    for await (const one of format.read(stream)) {
      const number = page++
      if (number < job.pages) continue
      const share = one.progress ?? (bytes === 0 ? 1 : readBytes() / bytes)
      const answer = await log.commitPage({
        file_id,
        page: number,
        payload: filePayload(format, about, one, number),
        share,
      })
      if (answer.kind === 'stop') return 'stop'
      if (answer.kind === 'full') throw new RetryLater('the inbox is full', FULL_WAIT_MS)
      // Not faster than pages become records: the inbox would fill up.
      if (answer.waiting >= FILE_PAGES_WAITING) await help()
      else if (answer.nudge) await env.PAYLOADS_BULK.send({ cell })
      await pace.rest()
    }
    return page === 0 ? 'the file holds no data' : null
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error
    logLine('file refused', { file_id, page })
    return error.message
  }
}
