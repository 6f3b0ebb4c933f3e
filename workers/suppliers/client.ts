import type { Context } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { clientOf, readAssertion } from '../../shared/access/client-assertion.ts'
import type { Presented } from '../../shared/access/client-auth.ts'
import { CLIENT_SECRET, hashOfSecret } from '../../shared/access/secrets.ts'
import { sameText } from '../../shared/base/bytes.ts'
import { sha256 } from '../../shared/base/hash.ts'
import { open } from '../../shared/db/open.ts'
import { useOnce } from '../../shared/db/signing-keys.ts'
import { type FoundCredential, findCredential } from '../../shared/db/supplier-credentials.ts'
import { baseUrlOf } from '../base-url.ts'
import { isAllowedAddress } from './address.ts'
import { regionUrl } from './region.ts'
import { keysOf } from './signed.ts'

export type OAuthContext = Context<{ Bindings: Env }>

/** More than any assertion needs: it is decoded before anything of it is believed. */
const ASSERTION_LENGTH = 8_000

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

const stranger = (why: string): OAuthError => ({ error: 'invalid_client', why })

/** The credential that somebody proved to have; who did not is told nothing about it. */
export async function provedClient(c: OAuthContext, given: Presented): Promise<FoundCredential | OAuthError> {
  if (given.kind === 'malformed') return { error: 'invalid_request', why: given.why }
  if (given.kind === 'nothing') return stranger(given.why)
  return given.kind === 'secret' ? bySecret(c, given.client_id, given.secret) : byAssertion(c, given)
}

async function bySecret({ env }: OAuthContext, client_id: string, secret: string) {
  // What cannot be a secret of ours is refused without a look.
  const hash = hashOfSecret(CLIENT_SECRET, secret)
  const found = hash && (await findCredential(open(env.DB), client_id))
  if (!hash || !found || !sameText(found.credential.secret_hash ?? '', hash))
    return stranger('the client_id or the client_secret is not known')
  return found
}

async function byAssertion(c: OAuthContext, given: { client_id: string | undefined; assertion: string }) {
  if (given.assertion.length > ASSERTION_LENGTH)
    return stranger(`client_assertion is at most ${ASSERTION_LENGTH} characters`)
  const client_id = clientOf(given.assertion)
  if (client_id === undefined || (given.client_id !== undefined && given.client_id !== client_id))
    return stranger('client_assertion is no JWT whose sub is the client_id')
  const found = await findCredential(open(c.env.DB), client_id)
  if (found?.credential.method !== 'private_key_jwt')
    return stranger('the client of client_assertion is not known, or proves itself by a secret')
  const keys = keysOf(found.credential)
  const now = Date.now()
  const asserted = await readAssertion(given.assertion, { id: client_id, keys }, endpoints(c, found), now)
  if (asserted.kind === 'bad') return stranger(`client_assertion: ${asserted.why}`)
  if (!(await useOnce(open(c.env.DB), sha256(`assertion/${client_id}/${asserted.jti}`), asserted.endsAt)))
    return stranger('client_assertion: its jti was used before; make a new one for each request')
  return found
}
/** By which names an assertion may call this token endpoint. */
function endpoints(c: OAuthContext, { supplier }: FoundCredential): string[] {
  const bases = [baseUrlOf(c), regionUrl(c, supplier.region)]
  return bases.flatMap((base) => [`${base}/oauth/token`, base])
}

/** Why a credential that is proved gets no token now. */
export function withheld(
  c: OAuthContext,
  { credential, supplier }: FoundCredential,
  now: number,
): OAuthError | undefined {
  const ended = (why: string): OAuthError => ({ error: 'invalid_client', why })
  if (credential.revoked_at !== null) return ended('this credential was revoked; use another')
  if (credential.expires_at !== null && credential.expires_at <= now)
    return ended('this credential has expired; use another')
  if (!isAllowedAddress(c, credential))
    return { error: 'unauthorized_client', why: 'this credential is not taken from the address that you come from' }
  if (supplier.state === 'closed')
    return { error: 'unauthorized_client', why: 'this supplier’s account is closed; the developer can invite it anew' }
  const state = supplier.state === 'suspended' ? supplier.state_before : supplier.state
  if (credential.environment === 'production' && state !== 'production')
    return { error: 'unauthorized_client', why: 'this supplier is not in production; a sandbox credential is taken' }
  return undefined
}
