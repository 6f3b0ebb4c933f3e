import { createDataKey, destroyDataKey, developerKey, openDataKey } from '../../shared/access/vault.ts'
import { text, utf8 } from '../../shared/base/bytes.ts'
import { seal, unseal } from '../../shared/base/seal.ts'
import type { Connections } from './connections.ts'
import { outlivesConnection } from './types.ts'

/** The cell's keys: one per connection, wrapped in the bucket that keeps no history; the developer's for what outlives it. */
export class Keys {
  readonly developer: Uint8Array<ArrayBuffer>
  private readonly opened = new Map<number, Uint8Array<ArrayBuffer> | undefined>()
  private readonly bucket: R2Bucket
  private readonly cell: string
  private readonly connections: Connections

  constructor(bucket: R2Bucket, rootKey: string, cell: string, developerId: string, connections: Connections) {
    this.bucket = bucket
    this.cell = cell
    this.connections = connections
    this.developer = developerKey(rootKey, developerId)
  }

  async create(connection: number, userId: string): Promise<void> {
    this.opened.set(connection, await createDataKey(this.bucket, this.developer, this.cell, userId))
  }
  /** Brings keys into memory, so that `of` can be asked synchronously. */
  async load(connections: Iterable<number>): Promise<void> {
    const missing = [...new Set(connections)].filter((connection) => !this.opened.has(connection))
    await Promise.all(
      missing.map(async (connection) => {
        const userId = this.connections.numbered(connection)?.user_id
        if (userId) this.opened.set(connection, await openDataKey(this.bucket, this.developer, this.cell, userId))
      }),
    )
  }
  /** undefined: destroyed. */
  of(connection: number): Uint8Array<ArrayBuffer> | undefined {
    return this.opened.get(connection)
  }
  async destroy(connection: number, userId: string): Promise<void> {
    this.opened.set(connection, undefined)
    await destroyDataKey(this.bucket, this.cell, userId)
  }

  /** The key of a record's body. */
  forRecord(connection: number, type: number): Uint8Array<ArrayBuffer> | undefined {
    return outlivesConnection(type) ? this.developer : this.of(connection)
  }
}

export const sealText = (key: Uint8Array, body: string, context: string) => seal(key, utf8(body), context)
export const unsealText = (key: Uint8Array, sealed: Uint8Array, context: string) => text(unseal(key, sealed, context))
export const recordContext = (connection: number, type: number, summaryId: string) =>
  `record/${connection}/${type}/${summaryId}`
