import type { Env } from '../../durable-objects/env.ts'
import { newestMinor } from '../../shared/db/contracts.ts'
import { open } from '../../shared/db/open.ts'
import type { PendingPayload, ProcessedPayload } from '../../shared/source/record.ts'
import { processSupplied, readSupplied } from '../../shared/supply/supplied.ts'
import { contractWith } from './contract-of.ts'

/** What a payload of a batch becomes by its contract; `newest`: by the contract's newest minor, which may read it better. */
export async function suppliedOf(
  env: Env,
  payload: PendingPayload,
  which: 'own' | 'newest' = 'own',
): Promise<ProcessedPayload> {
  const own = await contractWith(env, readSupplied(payload.body).contract_id)
  const newer = which === 'newest' ? await newestMinor(open(env.DB), own.row, Date.now()) : undefined
  const { compiled } = newer ? await contractWith(env, newer.contract_id) : own
  return processSupplied(compiled, payload)
}
