import { supplierDesk } from '../../durable-objects/stubs.ts'
import { newId } from '../../shared/base/ids.ts'
import { createContract } from '../../shared/db/contracts.ts'
import { open } from '../../shared/db/open.ts'
import { type DeskAddress, deskName } from '../../shared/supply/desk.ts'
import { ContractDocument } from '../../shared/supply/document.ts'
import { takeRecords } from '../../workers/ingest/take-records.ts'
import { contractWith } from '../../workers/suppliers/contract-of.ts'
import { house } from '../house.ts'
import { NIGHTS } from './nights.ts'

/** A contract of a supplier's sandbox, and batches under it, as the doors and the queue leave them behind. */
export async function sandboxContract(address: DeskAddress, document: object = {}, version = '1.0') {
  const now = Date.now()
  const [major, minor] = version.split('.').map(Number) as [number, number]
  const contract_id = newId('ctr')
  const whole = ContractDocument.parse({
    ...NIGHTS,
    identity: { ...NIGHTS.identity, connect: 'registered' },
    ...document,
    version,
  })
  await createContract(open(house.DB), {
    ...{ contract_id, supplier_id: address.supplier_id, developer_id: address.developer_id },
    ...{ name: NIGHTS.name, major, minor, state: 'review', document: JSON.stringify(whole), drafted_by: 'supplier' },
    ...{ note: null, created_at: now, changed_at: now, activated_at: null, sunset_at: null },
  })
  return contract_id
}

export async function taken(address: DeskAddress, contract_id: string, records: object[]): Promise<string> {
  const batch_id = newId('bat')
  const { compiled, name, version } = await contractWith(house, contract_id)
  const now = Date.now()
  const result = await takeRecords(house, {
    ...{ address, contract_id, contract: compiled, seed: `${batch_id}/0`, batch_id, origin: 'live', now },
    ...{ receivedAt: now, held: false, onlyCheck: false },
    records: records.map((record, i) => ({ line: i + 1, text: JSON.stringify(record) })),
  })
  await supplierDesk(house, address).wholeBatch(
    {
      ...{ batch_id, contract_id, contract: `${name}@${version}`, kind: 'push', mode: 'partial', origin: 'live' },
      ...{ idempotency_key: undefined, hash: undefined, report_days: 90, quarantine_days: 30 },
    },
    { batch_id, hash: '', bytes: 1, unpacked: 1, pieces: [records.length] },
    { batch_id, ...result },
  )
  return batch_id
}
export const deskOf = (address: DeskAddress) => ({ desk: supplierDesk(house, address), name: deskName(address) })
