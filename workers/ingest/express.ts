import type { Env } from '../../durable-objects/env.ts'
import { EXPRESS_DRAIN_MS, EXPRESS_RUNS } from '../../shared/base/limits.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { drainCell } from '../queues/send.ts'
import type { Accepted } from './accept.ts'
import { processPending } from './process.ts'
import type { Beside } from './watch.ts'

/** The queue's message comes when express should be done, so that it finds nothing to do. */
const AFTER_EXPRESS_S = 5
let running = 0

/** Room for one more run: above it the queue does the work. */
export const expressFree = (): boolean => running < EXPRESS_RUNS

/** What follows the source's answer at once: normalize, append, deliver. The queued message does it where this fails. */
export async function express(env: Env, { cell, pending }: Accepted, beside: Beside): Promise<void> {
  if (pending.length === 0) return
  running++
  try {
    const { leases, nudge } = await processPending(env, cell, pending, { lease: true, beside })
    const until = Date.now() + EXPRESS_DRAIN_MS
    await Promise.all([
      ...leases.map((lease) => drainCell(env, cell, lease, until)),
      ...nudge.map((destination_id) => env.DELIVERIES.send({ cell, destination_id })),
    ])
  } catch (error) {
    logLine('express gave up', { cell, reason: error instanceof Error ? error.message : 'unknown' })
  } finally {
    running--
  }
}

/** Tells the queue to look, where nobody has lately. */
export async function nudgePayloads(
  env: Env,
  { cell, nudge }: Accepted,
  kind: 'express' | 'queue' | 'bulk',
): Promise<void> {
  if (!nudge) return
  if (kind === 'bulk') await env.PAYLOADS_BULK.send({ cell })
  else await env.PAYLOADS.send({ cell }, kind === 'express' ? { delaySeconds: AFTER_EXPRESS_S } : {})
}
