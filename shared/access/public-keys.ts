import { calculateJwkThumbprint, importJWK, type JWK } from 'jose'
import { fromBase64 } from '../base/bytes.ts'
import { z } from '../base/zod.ts'

/** Public keys that suppliers hand in: they sign client assertions with them, and requests. */

const part = z
  .string()
  .max(1_400)
  .regex(/^[A-Za-z0-9_-]+$/, 'is base64url')
const shared = {
  kid: z.string().min(1).max(100).optional().describe('Left out, it is the key’s thumbprint (RFC 7638)'),
  use: z.literal('sig').optional(),
  alg: z.string().max(20).optional(),
  key_ops: z.array(z.string().max(20)).max(5).optional(),
}
const MIN_RSA_BYTES = 256
const MAX_RSA_BYTES = 512
const modulus = part.refine((text) => {
  const bytes = fromBase64(text).length
  return bytes >= MIN_RSA_BYTES && bytes <= MAX_RSA_BYTES
}, 'an RSA key is from 2048 to 4096 bits')

/** A JWK without a private part: a strict object refuses `d`. */
export const PublicKey = z
  .discriminatedUnion('kty', [
    z.strictObject({ kty: z.literal('EC'), crv: z.enum(['P-256', 'P-384']), x: part, y: part, ...shared }),
    z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: part, ...shared }),
    z.strictObject({ kty: z.literal('RSA'), n: modulus, e: part, ...shared }),
  ])
  .openapi('SupplierPublicKey')
export type PublicKey = z.infer<typeof PublicKey>

interface Algorithms {
  /** Of assertions (JWA). */
  assertion: string[]
  /** Of request signatures (RFC 9421). */
  signature: SignatureAlgorithm[]
}
export type SignatureAlgorithm =
  | 'ed25519'
  | 'ecdsa-p256-sha256'
  | 'ecdsa-p384-sha384'
  | 'rsa-pss-sha512'
  | 'rsa-v1_5-sha256'

/** What a key may sign with: its kind decides, never what a message says. */
export function algorithmsOf(key: Pick<JWK, 'kty' | 'crv'>): Algorithms {
  if (key.kty === 'OKP') return { assertion: ['Ed25519', 'EdDSA'], signature: ['ed25519'] }
  if (key.kty === 'RSA')
    return { assertion: ['PS256', 'RS256', 'PS384', 'PS512'], signature: ['rsa-pss-sha512', 'rsa-v1_5-sha256'] }
  return key.crv === 'P-384'
    ? { assertion: ['ES384'], signature: ['ecdsa-p384-sha384'] }
    : { assertion: ['ES256'], signature: ['ecdsa-p256-sha256'] }
}
export const ASSERTION_ALGORITHMS = ['ES256', 'ES384', 'Ed25519', 'EdDSA', 'PS256', 'PS384', 'PS512', 'RS256']

/** The key with its id, and nothing beside; throws where it is no point of its curve. */
export async function withKid(key: PublicKey): Promise<JWK & { kid: string }> {
  const { kid, use: _use, alg: _alg, key_ops: _ops, ...bare } = key
  await importJWK(bare as JWK, algorithmsOf(bare).assertion[0])
  return { ...bare, kid: kid ?? (await calculateJwkThumbprint(bare as JWK)) }
}

/** Importing costs as much as a signature: a key that is kept as the same object is imported once. */
const imported = new WeakMap<JWK, Map<string, ReturnType<typeof importJWK>>>()
export function importedKey(key: JWK, alg: string): ReturnType<typeof importJWK> {
  const byAlg = imported.get(key) ?? new Map<string, ReturnType<typeof importJWK>>()
  imported.set(key, byAlg)
  const found = byAlg.get(alg) ?? importJWK(key, alg)
  byAlg.set(alg, found)
  return found
}
