import type { Env } from '../../durable-objects/env.ts'
import { contractById } from '../../shared/db/contract-rows.ts'
import { open } from '../../shared/db/open.ts'
import type { ContractRow } from '../../shared/db/schema.ts'
import { compileContract } from '../../shared/supply/compile.ts'
import type { CompiledContract } from '../../shared/supply/compiled.ts'
import { ContractDocument } from '../../shared/supply/document.ts'

export interface ReadyContract {
  row: ContractRow
  compiled: CompiledContract
}
/** Drafts and states change; a document that is not a draft's does not. */
const BELIEVED_MS = 2_000
const MOST = 200
const known = new Map<string, ReadyContract & { until: number }>()

/** A contract version, ready to read records; made once in an isolate. */
export async function compiledContract(env: Env, contractId: string): Promise<ReadyContract | undefined> {
  const now = Date.now()
  const found = known.get(contractId)
  if (found && found.until > now) return found
  const row = await contractById(open(env.DB), contractId)
  if (!row) return undefined
  const compiled =
    found?.row.document === row.document
      ? found.compiled
      : compileContract(ContractDocument.parse(JSON.parse(row.document)))
  if (known.size >= MOST) known.clear()
  const ready = { row, compiled, until: now + BELIEVED_MS }
  known.set(contractId, ready)
  return ready
}
