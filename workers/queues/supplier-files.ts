import type { Env } from '../../durable-objects/env.ts'
import { supplierDeskNamed } from '../../durable-objects/stubs.ts'
import { SUPPLY } from '../../shared/base/supply-limits.ts'
import type { BatchNudge } from '../../shared/supply/desk.ts'
import { readPull } from '../ingest/read-pull.ts'
import { readUpload } from '../ingest/read-upload.ts'

/**
 * "This desk has files to read into batches." Apart from `batches`: one file may take minutes, and it is read in one go, as
 * what is packed cannot be opened in its middle.
 */
export async function supplierFiles(batch: MessageBatch<BatchNudge>, env: Env): Promise<void> {
  for (const message of batch.messages) {
    const { desk: name, turn } = message.body
    const desk = supplierDeskNamed(env, name)
    await desk.beginTurn(turn)
    if (await readFiles(env, name)) await desk.callFileTurn()
    message.ack()
  }
}

/** → whether there is more. What fails stays with the desk, which says when it is tried again. */
async function readFiles(env: Env, name: string): Promise<boolean> {
  const desk = supplierDeskNamed(env, name)
  const until = Date.now() + SUPPLY.turnMs
  while (Date.now() < until) {
    const lease = await desk.takeFile()
    if (!lease) return false
    if (lease.work === 'upload') await readUpload(env, name, lease)
    else await readPull(env, name, lease)
  }
  return true
}
