import type { Env } from '../../durable-objects/env.ts'
import { open } from '../../shared/db/open.ts'
import { dropUsed } from '../../shared/db/signing-keys.ts'
import { rotateSigningKeys } from '../suppliers/signing-keys.ts'

/** Rows of one statement, and statements of one run: as many as a few hundred signed requests a second leave in a minute. */
const BATCH = 2_000
const BATCHES = 20

/** Keys that sign suppliers' tokens follow each other; what was good once and is over is forgotten. */
export async function sweepTokens(env: Env, now: number): Promise<void> {
  await rotateSigningKeys(env, now)
  const db = open(env.DB)
  for (let i = 0; i < BATCHES; i++) if ((await dropUsed(db, now, BATCH)) < BATCH) return
}
