import { streamHub } from '../../durable-objects/stubs.ts'
import { type PublicKey, withKid } from '../../shared/access/public-keys.ts'
import { beyond, readSupplierScopes, type SupplierScope, scopesText } from '../../shared/access/supplier-scopes.ts'
import { Fault } from '../../shared/base/fault.ts'
import { CREDENTIALS_PER_SUPPLIER } from '../../shared/base/limits.ts'
import { SUPPLY } from '../../shared/base/supply-limits.ts'
import { SECOND_MS } from '../../shared/base/time.ts'
import { open } from '../../shared/db/open.ts'
import type { SupplierCredentialRow } from '../../shared/db/schema.ts'
import {
  type CredentialChange,
  changeCredential,
  credentialOf,
  goodCredentials,
} from '../../shared/db/supplier-credentials.ts'
import type { Environment } from '../../shared/supply/document.ts'
import { type CredentialView, credentialView, type NewCredentialView } from './account-views.ts'
import type { CredentialChangeInput, CredentialInput, CredentialRotateInput } from './credential-input.ts'
import { forgetSupplier } from './known-suppliers.ts'
import { type CredentialWish, newCredential } from './new-credential.ts'
import { keysOf } from './signed.ts'
import type { SupplierContext } from './supplier-only.ts'

export async function made(c: SupplierContext, input: CredentialInput): Promise<NewCredentialView> {
  const caller = c.get('supplier')
  const environment = input.environment ?? caller.environment
  await mayManage(c, environment)
  const scopes = input.scopes ?? caller.scopes
  mayGive(c, scopes)
  const keys = await publicKeys(input.public_keys ?? [])
  mustWork({ method: input.method, keys, signatures: input.signatures ?? 'optional' })
  return added(c, {
    name: input.name,
    environment,
    method: input.method,
    scopes,
    public_keys: JSON.stringify(keys),
    addresses: JSON.stringify(input.addresses ?? []),
    signatures: input.signatures,
    expires_at: input.expires_at,
  })
}

async function added(c: SupplierContext, wish: CredentialWish): Promise<NewCredentialView> {
  const { supplier } = c.get('supplier')
  const good = await goodCredentials(open(c.env.DB), supplier.supplier_id, wish.environment, Date.now())
  if (good.length >= CREDENTIALS_PER_SUPPLIER)
    throw new Fault(
      'conflict',
      `there are ${CREDENTIALS_PER_SUPPLIER} credentials in the ${wish.environment} already; delete one that is not used`,
      {},
      'too_many_credentials',
    )
  return newCredential(c, supplier, wish)
}

export async function changed(c: SupplierContext, id: string, input: CredentialChangeInput): Promise<CredentialView> {
  const row = await goodNamed(c, id)
  const held = readSupplierScopes(row.scopes).scopes
  // What it has already it is not given, but for a longer life.
  const later = input.expires_at !== undefined && endOf(input.expires_at) > endOf(row.expires_at)
  if (input.scopes) mayGive(c, later ? input.scopes : beyond(held, input.scopes))
  else if (later) mayGive(c, held)
  // Whoever puts a key of theirs there has what the credential has; and what is guarded less is easier to have.
  if (input.public_keys || input.addresses || input.signatures) mayGive(c, held)
  const keys = input.public_keys ? await publicKeys(input.public_keys) : keysOf(row)
  mustWork({ method: row.method, keys, signatures: input.signatures ?? row.signatures })
  const change: CredentialChange = {
    ...(input.name !== undefined && { name: input.name }),
    ...(input.scopes && { scopes: scopesText(input.scopes) }),
    ...(input.public_keys && { public_keys: JSON.stringify(keys) }),
    ...(input.addresses && { addresses: JSON.stringify(input.addresses) }),
    ...(input.signatures && { signatures: input.signatures }),
    ...(input.expires_at !== undefined && { expires_at: input.expires_at }),
  }
  return saved(c, row, change)
}
const endOf = (at: number | null) => at ?? Number.POSITIVE_INFINITY

/** The new one is there before the old one ends: where this breaks off, both are good. */
export async function rotated(
  c: SupplierContext,
  id: string,
  input: CredentialRotateInput,
): Promise<NewCredentialView> {
  const row = await goodNamed(c, id)
  const { scopes } = readSupplierScopes(row.scopes)
  mayGive(c, scopes)
  const { name, environment, method, addresses, signatures } = row
  const keys = input.public_keys ? await publicKeys(input.public_keys) : keysOf(row)
  mustWork({ method, keys, signatures })
  const now = Date.now()
  const expires_at = row.expires_at === null ? null : now + row.expires_at - row.created_at
  const public_keys = JSON.stringify(keys)
  const fresh = await added(c, { name, environment, method, scopes, public_keys, addresses, signatures, expires_at })
  const end = Math.min(endOf(row.expires_at), now + input.overlap_seconds * SECOND_MS)
  await saved(c, row, input.overlap_seconds === 0 ? { revoked_at: now } : { expires_at: end })
  return fresh
}

export async function revoked(c: SupplierContext, id: string): Promise<void> {
  const row = await named(c, id)
  await mayManage(c, row.environment)
  // Asked again, it stays as it is, and what broke off goes on.
  await saved(c, row, { revoked_at: row.revoked_at ?? Date.now() })
}

async function saved(c: SupplierContext, row: SupplierCredentialRow, change: CredentialChange) {
  if (Object.keys(change).length === 0) return credentialView(row)
  const now = await changeCredential(open(c.env.DB), row.supplier_id, row.credential_id, change)
  forgetSupplier(row.supplier_id)
  if (change.revoked_at !== undefined)
    await streamHub(c.env, c.get('supplier').supplier).endGrants([row.credential_id], Date.now() + SUPPLY.believedMs)
  return credentialView(now ?? row)
}

async function named(c: SupplierContext, id: string): Promise<SupplierCredentialRow> {
  const row = await credentialOf(open(c.env.DB), c.get('supplier').supplier.supplier_id, id)
  if (!row) throw new Fault('not_found', 'credential not found')
  return row
}
export const credentialNamedBy = async (c: SupplierContext, id: string): Promise<CredentialView> =>
  credentialView(await named(c, id))

async function goodNamed(c: SupplierContext, id: string): Promise<SupplierCredentialRow> {
  const row = await named(c, id)
  await mayManage(c, row.environment)
  if (row.revoked_at !== null || endOf(row.expires_at) <= Date.now())
    throw new Fault('conflict', 'the credential has ended; make a new one', {}, 'credential_ended')
  return row
}

/**
 * What is said in the sandbox is often in many hands: it makes the first credential of production, and none when there is
 * one. Where all of production’s are lost, the developer invites anew.
 */
async function mayManage(c: SupplierContext, environment: Environment): Promise<void> {
  const { supplier, environment: from } = c.get('supplier')
  if (environment === 'sandbox' || from === 'production') return
  if (supplier.state !== 'production')
    throw new Fault(
      'forbidden',
      'this supplier is not in production; see /v2/supplier/certification for what is missing',
      {},
      'not_in_production',
    )
  const there = await goodCredentials(open(c.env.DB), supplier.supplier_id, 'production', Date.now())
  if (there.length > 0)
    throw new Fault(
      'forbidden',
      'credentials of production are managed with a token of production, since there is one',
      {},
      'wrong_environment',
    )
}

function mayGive(c: SupplierContext, scopes: readonly SupplierScope[]): void {
  const more = beyond(c.get('supplier').scopes, scopes)
  if (more.length > 0)
    throw new Fault(
      'forbidden',
      `this token lacks the scope ${more.join(' ')}, so it cannot give it`,
      {},
      'scope_missing',
    )
}

async function publicKeys(given: PublicKey[]) {
  const keys = await Promise.all(
    given.map((key, i) =>
      withKid(key).catch(() => {
        throw new Fault('bad_request', `public_keys.${i}: is no key of its kind; export it as a public JWK`)
      }),
    ),
  )
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length)
    throw new Fault('bad_request', 'public_keys: two have the same kid')
  return keys
}

/** A credential that could never be used is refused. */
function mustWork(about: { method: string; keys: unknown[]; signatures: string }): void {
  if (about.keys.length > 0) return
  if (about.method === 'private_key_jwt')
    throw new Fault('bad_request', 'public_keys: a credential of private_key_jwt needs at least one')
  if (about.signatures === 'required')
    throw new Fault('bad_request', 'public_keys: where signatures are required it needs at least one')
}
