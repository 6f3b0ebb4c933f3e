import type { Env } from '../../durable-objects/env.ts'
import { supplierDesk } from '../../durable-objects/stubs.ts'
import { keyOfSupplier } from '../../durable-objects/supplier-key.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import { providerOf } from '../../shared/supply/desk.ts'
import { ENVIRONMENTS } from '../../shared/supply/document.ts'
import { subjectHash } from '../../shared/supply/subject.ts'

type Closing = Pick<ConnectionRow, 'developer_id' | 'region' | 'provider' | 'provider_user_id'>

/**
 * A connection ends: where it is a supplier's subject's, the supplier's desk keeps nothing of them either, and takes nothing
 * more. Before the connection itself, so that no record comes in between. May be repeated.
 */
export async function forgetSubject(env: Env, connection: Closing): Promise<void> {
  const { developer_id, region, provider, provider_user_id } = connection
  const environment = ENVIRONMENTS.find((one) => providerOf(one) === provider)
  if (!environment) return
  const cut = provider_user_id.indexOf('/')
  const address = { region, developer_id, supplier_id: provider_user_id.slice(0, cut), environment }
  const hash = subjectHash(keyOfSupplier(env, address), provider_user_id.slice(cut + 1))
  await supplierDesk(env, address).closeSubject(hash)
}
