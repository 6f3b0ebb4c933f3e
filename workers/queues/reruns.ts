import type { Env } from '../../durable-objects/env.ts'
import type { RerunResult } from '../../durable-objects/rerun-api.ts'
import { eventLogNamed } from '../../durable-objects/stubs.ts'
import { Pace } from '../../shared/base/pace.ts'
import { MINUTE_MS } from '../../shared/base/time.ts'
import { FILES, PROVIDERS } from '../../shared/catalog/units.ts'
import { isSupplied } from '../../shared/source/define.ts'
import { processPayload } from '../../shared/source/process.ts'
import { type PendingPayload, toAppend } from '../../shared/source/record.ts'
import { suppliedOf } from '../suppliers/supplied-of.ts'

const RUN_FOR_MS = 5 * MINUTE_MS

/**
 * Runs a cell's kept payloads through the maps of now, turn by turn, and lets others in between. What a notification is
 * about is not fetched again: it was kept when it was. Where this ends, the cell's alarm calls the next.
 */
export async function runAgain(env: Env, cell: string, jobId: string): Promise<void> {
  const log = eventLogNamed(env, cell)
  const until = Date.now() + RUN_FOR_MS
  const pace = new Pace()
  while (Date.now() < until) {
    const turn = await log.nextRerun({ jobId })
    if (!turn) return
    const { payloads, ...place } = turn
    if (
      !(await log.rerun({
        job_id: jobId,
        ...place,
        processed: (await Promise.all(payloads.map((one) => processed(env, one)))).flat(),
      }))
    )
      return
    await pace.rest()
  }
}

async function processed(env: Env, payload: PendingPayload): Promise<RerunResult['processed']> {
  const provider = PROVIDERS[payload.provider]
  // One that is offered no more has no maps: what was made of it stays.
  if (!provider) return []
  const { parent, kind, resource, payload_id, receivedAt } = payload
  const made = isSupplied(provider)
    ? await suppliedOf(env, payload, 'newest')
    : processPayload(provider, payload, FILES)
  return [{ ...toAppend(made, receivedAt), parent, kind, resource, payload_id }]
}
