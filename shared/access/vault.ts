import { base64, fromBase64, text, utf8 } from '../base/bytes.ts'
import { deriveKey, newKey, seal, unseal } from '../base/seal.ts'

/** Envelope keys: root (secret store) → developer → connection. */
export const developerKey = (rootKey: string, developerId: string) =>
  deriveKey(fromBase64(rootKey), `developer/${developerId}`)
/** For what waits of a supplier's before it is known whose it is: batches on their way, quarantine. */
export const supplierKey = (developer: Uint8Array, supplierId: string) => deriveKey(developer, `supplier/${supplierId}`)
/** For what belongs to no developer: orphans, provider-wide secrets. */
export const deploymentKey = (rootKey: string, purpose: string) =>
  deriveKey(fromBase64(rootKey), `deployment/${purpose}`)

/** Seals a small JSON value (secrets, tokens); base64. `context` names its place: it opens nowhere else. */
export const sealJson = (key: Uint8Array, value: unknown, context: string): string =>
  base64(seal(key, utf8(JSON.stringify(value)), context))
export const unsealJson = <T>(key: Uint8Array, sealed: string, context: string): T =>
  JSON.parse(text(unseal(key, fromBase64(sealed), context))) as T

/** What the vault needs of the bucket `KEYS`, which keeps no history. */
export interface KeyBucket {
  get(key: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer> } | null>
  put(key: string, value: Uint8Array): Promise<unknown>
  delete(key: string | string[]): Promise<void>
}
const keyName = (cell: string, userId: string) => `${cell}/${userId}`

/** Makes a connection's data key and stores it wrapped. Called again, it gives the key that is there. */
export async function createDataKey(bucket: KeyBucket, wrapping: Uint8Array, cell: string, userId: string) {
  const found = await openDataKey(bucket, wrapping, cell, userId)
  if (found) return found
  const key = newKey()
  await bucket.put(keyName(cell, userId), seal(wrapping, key, keyName(cell, userId)))
  return key
}

/** undefined: the key was destroyed, and everything sealed with it is gone. */
export async function openDataKey(bucket: KeyBucket, wrapping: Uint8Array, cell: string, userId: string) {
  const stored = await bucket.get(keyName(cell, userId))
  if (!stored) return undefined
  return unseal(wrapping, new Uint8Array(await stored.arrayBuffer()), keyName(cell, userId))
}

/** Erases a connection everywhere at once: what is sealed with the key cannot be opened again. */
export const destroyDataKey = (bucket: KeyBucket, cell: string, userId: string) => bucket.delete(keyName(cell, userId))
