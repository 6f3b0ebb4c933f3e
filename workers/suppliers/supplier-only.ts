import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { beyond, mayDo, readSupplierScopes, type SupplierScope } from '../../shared/access/supplier-scopes.ts'
import { readToken, type SupplierClaims } from '../../shared/access/supplier-tokens.ts'
import { Fault } from '../../shared/base/fault.ts'
import type { SupplierCredentialRow, SupplierRow } from '../../shared/db/schema.ts'
import type { Environment } from '../../shared/supply/document.ts'
import type { ApiEnv } from '../access.ts'
import { baseUrlOf } from '../base-url.ts'
import { mustComeFromIts } from './address.ts'
import { credentialNamed, markUse } from './known-suppliers.ts'
import { atItsHost, audiencesOf } from './region.ts'
import { keySet } from './signing-keys.ts'
import { mustBeActive } from './standing.ts'

/** Who asks: a supplier, in one of its two environments. The developer whose it is stands in `developer`. */
export interface SupplierCaller {
  supplier: SupplierRow
  credential: SupplierCredentialRow
  environment: Environment
  scopes: SupplierScope[]
  /** Before any of this was looked up; a call’s body may come long after it. */
  askedAt: number
}
export type SupplierEnv = ApiEnv & { Variables: ApiEnv['Variables'] & { supplier: SupplierCaller } }
export type SupplierContext = Context<SupplierEnv>

/** Lets in who carries a token of ours whose credential is still good, from where it may come. */
export const supplierOnly = createMiddleware<SupplierEnv>(async (c, next) => {
  const askedAt = Date.now()
  const claims = await claimsOf(c)
  const found = await credentialNamed(c.env, claims.sub)
  if (!found || found.supplier.supplier_id !== claims.sup || found.credential.environment !== claims.env)
    throw refused('token_invalid', 'the token’s credential is not known; take a token with one that is')
  const { supplier, credential, developer } = found
  mustBeGood(credential)
  // The address first: to whom it is not open, the supplier's state is not told.
  mustComeFromIts(c, credential)
  atItsHost(c, supplier.region)
  mustBeActive(supplier, claims.env, c.req.method)
  c.set('developer', developer)
  const scopes = still(credential, claims.scope)
  c.set('supplier', { supplier, credential, environment: claims.env, scopes, askedAt })
  markUse(c, credential.credential_id)
  return next()
})

/** What the token was given, less what its credential has lost since. */
function still(credential: SupplierCredentialRow, given: string): SupplierScope[] {
  const { scopes } = readSupplierScopes(given)
  const lost = beyond(readSupplierScopes(credential.scopes).scopes, scopes)
  return scopes.filter((scope) => !lost.includes(scope))
}

/** Lets in who may do this. */
export const supplierMay = (scope: SupplierScope) =>
  createMiddleware<SupplierEnv>(async (c, next) => {
    if (!mayDo(c.get('supplier').scopes, scope))
      throw new Fault(
        'forbidden',
        `this token lacks the scope ${scope}; ask /oauth/token for it with a credential that has it`,
        { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
        'scope_missing',
      )
    return next()
  })

/** Tokens that were read are believed until they are over: checking a signature costs more than the rest of a small push. */
const believed = new Map<string, { claims: SupplierClaims; endsAt: number }>()
const MOST_BELIEVED = 5_000

async function claimsOf(c: SupplierContext): Promise<SupplierClaims> {
  const token = /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '')?.[1]
  if (!token)
    throw refused('token_missing', 'this needs a supplier’s token: Authorization: Bearer …, from /oauth/token')
  const place = { issuer: baseUrlOf(c), audiences: audiencesOf(c) }
  const name = `${place.issuer} ${token}`
  const now = Date.now()
  const found = believed.get(name)
  if (found && found.endsAt > now) return found.claims
  let read = await readToken(token, await keySet(c.env), place, now)
  if (read.kind === 'unknown_key') read = await readToken(token, await keySet(c.env, true), place, now)
  if (read.kind === 'good') {
    if (believed.size >= MOST_BELIEVED) believed.clear()
    believed.set(name, read)
    return read.claims
  }
  believed.delete(name)
  if (read.kind === 'expired') throw refused('token_expired', 'the token is over; take a new one from /oauth/token')
  if (read.kind === 'unknown_key')
    throw refused('token_invalid', 'the token is signed by no key of this deployment; take one from its /oauth/token')
  throw refused('token_invalid', `the token is not good: ${read.why}`)
}

const refused = (reason: string, message: string) =>
  new Fault(
    'unauthorized',
    message,
    { 'www-authenticate': reason === 'token_missing' ? 'Bearer' : 'Bearer error="invalid_token"' },
    reason,
  )

function mustBeGood(credential: SupplierCredentialRow): void {
  if (credential.revoked_at !== null)
    throw refused('credential_revoked', 'the credential was revoked; take a token with another')
  if (credential.expires_at !== null && credential.expires_at <= Date.now())
    throw refused('credential_expired', 'the credential has expired; make a new one and take a token with it')
}
