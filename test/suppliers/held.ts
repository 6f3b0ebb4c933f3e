import type { Env } from '../../durable-objects/env.ts'
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

const TELLS = new Set<string | symbol>(['commitPiece', 'releasePiece', 'commitRedrive', 'releaseRedrive'])
const dead = () => Promise.reject(new Error('killed'))
/** Of a worker that is gone between the logs and the desk. */
export const diesBeforeItTells: Env = {
  ...house,
  SUPPLIER_DESK: {
    idFromName: (of: string) => house.SUPPLIER_DESK.idFromName(of),
    get: (id: DurableObjectId) =>
      new Proxy(house.SUPPLIER_DESK.get(id), {
        get: (stub, method) => (TELLS.has(method) ? dead : Reflect.get(stub, method, stub)),
      }),
  } as unknown as typeof house.SUPPLIER_DESK,
}
