/** A private key as JWK. Its public half stands at the credential, under the same kid. */
export type PrivateKey = JsonWebKey & { kid: string }

interface Algorithm {
  /** Of assertions (JWA). */
  jwa: string
  /** Of request signatures (RFC 9421). */
  http: string
  imports: Parameters<SubtleCrypto['importKey']>[2]
  signs: Parameters<SubtleCrypto['sign']>[0]
  /** RSA has a way of its own for each of the two. */
  jwt?: Pick<Algorithm, 'imports' | 'signs'>
}

const EC: Record<string, Algorithm> = {
  'P-256': {
    jwa: 'ES256',
    http: 'ecdsa-p256-sha256',
    imports: { name: 'ECDSA', namedCurve: 'P-256' },
    signs: { name: 'ECDSA', hash: 'SHA-256' },
  },
  'P-384': {
    jwa: 'ES384',
    http: 'ecdsa-p384-sha384',
    imports: { name: 'ECDSA', namedCurve: 'P-384' },
    signs: { name: 'ECDSA', hash: 'SHA-384' },
  },
}
const ED25519: Algorithm = {
  jwa: 'EdDSA',
  http: 'ed25519',
  imports: { name: 'Ed25519' },
  signs: { name: 'Ed25519' },
}
const RSA: Algorithm = {
  jwa: 'PS256',
  http: 'rsa-pss-sha512',
  imports: { name: 'RSA-PSS', hash: 'SHA-512' },
  signs: { name: 'RSA-PSS', saltLength: 64 },
  jwt: { imports: { name: 'RSA-PSS', hash: 'SHA-256' }, signs: { name: 'RSA-PSS', saltLength: 32 } },
}

export function algorithmOf({ kty, crv }: PrivateKey): Algorithm {
  const found =
    kty === 'EC' ? EC[crv ?? ''] : kty === 'OKP' && crv === 'Ed25519' ? ED25519 : kty === 'RSA' ? RSA : undefined
  if (!found) throw new TypeError('the key is none of EC P-256, EC P-384, Ed25519 and RSA')
  return found
}

export async function signWith(key: PrivateKey, text: string, use: 'jwt' | 'http'): Promise<Uint8Array> {
  const algorithm = algorithmOf(key)
  const { imports, signs } = (use === 'jwt' && algorithm.jwt) || algorithm
  const { alg: _alg, use: _use, key_ops: _ops, ...bare } = key
  const imported = await crypto.subtle.importKey('jwk', bare as JsonWebKey, imports, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign(signs, imported, new TextEncoder().encode(text)))
}
