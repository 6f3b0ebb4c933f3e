import type { Env } from '../../durable-objects/env.ts'
import { newestMinor } from '../../shared/db/contract-rows.ts'
import { open } from '../../shared/db/open.ts'
import type { PendingPayload, ProcessedPayload } from '../../shared/source/record.ts'
import { processSupplied, readSupplied } from '../../shared/supply/supplied.ts'
import { compiledContract } from './compiled-contract.ts'

/** What a payload of a batch becomes by its contract; `newest`: by the contract's newest minor, which may read it better. */
export async function suppliedOf(
  env: Env,
  payload: PendingPayload,
  which: 'own' | 'newest' = 'own',
): Promise<ProcessedPayload> {
  const { number, user_id, origin, trace } = payload
  const own = await compiledContract(env, readSupplied(payload.body).contract_id)
  const newer = own && which === 'newest' ? await newestMinor(open(env.DB), own.row) : undefined
  const ready = newer ? ((await compiledContract(env, newer.contract_id)) ?? own) : own
  if (ready) return processSupplied(ready.compiled, payload)
  const quarantined = [{ path: '', reason: 'the contract that it came under is gone' }]
  return { number, user_id, origin, trace, records: [], quarantined, notices: [] }
}
