import { supplierDesk } from '../../durable-objects/stubs.ts'
import { type DeskAddress, deskName } from '../../shared/supply/desk.ts'
import { house } from '../house.ts'
import { NIGHTS } from './nights.ts'
import { newContract } from './pushed.ts'
import { answered, type Supplier } from './supplier.ts'

/** A contract of a supplier's sandbox that takes whom it was told. → as it is named in full */
export async function sandboxContract(supplier: Supplier, document: object = {}, version = '1.0'): Promise<string> {
  await newContract(supplier, {
    state: 'review',
    document: { ...NIGHTS, identity: { ...NIGHTS.identity, connect: 'registered' }, ...document, version },
  })
  return `${NIGHTS.name}@${version}`
}

/** Records that have their outcomes. → the batch that they are */
export async function taken(supplier: Supplier, contract: string, records: object[]): Promise<string> {
  const pushed = await supplier.ask('POST', `/v2/ingest/${contract}/records`, records)
  return (await answered<{ batch_id: string }>(pushed)).batch_id
}
export const deskOf = (address: DeskAddress) => ({ desk: supplierDesk(house, address), name: deskName(address) })
