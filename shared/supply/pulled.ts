import { createHmac } from 'node:crypto'
import type { Listed } from '../delivery/objects/listing.ts'

/** By which an object is known again, so that its key stands nowhere in the clear. Put again it is another. */
export const objectHash = (supplierKey: Uint8Array, { key, etag, modifiedAt }: Listed): string =>
  createHmac('sha256', supplierKey).update(`object/${modifiedAt}/${etag}/${key}`).digest('hex').slice(0, 32)

/** For what a pull's keys and the name of an object are sealed: neither opens in another's place. */
export const pullContext = (pullId: string): string => `pull/${pullId}`
export const pulledContext = (pullId: string, hash: string): string => `pull/${pullId}/${hash}`
/** What is sealed of an object. */
export interface ObjectName {
  key: string
  etag: string
  bytes: number
}
