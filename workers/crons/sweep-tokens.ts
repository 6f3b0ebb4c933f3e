import type { Env } from '../../durable-objects/env.ts'
import { open } from '../../shared/db/open.ts'
import { dropUsed } from '../../shared/db/signing-keys.ts'
import { rotateSigningKeys } from '../suppliers/signing-keys.ts'

/** Keys that sign suppliers' tokens follow each other; what was good once and is over is forgotten. */
export async function sweepTokens(env: Env, now: number): Promise<void> {
  await rotateSigningKeys(env, now)
  await dropUsed(open(env.DB), now)
}
