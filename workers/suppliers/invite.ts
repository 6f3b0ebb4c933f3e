import { randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import { INVITATION, newSecret } from '../../shared/access/secrets.ts'
import { hex } from '../../shared/base/bytes.ts'
import { Fault } from '../../shared/base/fault.ts'
import { newId } from '../../shared/base/ids.ts'
import { INVITATION_MS, SUPPLIERS_PER_DEVELOPER } from '../../shared/base/limits.ts'
import { iso } from '../../shared/base/time.ts'
import { open } from '../../shared/db/open.ts'
import type { SupplierRow } from '../../shared/db/schema.ts'
import { countSuppliers, createInvitation, createSupplier } from '../../shared/db/suppliers.ts'
import type { SupplierLimitsInput } from '../../shared/supply/limits.ts'
import type { ApiEnv } from '../access.ts'
import { baseUrlOf } from '../base-url.ts'

/** A supplier of the developer’s, who has not come yet. */
export async function newSupplier(
  c: Context<ApiEnv>,
  about: Pick<SupplierRow, 'name'> & { domain?: string; limits?: SupplierLimitsInput },
): Promise<SupplierRow> {
  const db = open(c.env.DB)
  const { developer_id, region } = c.get('developer')
  if ((await countSuppliers(db, developer_id)) >= SUPPLIERS_PER_DEVELOPER)
    throw new Fault('conflict', `there are ${SUPPLIERS_PER_DEVELOPER} suppliers already; close one that is not used`)
  const now = Date.now()
  const row: SupplierRow = {
    supplier_id: newId('sup'),
    developer_id,
    region,
    name: about.name,
    state: 'invited',
    state_before: null,
    state_reason: null,
    limits: JSON.stringify(about.limits ?? {}),
    rules: '{}',
    domain: about.domain ?? null,
    domain_challenge: hex(new Uint8Array(randomBytes(16))),
    domain_proved_at: null,
    certified_at: null,
    created_at: now,
    joined_at: null,
    changed_at: now,
  }
  await createSupplier(db, row)
  return row
}

/** An invitation to be this supplier: whoever has the token, once. */
export async function newInvitation(c: Context<ApiEnv>, supplier: SupplierRow, email: string | null) {
  const { secret, hash } = newSecret(INVITATION)
  const now = Date.now()
  const row = {
    invitation_id: newId('inv'),
    supplier_id: supplier.supplier_id,
    developer_id: supplier.developer_id,
    token_hash: hash,
    email,
    created_at: now,
    expires_at: now + INVITATION_MS,
    used_at: null,
    revoked_at: null,
  }
  await createInvitation(open(c.env.DB), row)
  return {
    invitation_id: row.invitation_id,
    token: secret,
    url: `${baseUrlOf(c)}/suppliers/invitations/${secret}`,
    expires_at: iso(row.expires_at),
  }
}
