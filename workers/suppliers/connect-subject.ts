import type { Env } from '../../durable-objects/env.ts'
import { eventLog, supplierDesk } from '../../durable-objects/stubs.ts'
import type { DeskSubject, SubjectAbout } from '../../durable-objects/supplier-desk-api.ts'
import { keyOfSupplier } from '../../durable-objects/supplier-key.ts'
import { utf8 } from '../../shared/base/bytes.ts'
import { assert } from '../../shared/base/fault.ts'
import { newUserId } from '../../shared/base/ids.ts'
import { seal } from '../../shared/base/seal.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { releaseCell } from '../../shared/db/cells.ts'
import { claimConnection } from '../../shared/db/connections.ts'
import { findDeveloper } from '../../shared/db/developers.ts'
import { open } from '../../shared/db/open.ts'
import { cellName } from '../../shared/delivery/cell.ts'
import { type DeskAddress, providerOf } from '../../shared/supply/desk.ts'
import { subjectContext, subjectHash } from '../../shared/supply/subject.ts'
import { placeConnection } from '../cells.ts'

/** A subject's connection, opened where there is none, and known to the desk. Each step may run twice. */
export async function connectSubject(
  env: Env,
  address: DeskAddress,
  about: SubjectAbout,
  consentEndsAt: number | null = null,
): Promise<DeskSubject> {
  const { developer_id, region, supplier_id, environment } = address
  const db = open(env.DB)
  const developer = await findDeveloper(db, developer_id)
  assert(developer, 'a supplier’s developer is there')
  const provider = PROVIDERS[providerOf(environment)]!
  const cell = await placeConnection(env, developer)
  const user_id = newUserId(cell)
  const holder = await claimConnection(db, {
    ...{ user_id, developer_id, region, cell, provider: provider.slug, reference_id: about.reference_id },
    ...{ provider_user_id: `${supplier_id}/${about.subject}`, state: 'active', scopes: '', created_at: Date.now() },
  })
  if (holder.user_id !== user_id) await releaseCell(db, developer_id, cell)
  // Does nothing where it is open: where somebody broke off in between, the next one does this.
  if (holder.state === 'active')
    await eventLog(env, holder).openConnection({
      user_id: holder.user_id,
      provider: provider.slug,
      resource: provider.resource,
      reference_id: holder.reference_id,
      scopes: [],
      createdAt: holder.created_at,
    })
  const key = keyOfSupplier(env, address)
  const hash = subjectHash(key, about.subject)
  return supplierDesk(env, address).putSubject({
    subject_hash: hash,
    user_id: holder.user_id,
    cell: cellName(holder),
    sealed: seal(key, utf8(JSON.stringify(about)), subjectContext(hash)),
    consented: about.consent !== null,
    consent_ends_at: consentEndsAt,
  })
}
