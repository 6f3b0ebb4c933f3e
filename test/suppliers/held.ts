import { supplierDesk } from '../../durable-objects/stubs.ts'
import { newId } from '../../shared/base/ids.ts'
import { type DeskAddress, deskName } from '../../shared/supply/desk.ts'
import { takeRecords } from '../../workers/ingest/take-records.ts'
import { contractWith } from '../../workers/suppliers/contract-of.ts'
import { house } from '../house.ts'
import { NIGHTS } from './nights.ts'
import { newContract } from './pushed.ts'

/** A contract of a supplier's sandbox, and batches under it, as the doors and the queue leave them behind. */
export const sandboxContract = (address: DeskAddress, document: object = {}, version = '1.0') =>
  newContract(address, {
    state: 'review',
    document: { ...NIGHTS, identity: { ...NIGHTS.identity, connect: 'registered' }, ...document, version },
  })

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
