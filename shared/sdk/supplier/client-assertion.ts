import { base64 } from '../producer/base64.ts'
import { algorithmOf, type PrivateKey, signWith } from './signing-key.ts'

const LASTS_SECONDS = 120

/** Proves who asks for a token without a secret on the way (RFC 7523): good once, for two minutes. */
export async function clientAssertion(
  key: PrivateKey,
  { clientId, audience, now, id }: { clientId: string; audience: string; now: number; id: string },
): Promise<string> {
  const iat = Math.floor(now / 1_000)
  const head = { alg: algorithmOf(key).jwa, kid: key.kid, typ: 'JWT' }
  const claims = { iss: clientId, sub: clientId, aud: audience, iat, exp: iat + LASTS_SECONDS, jti: id }
  const signed = `${encoded(JSON.stringify(head))}.${encoded(JSON.stringify(claims))}`
  return `${signed}.${base64url(await signWith(key, signed, 'jwt'))}`
}

const encoded = (text: string) => base64url(new TextEncoder().encode(text))
const base64url = (bytes: Uint8Array) => base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
