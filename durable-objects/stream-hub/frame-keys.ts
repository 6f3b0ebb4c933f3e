import { createSecretKey, type KeyObject } from 'node:crypto'
import { developerKey, openDataKey } from '../../shared/access/vault.ts'
import { cellOf } from '../../shared/base/ids.ts'
import { deriveKey } from '../../shared/base/seal.ts'
import { cellName } from '../../shared/delivery/cell.ts'
import type { HubAddress } from '../../shared/streaming/types.ts'

/** The keys of users' frames, each derived from their data key: destroying that one erases what is stored here as well. */
export class FrameKeys {
  private readonly opened = new Map<string, KeyObject | undefined>()
  private readonly bucket: R2Bucket
  private readonly wrapping: Uint8Array
  private readonly address: HubAddress

  constructor(bucket: R2Bucket, rootKey: string, address: HubAddress) {
    this.bucket = bucket
    this.wrapping = developerKey(rootKey, address.developer_id)
    this.address = address
  }

  has(uid: string): boolean {
    return this.opened.has(uid)
  }
  /** undefined: not loaded, or destroyed. */
  of(uid: string): KeyObject | undefined {
    return this.opened.get(uid)
  }
  /** Brings keys into memory, so that `of` can be asked synchronously. */
  async load(uids: Iterable<string>): Promise<void> {
    const missing = [...new Set(uids)].filter((uid) => !this.opened.has(uid))
    await Promise.all(missing.map((uid) => this.open(uid)))
  }
  private async open(uid: string): Promise<void> {
    const cell = cellOf(uid)
    const name = cell === undefined ? undefined : cellName({ ...this.address, cell })
    const key = name && (await openDataKey(this.bucket, this.wrapping, name, uid))
    this.opened.set(uid, key ? createSecretKey(deriveKey(key, 'stream')) : undefined)
  }
  forget(uid: string): void {
    this.opened.set(uid, undefined)
  }
}
