import type { Env } from '../../durable-objects/env.ts'
import { destinationGate, eventLog } from '../../durable-objects/stubs.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { cellsToSweep, recordSweep } from '../../shared/db/cells.ts'
import { open } from '../../shared/db/open.ts'
import { sweepAnswers } from './sweep-answers.ts'
import { sweepPayloads } from './sweep-payloads.ts'
import { sweepSignIns } from './sweep-sign-ins.ts'
import { sweepTokens } from './sweep-tokens.ts'

/** Cells looked at in one run, those longest unseen first, and how many at once. */
const CELLS_A_RUN = 200
const AT_ONCE = 5
/** An unfinished item older than this is worth a line. */
const LATE_MS = 60_000

/**
 * Looks at cells from outside: the age of the oldest unfinished item of each stage is measured where the stage itself
 * cannot be the one that stands still. Looking also re-arms a cell that has work and no alarm.
 */
export async function sweep(env: Env): Promise<void> {
  const db = open(env.DB)
  const cells = await cellsToSweep(db, CELLS_A_RUN)
  const next = cells[Symbol.iterator]()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const cell of next) {
        const swept_at = Date.now()
        const health = await eventLog(env, cell).health()
        const { oldestInboxAt: oldest_inbox_at, oldestUndeliveredAt: oldest_undelivered_at, parked, bytes } = health
        await recordSweep(db, cell, { swept_at, oldest_inbox_at, oldest_undelivered_at, parked, bytes })
        const oldest = Math.min(oldest_inbox_at ?? swept_at, oldest_undelivered_at ?? swept_at)
        for (const lag of health.lags) await destinationGate(env, lag.destination_id).lag(health.cell, lag)
        if (swept_at - oldest > LATE_MS) logLine('late work', { cell: health.cell, age_ms: swept_at - oldest })
      }
    }),
  )
  await sweepSignIns(env)
  await sweepAnswers(env)
  await sweepPayloads(env, Date.now())
  await sweepTokens(env, Date.now())
}
