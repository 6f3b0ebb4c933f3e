import { Buffer } from 'node:buffer'
import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { concat } from './bytes.ts'

/** As an object it is made ready once, for keys that seal often. */
export type SealKey = Uint8Array | KeyObject

/** A shorter text is not worth what compressing it takes. */
const COMPRESSED_FROM = 128

/**
 * Sealed bytes: 1 byte of flags (1 = compressed), 12 bytes of nonce, ciphertext, 16 bytes of tag. AES-256-GCM;
 * `context` is authenticated with it, so a sealed body cannot be moved to another place.
 * Synchronous on purpose: inside a Durable Object an await would let other calls in between reading and writing.
 */
export function seal(
  key: SealKey,
  plain: Uint8Array,
  context: string,
  compressedFrom = COMPRESSED_FROM,
): Uint8Array<ArrayBuffer> {
  const packed = plain.length > compressedFrom ? deflateRawSync(plain, { level: 1 }) : undefined
  const compressed = packed !== undefined && packed.length < plain.length
  const flags = Uint8Array.of(compressed ? 1 : 0)
  const nonce = nextNonce()
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(concat(flags, Buffer.from(context)))
  const body = cipher.update(compressed ? packed : plain)
  return concat(flags, nonce, body, cipher.final(), cipher.getAuthTag())
}

/** Random bytes are fetched for many nonces at a time: a call for each costs as much as sealing. None is given twice. */
const NONCE_BYTES = 12
let nonces = Buffer.alloc(0)
function nextNonce(): Uint8Array {
  if (nonces.length < NONCE_BYTES) nonces = randomBytes(NONCE_BYTES * 256)
  const nonce = nonces.subarray(0, NONCE_BYTES)
  nonces = nonces.subarray(NONCE_BYTES)
  return nonce
}

/** Throws where the key, the context or a byte is wrong. */
export function unseal(key: SealKey, sealed: Uint8Array, context: string): Uint8Array<ArrayBuffer> {
  const flags = sealed.subarray(0, 1)
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13))
  decipher.setAAD(concat(flags, Buffer.from(context)))
  decipher.setAuthTag(sealed.subarray(sealed.length - 16))
  const packed = concat(decipher.update(sealed.subarray(13, sealed.length - 16)), decipher.final())
  return flags[0] === 1 ? new Uint8Array(inflateRawSync(packed)) : packed
}

/** A key for one purpose, derived from another. */
export const deriveKey = (key: Uint8Array, purpose: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(hkdfSync('sha256', key, new Uint8Array(0), purpose, 32))

export const newKey = (): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(32))
