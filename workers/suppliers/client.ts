import type { Env } from '../../durable-objects/env.ts'
import type { Presented } from '../../shared/access/client-auth.ts'
import { CLIENT_SECRET, hashOfSecret } from '../../shared/access/secrets.ts'
import { sameText } from '../../shared/base/bytes.ts'
import { open } from '../../shared/db/open.ts'
import { type FoundCredential, findCredential } from '../../shared/db/supplier-credentials.ts'

/** An error of RFC 6749 5.2, and what is wrong in words. */
export interface OAuthError {
  error:
    | 'invalid_request'
    | 'invalid_client'
    | 'invalid_grant'
    | 'unauthorized_client'
    | 'unsupported_grant_type'
    | 'invalid_scope'
    | 'invalid_target'
  why: string
}

const STRANGER: OAuthError = { error: 'invalid_client', why: 'the client_id or the client_secret is not known' }

/** The credential that somebody proved to have; who did not is told nothing about it. */
export async function provedClient(env: Env, given: Presented): Promise<FoundCredential | OAuthError> {
  if (given.kind === 'malformed') return { error: 'invalid_request', why: given.why }
  if (given.kind === 'nothing') return { error: 'invalid_client', why: given.why }
  // What cannot be a secret of ours is refused without a look.
  const hash = hashOfSecret(CLIENT_SECRET, given.secret)
  const found = hash && (await findCredential(open(env.DB), given.client_id))
  if (!hash || !found || !sameText(found.credential.secret_hash ?? '', hash)) return STRANGER
  return found
}

/** Why a credential that is proved gets no token now. */
export function withheld({ credential, supplier }: FoundCredential, now: number): OAuthError | undefined {
  const ended = (why: string): OAuthError => ({ error: 'invalid_client', why })
  if (credential.revoked_at !== null) return ended('this credential was revoked; use another')
  if (credential.expires_at !== null && credential.expires_at <= now)
    return ended('this credential has expired; use another')
  if (supplier.state === 'closed')
    return { error: 'unauthorized_client', why: 'this supplier’s account is closed; the developer can invite it anew' }
  const state = supplier.state === 'suspended' ? supplier.state_before : supplier.state
  if (credential.environment === 'production' && state !== 'production')
    return { error: 'unauthorized_client', why: 'this supplier is not in production; a sandbox credential is taken' }
  return undefined
}
