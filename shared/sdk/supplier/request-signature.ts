import { base64 } from '../producer/base64.ts'
import { algorithmOf, type PrivateKey, signWith } from './signing-key.ts'

export interface Signable {
  method: string
  url: string
  /** Of the body: its `content-digest`; undefined: there is none. */
  digest: string | undefined
}

/** The headers of a signed request (RFC 9421): method, address and the body's digest. Made anew for each try. */
export async function signatureOf(
  { method, url, digest }: Signable,
  key: PrivateKey,
  { now, nonce }: { now: number; nonce: string },
): Promise<{ 'signature-input': string; signature: string }> {
  const covered: [string, string][] = [
    ['@method', method],
    ['@target-uri', url],
  ]
  if (digest !== undefined) covered.push(['content-digest', digest])
  const names = covered.map(([name]) => `"${name}"`).join(' ')
  const created = Math.floor(now / 1_000)
  const params = `(${names});created=${created};nonce="${nonce}";keyid="${key.kid}";alg="${algorithmOf(key).http}"`
  const text = [...covered, ['@signature-params', params]].map(([name, value]) => `"${name}": ${value}`).join('\n')
  return { 'signature-input': `sig=${params}`, signature: `sig=:${base64(await signWith(key, text, 'http'))}:` }
}
