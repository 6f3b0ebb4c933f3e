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

const TELLS = ['commitPiece', 'releasePiece', 'commitRedrive', 'releaseRedrive']
const dead = () => Promise.reject(new Error('killed'))
/** Where whoever asks an object one of these is gone. */
function without<T extends typeof house.SUPPLIER_DESK | typeof house.EVENT_LOG>(space: T, asked: string[]): T {
  const dies = new Set<string | symbol>(asked)
  const get = (stub: object, method: string | symbol) => (dies.has(method) ? dead : Reflect.get(stub, method, stub))
  return {
    idFromName: (of: string) => space.idFromName(of),
    get: (id: DurableObjectId) => new Proxy(space.get(id), { get }),
  } as unknown as T
}
/** Of a worker that is gone between the logs and the desk. */
export const diesBeforeItTells: Env = { ...house, SUPPLIER_DESK: without(house.SUPPLIER_DESK, TELLS) }
/** Of one that is gone sooner: the logs have the records as they came, and nothing was made of them. */
export const diesBeforeItAppends: Env = { ...diesBeforeItTells, EVENT_LOG: without(house.EVENT_LOG, ['append']) }
