import type { Context } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { KEY_USE_EVERY_MS } from '../../shared/base/limits.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { SUPPLY } from '../../shared/base/supply-limits.ts'
import { open } from '../../shared/db/open.ts'
import { type FoundCredential, findCredential, markCredentialUsed } from '../../shared/db/supplier-credentials.ts'
import type { ApiEnv } from '../access.ts'

const MOST = 10_000
const known = new Map<string, FoundCredential & { until: number }>()

/** A credential with its supplier and developer; none: there is no such credential. */
export async function credentialNamed(env: Env, credentialId: string): Promise<FoundCredential | undefined> {
  const now = Date.now()
  const found = known.get(credentialId)
  if (found && found.until > now && found.until <= now + SUPPLY.believedMs) return found
  const row = await findCredential(open(env.DB), credentialId)
  if (!row) return undefined
  if (known.size > MOST) known.clear()
  known.set(credentialId, { ...row, until: now + SUPPLY.believedMs })
  return row
}

/** What this isolate believes of a supplier is looked up again. */
export function forgetSupplier(supplierId: string): void {
  for (const [id, { supplier }] of known) if (supplier.supplier_id === supplierId) known.delete(id)
}

/** When this isolate last wrote that a credential was used. */
const marked = new Map<string, number>()
export function markUse(c: Pick<Context<ApiEnv>, 'env' | 'executionCtx'>, credentialId: string): void {
  const now = Date.now()
  if (now - (marked.get(credentialId) ?? 0) < KEY_USE_EVERY_MS) return
  if (marked.size > MOST) marked.clear()
  marked.set(credentialId, now)
  const written = markCredentialUsed(open(c.env.DB), credentialId, now).catch((error: Error) =>
    logLine('last use not written', { credential_id: credentialId, error: error.name }),
  )
  c.executionCtx.waitUntil(written)
}
