import { createMessageBatch } from 'cloudflare:test'
import type { Env } from '../../durable-objects/env.ts'
import { newId } from '../../shared/base/ids.ts'
import { createContract } from '../../shared/db/contracts.ts'
import { open } from '../../shared/db/open.ts'
import { findSupplier } from '../../shared/db/suppliers.ts'
import { type BatchNudge, deskName } from '../../shared/supply/desk.ts'
import { ContractDocument, type ContractState } from '../../shared/supply/document.ts'
import { batches } from '../../workers/queues/batches.ts'
import type { BatchView } from '../../workers/suppliers/batch-views.ts'
import { house } from '../house.ts'
import { NIGHTS } from './nights.ts'
import { answered, type Supplier } from './supplier.ts'

/** A contract of a supplier's, in any state. */
export async function newContract(
  { supplier_id }: Pick<Supplier, 'supplier_id'>,
  {
    state = 'active',
    document = NIGHTS,
    sunset_at = null,
  }: { state?: ContractState; document?: object; sunset_at?: number | null } = {},
): Promise<string> {
  const supplier = await findSupplier(open(house.DB), supplier_id)
  const parsed = ContractDocument.parse(document)
  const [major, minor] = parsed.version.split('.').map(Number)
  const now = Date.now()
  const contract_id = newId('ctr')
  await createContract(open(house.DB), {
    ...{ contract_id, supplier_id, developer_id: supplier!.developer_id, name: parsed.name },
    ...{ major: major!, minor: minor!, state, document: JSON.stringify(parsed), drafted_by: 'supplier', note: null },
    ...{ created_at: now, changed_at: now, sunset_at },
    activated_at: state === 'draft' || state === 'review' ? null : now,
  })
  return contract_id
}

/** What the queue's consumer does with a message about a supplier's desk of the sandbox. */
export async function consume({ supplier_id }: Pick<Supplier, 'supplier_id'>, env: Env = house) {
  const supplier = (await findSupplier(open(house.DB), supplier_id))!
  const { region, developer_id } = supplier
  const desk = deskName({ region, developer_id, supplier_id, environment: 'sandbox' })
  const message = {
    id: crypto.randomUUID(),
    timestamp: new Date(),
    attempts: 1,
    body: { desk, turn: 'trn_of_the_test' },
  }
  await batches(createMessageBatch<BatchNudge>('batches', [message]), env)
}

/** What became of a batch that was pushed. */
export async function done(supplier: Supplier, pushed: Response): Promise<BatchView> {
  const { batch_id } = await answered<BatchView>(pushed)
  await consume(supplier)
  return answered<BatchView>(await supplier.ask('GET', `/v2/supplier/batches/${batch_id}`))
}
