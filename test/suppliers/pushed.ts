import { createMessageBatch } from 'cloudflare:test'
import { vi } from 'vitest'
import type { Env } from '../../durable-objects/env.ts'
import { DAY_MS, HOUR_MS } from '../../shared/base/time.ts'
import { open } from '../../shared/db/open.ts'
import { findSupplier } from '../../shared/db/suppliers.ts'
import { type BatchNudge, deskName } from '../../shared/supply/desk.ts'
import type { ContractState } from '../../shared/supply/document.ts'
import { batches } from '../../workers/queues/batches.ts'
import { supplierFiles } from '../../workers/queues/supplier-files.ts'
import type { BatchView } from '../../workers/suppliers/batch-views.ts'
import { call, house } from '../house.ts'
import { NIGHTS } from './nights.ts'
import { answered, developerOf, post, type Supplier } from './supplier.ts'

/** A contract of a supplier's, in any state: drafted by its developer and led there step by step, by the doors. */
export async function newContract(
  { supplier_id }: Pick<Supplier, 'supplier_id'>,
  {
    state = 'active',
    document = NIGHTS,
    sunset_at,
  }: { state?: ContractState; document?: object; sunset_at?: number } = {},
): Promise<string> {
  const contracts = `/v2/suppliers/${supplier_id}/contracts`
  const step = async (path: string, body: object = {}) =>
    answered<{ contract_id: string }>(await call(contracts + path, post(body, developerOf(supplier_id).headers)))
  const { contract_id } = await step('', document)
  if (state !== 'draft') await step(`/${contract_id}/submit`)
  if (state === 'draft' || state === 'review') return contract_id
  await step(`/${contract_id}/activate`)
  if (state === 'active') return contract_id
  await endContract(
    { supplier_id },
    contract_id,
    sunset_at ?? Date.now() + (state === 'retired' ? -HOUR_MS : 30 * DAY_MS),
  )
  return contract_id
}
/** An active contract's end: told a day before it at least, so this one's was told in time. What is over is retired by itself. */
export async function endContract({ supplier_id }: Pick<Supplier, 'supplier_id'>, contract_id: string, end: number) {
  const clock = vi.spyOn(Date, 'now').mockReturnValue(Math.min(Date.now(), end - 2 * DAY_MS))
  try {
    const about = post({ sunset_at: new Date(end).toISOString() }, developerOf(supplier_id).headers)
    await answered(await call(`/v2/suppliers/${supplier_id}/contracts/${contract_id}/deprecate`, about))
  } finally {
    clock.mockRestore()
  }
}

/** What the queues' consumers do with a message about a supplier's desk of the sandbox: files are read, then pieces. */
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
  await supplierFiles(createMessageBatch<BatchNudge>('supplier-files', [message]), env)
  await batches(createMessageBatch<BatchNudge>('batches', [message]), env)
}

/** A batch, a record a line. */
export const pushLines = (supplier: Pick<Supplier, 'ask'>, contract: string, records: object[], query = '') =>
  supplier.ask('POST', `/v2/ingest/${contract}/batches${query}`, records.map((one) => JSON.stringify(one)).join('\n'), {
    'content-type': 'application/x-ndjson',
  })

/** What became of a batch that was pushed. */
export async function done(supplier: Supplier, pushed: Response): Promise<BatchView> {
  const { batch_id } = await answered<BatchView>(pushed)
  await consume(supplier)
  return answered<BatchView>(await supplier.ask('GET', `/v2/supplier/batches/${batch_id}`))
}
