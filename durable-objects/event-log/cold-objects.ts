import type { ColdPlace } from './cold-stubs.ts'

/** Bytes of objects kept in memory: whoever reads a month, reads many of its records. */
const KEPT_BYTES = 16 * 1024 * 1024

/** Objects of cold history. One is never changed: its name holds the hash of what is in it. */
export class ColdObjects {
  private readonly kept = new Map<string, Uint8Array>()
  private bytes = 0
  private readonly bucket: R2Bucket
  constructor(bucket: R2Bucket) {
    this.bucket = bucket
  }

  /** undefined: there is none of this name any more. */
  async read(object: string): Promise<Uint8Array | undefined> {
    const kept = this.kept.get(object)
    if (kept) return kept
    const stored = await this.bucket.get(object)
    if (!stored) return undefined
    const bytes = new Uint8Array(await stored.arrayBuffer())
    if (!this.kept.has(object)) {
      this.kept.set(object, bytes)
      this.bytes += bytes.length
    }
    for (const [oldest, { length }] of this.kept) {
      if (this.bytes <= KEPT_BYTES) break
      this.kept.delete(oldest)
      this.bytes -= length
    }
    return bytes
  }
  async sealed({ object, at, length }: ColdPlace): Promise<Uint8Array | undefined> {
    return (await this.read(object))?.subarray(at, at + length)
  }
  /** Of a connection that is erased. */
  forget(prefix: string): void {
    for (const [object, { length }] of this.kept) {
      if (!object.startsWith(prefix)) continue
      this.kept.delete(object)
      this.bytes -= length
    }
  }
}
