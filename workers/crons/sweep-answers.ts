import type { Env } from '../../durable-objects/env.ts'
import { dropAnswers } from '../../shared/db/idempotent-answers.ts'
import { open } from '../../shared/db/open.ts'

/** Rows of one statement, and statements of one run; what is left is for the next minute. */
const BATCH = 500
const BATCHES = 20

/** Answers that were kept for repeated requests are forgotten a day later. */
export async function sweepAnswers(env: Env): Promise<void> {
  const db = open(env.DB)
  const now = Date.now()
  for (let i = 0; i < BATCHES; i++) if ((await dropAnswers(db, now, BATCH)) < BATCH) return
}
