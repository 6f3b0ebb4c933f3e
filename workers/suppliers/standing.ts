import type { Context } from 'hono'
import { endSuppliedStreams } from '../../durable-objects/end-supplied-streams.ts'
import { supplierDesk } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { open } from '../../shared/db/open.ts'
import type { SupplierRow } from '../../shared/db/schema.ts'
import { changeSupplier, endInvitations, type SupplierChange, type SupplierState } from '../../shared/db/suppliers.ts'
import { ENVIRONMENTS, type Environment } from '../../shared/supply/document.ts'
import type { ApiEnv } from '../access.ts'
import { onlyLooks } from '../only-looks.ts'
import { forgetSupplier } from './known-suppliers.ts'

type Asked = Pick<Context<ApiEnv>, 'env'>
type Before = NonNullable<SupplierRow['state_before']>

const gone = () => new Fault('conflict', 'the supplier is closed; invite it anew', {}, 'supplier_closed')

/** Nothing comes in until it is resumed. What has come in goes its way. Asked again, the newer reason counts. */
export async function suspended(c: Asked, supplier: SupplierRow, reason: string): Promise<SupplierRow> {
  if (supplier.state === 'closed') throw gone()
  const again = supplier.state === 'suspended'
  const change: SupplierChange = again
    ? { state_reason: reason }
    : { state: 'suspended', state_before: supplier.state as Before, state_reason: reason }
  const row = await moved(c, supplier, change)
  await endSuppliedStreams(c.env, supplier)
  return row
}

/** As it was before it was suspended. */
export async function resumed(c: Asked, supplier: SupplierRow): Promise<SupplierRow> {
  if (supplier.state === 'closed') throw gone()
  if (supplier.state !== 'suspended') return supplier
  return moved(c, supplier, { state: supplier.state_before ?? 'invited', state_before: null, state_reason: null })
}

/** For good: its credentials, tokens and invitations end. The data that it gave stay the developer's. */
export async function closed(c: Asked, supplier: SupplierRow): Promise<SupplierRow> {
  const { region, developer_id, supplier_id } = supplier
  let row = supplier
  if (supplier.state !== 'closed') {
    const before = supplier.state === 'suspended' ? supplier.state_before : supplier.state
    row = await moved(c, supplier, { state: 'closed', state_before: before, state_reason: null })
  }
  // Asked again, what broke off goes on.
  await endSuppliedStreams(c.env, supplier)
  await endInvitations(open(c.env.DB), supplier_id, Date.now())
  for (const environment of ENVIRONMENTS)
    await supplierDesk(c.env, { region, developer_id, supplier_id, environment }).removePulls()
  return row
}

/** Only where it is still as it was read: of two who move it at once, the second is told. */
async function moved({ env }: Asked, supplier: SupplierRow, change: SupplierChange): Promise<SupplierRow> {
  const { supplier_id, state } = supplier
  const row = await changeSupplier(open(env.DB), supplier_id, { ...change, changed_at: Date.now() }, [
    state as SupplierState,
  ])
  forgetSupplier(supplier_id)
  if (!row) throw new Fault('conflict', 'the supplier was changed by somebody else meanwhile; look and try again')
  logLine('supplier moved', { supplier_id, from: state, to: row.state })
  return row
}

/** A supplier that is suspended may still look: at its reports, and at why. */
export function mustBeActive(supplier: SupplierRow, environment: Environment, method: string): void {
  const state = supplier.state === 'suspended' ? supplier.state_before : supplier.state
  if (supplier.state === 'closed')
    throw new Fault(
      'forbidden',
      'this supplier’s account is closed; the developer can invite it anew',
      {},
      'supplier_closed',
    )
  if (supplier.state === 'suspended' && !onlyLooks(method))
    throw new Fault(
      'forbidden',
      `this supplier is suspended: ${supplier.state_reason ?? 'the developer gave no reason'}; the developer can resume it`,
      {},
      'supplier_suspended',
    )
  if (environment === 'production' && state !== 'production')
    throw new Fault(
      'forbidden',
      'this supplier is not in production; see /v2/supplier/certification for what is missing',
      {},
      'not_in_production',
    )
}
