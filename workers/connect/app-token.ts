import { randomBytes } from 'node:crypto'
import type { Env } from '../../durable-objects/env.ts'
import { hex } from '../../shared/base/bytes.ts'
import { sha256 } from '../../shared/base/hash.ts'
import { APP_TOKEN_MS } from '../../shared/base/limits.ts'
import { saveAppToken } from '../../shared/db/app-tokens.ts'
import { open } from '../../shared/db/open.ts'

/** Single use, three minutes; only its hash is kept. `reference_id`: the only person that it lets in. */
export async function newAppToken(env: Env, developer_id: string, reference_id: string | null) {
  const token = hex(new Uint8Array(randomBytes(32)))
  const expires_at = Date.now() + APP_TOKEN_MS
  await saveAppToken(open(env.DB), { token_hash: sha256(token), developer_id, reference_id, expires_at })
  return { token, expires_in: APP_TOKEN_MS / 1000 }
}
