import type { Context } from 'hono'
import { CLIENT_SECRET, newSecret } from '../../shared/access/secrets.ts'
import { type SupplierScope, scopesText } from '../../shared/access/supplier-scopes.ts'
import { newId } from '../../shared/base/ids.ts'
import { open } from '../../shared/db/open.ts'
import type { SupplierCredentialRow, SupplierRow } from '../../shared/db/schema.ts'
import { createCredential } from '../../shared/db/supplier-credentials.ts'
import type { ApiEnv } from '../access.ts'
import { baseUrlOf } from '../base-url.ts'
import { credentialView, type NewCredentialView } from './account-views.ts'
import { audienceOf } from './region.ts'

export type CredentialWish = Pick<SupplierCredentialRow, 'name' | 'environment'> &
  Partial<Pick<SupplierCredentialRow, 'expires_at' | 'addresses' | 'signatures' | 'public_keys' | 'method'>> & {
    scopes: readonly SupplierScope[]
  }

/** Makes a credential; where it proves itself by a secret, that is shown this once. */
export async function newCredential<E extends ApiEnv>(
  c: Context<E>,
  supplier: Pick<SupplierRow, 'supplier_id' | 'region'>,
  wish: CredentialWish,
): Promise<NewCredentialView> {
  const method = wish.method ?? 'client_secret'
  const made = method === 'client_secret' ? newSecret(CLIENT_SECRET) : undefined
  const row: SupplierCredentialRow = {
    credential_id: newId('crd'),
    supplier_id: supplier.supplier_id,
    environment: wish.environment,
    name: wish.name,
    method,
    prefix: made?.secret.slice(0, CLIENT_SECRET.length + 6) ?? '',
    secret_hash: made?.hash ?? null,
    public_keys: wish.public_keys ?? '[]',
    scopes: scopesText(wish.scopes),
    addresses: wish.addresses ?? '[]',
    signatures: wish.signatures ?? 'optional',
    created_at: Date.now(),
    expires_at: wish.expires_at ?? null,
    revoked_at: null,
    last_used_at: null,
  }
  await createCredential(open(c.env.DB), row)
  return {
    ...credentialView(row),
    client_id: row.credential_id,
    ...(made && { client_secret: made.secret }),
    token_url: `${baseUrlOf(c)}/oauth/token`,
    audience: audienceOf(c, supplier.region),
  }
}
