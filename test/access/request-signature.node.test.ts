import { constants, createHash, generateKeyPairSync, type KeyObject, sign as signBytes, webcrypto } from 'node:crypto'
import { createSigner, httpbis } from 'http-message-signatures'
import type { JWK } from 'jose'
import { type InnerList, parseDictionary } from 'structured-headers'
import { describe, expect, it } from 'vitest'
import { withKid } from '../../shared/access/public-keys.ts'
import { checkSignature, SIGNATURE_MS, signatureBase } from '../../shared/access/request-signature.ts'

/** Requests are signed by another implementation than the one that checks them. */

const NOW = Date.parse('2100-03-01T12:00:00Z')
const URL_ = 'https://eu.example.com/v2/ingest/sleep/batches?mode=strict'
const BODY = '{"a":1}\n'
const DIGEST = `sha-256=:${createHash('sha256').update(BODY).digest('base64')}:`
const FIELDS = ['@method', '@target-uri', 'content-digest']

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }
const KINDS = {
  ed25519: () => generateKeyPairSync('ed25519'),
  'ecdsa-p256-sha256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'ecdsa-p384-sha384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'rsa-pss-sha512': () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'rsa-v1_5-sha256': () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
}
type Kind = keyof typeof KINDS
const made = new Map<Kind, Promise<{ privateKey: KeyObject; jwk: JWK }>>()
const pair = (kind: Kind) => {
  const found = made.get(kind) ?? newPair(kind)
  made.set(kind, found)
  return found
}
async function newPair(kind: Kind) {
  const { privateKey, publicKey } = KINDS[kind]()
  return {
    privateKey,
    jwk: await withKid({ ...(publicKey.export({ format: 'jwk' }) as { kty: 'EC' }), kid: 'mine' } as never),
  }
}

interface Wish {
  kind?: Kind
  fields?: string[]
  params?: string[]
  created?: number
  expires?: number
  keyid?: string
  nonce?: string
  alg?: string
  body?: string
}
async function signed({
  kind = 'ed25519',
  fields = FIELDS,
  params,
  created = NOW,
  keyid = 'mine',
  ...wish
}: Wish = {}) {
  const { privateKey } = await pair(kind)
  const message = {
    method: 'POST',
    url: URL_,
    headers: { 'content-digest': DIGEST, 'content-type': 'application/json' },
  }
  const expires = wish.expires === undefined ? undefined : new Date(wish.expires)
  const paramValues = {
    created: new Date(created),
    expires,
    keyid,
    nonce: wish.nonce ?? 'nonce-0001',
    alg: wish.alg ?? kind,
  }
  const key = createSigner(privateKey, kind, 'mine')
  // The standard wants a salt of 64 bytes; this implementation takes the longest there can be.
  if (kind === 'rsa-pss-sha512') key.sign = async (data) => signBytes('sha512', data, { key: privateKey, ...PSS })
  const usual = ['created', 'keyid', 'nonce', 'alg', ...(expires ? ['expires'] : [])]
  const { headers } = await httpbis.signMessage({ key, fields, params: params ?? usual, paramValues }, message)
  return new Headers(headers as Record<string, string>)
}
async function check(
  headers: Headers,
  {
    kind = 'ed25519',
    now = NOW,
    url = URL_,
    method = 'POST',
    hasBody = true,
  }: { kind?: Kind; now?: number; url?: string; method?: string; hasBody?: boolean } = {},
) {
  const { jwk } = await pair(kind)
  return checkSignature({ method, url, headers, hasBody }, [jwk], now)
}
const codeOf = async (...asked: Parameters<typeof check>) => {
  const checked = await check(...asked)
  return checked.kind === 'bad' ? checked.code : 'good'
}

describe('a signature', () => {
  it.each(Object.keys(KINDS) as Kind[])('of another implementation with %s is good', async (kind) => {
    const headers = await signed({ kind })
    expect(await check(headers, { kind })).toEqual({
      kind: 'good',
      once: 'nonce-0001',
      until: NOW + SIGNATURE_MS + 60_000,
    })
  })
  it('is good over parts of the address, and over headers beside', async () => {
    const fields = [
      '@method',
      '@authority',
      '@path',
      '@query',
      'content-digest',
      'content-type',
      '@scheme',
      '@request-target',
    ]
    expect(await codeOf(await signed({ fields }))).toBe('good')
  })
  it('fits one request: another method, address, host or digest is refused', async () => {
    const headers = await signed()
    expect(await codeOf(headers, { method: 'PUT' })).toBe('signature_invalid')
    expect(await codeOf(headers, { url: URL_.replace('strict', 'partial') })).toBe('signature_invalid')
    expect(await codeOf(headers, { url: URL_.replace('eu.', 'us.') })).toBe('signature_invalid')
    headers.set('content-digest', DIGEST.replace(/:./, ':0'))
    expect(await codeOf(headers)).toBe('signature_invalid')
  })
  it('covers what would else be open to change', async () => {
    const without = (name: string) => signed({ fields: FIELDS.filter((field) => field !== name) })
    for (const name of FIELDS) expect(await codeOf(await without(name))).toBe('signature_incomplete')
    expect(await codeOf(await signed({ fields: ['@method', '@authority', '@path', 'content-digest'] }))).toBe(
      'signature_incomplete',
    )
    expect(await codeOf(await without('content-digest'), { hasBody: false })).toBe('good')
  })
  it('with a component of a kind that is not read is refused, and one without its header', async () => {
    expect(await codeOf(await signed({ fields: [...FIELDS, '@query-param;name="mode"'] }))).toBe('signature_incomplete')
    const headers = await signed({ fields: [...FIELDS, 'content-type'] })
    headers.delete('content-type')
    expect(await codeOf(headers)).toBe('signature_incomplete')
  })
  it('is good for five minutes, and no longer than it says', async () => {
    const headers = await signed()
    expect(await codeOf(headers, { now: NOW + SIGNATURE_MS - 1 })).toBe('good')
    expect(await codeOf(headers, { now: NOW + SIGNATURE_MS })).toBe('signature_expired')
    expect(await codeOf(await signed({ created: NOW + 60_000 }))).toBe('good')
    expect(await codeOf(await signed({ created: NOW + 61_000 }))).toBe('signature_expired')
    const short = await signed({ expires: NOW + 10_000 })
    expect(await codeOf(short, { now: NOW + 9_999 })).toBe('good')
    expect(await codeOf(short, { now: NOW + 10_000 })).toBe('signature_expired')
  })
  it('names its time and a nonce', async () => {
    expect(await codeOf(await signed({ params: ['keyid', 'nonce', 'alg'] }))).toBe('signature_incomplete')
    expect(await codeOf(await signed({ params: ['keyid', 'created', 'alg'] }))).toBe('signature_incomplete')
    expect(await codeOf(await signed({ nonce: 'short' }))).toBe('signature_incomplete')
  })
  it('is by a key of the credential, with an algorithm of that key', async () => {
    expect(await codeOf(await signed({ keyid: 'another' }))).toBe('signature_key_unknown')
    expect(await codeOf(await signed({ params: ['created', 'nonce'] }))).toBe('signature_key_unknown')
    expect(await codeOf(await signed({ alg: 'hmac-sha256' }))).toBe('signature_invalid')
    const { privateKey } = generateKeyPairSync('ed25519')
    const headers = await signed()
    headers.set('signature', `sig=:${signBytes(null, Buffer.from('else'), privateKey).toString('base64')}:`)
    expect(await codeOf(headers)).toBe('signature_invalid')
  })
  it('that is not there or cannot be read is told apart', async () => {
    expect(await codeOf(new Headers())).toBe('signature_missing')
    const headers = await signed()
    headers.set('signature', 'sig=text')
    expect(await codeOf(headers)).toBe('signature_malformed')
    headers.set('signature', 'other=:aGVsbG8=:')
    expect(await codeOf(headers)).toBe('signature_malformed')
    headers.set('signature-input', '((((')
    expect(await codeOf(headers)).toBe('signature_malformed')
    headers.set('signature-input', 'sig="mine"')
    expect(await codeOf(headers)).toBe('signature_key_unknown')
  })
})

describe('the example of the standard', () => {
  it('(RFC 9421 B.2.6) has the base and the signature that are printed there', async () => {
    const covered =
      '("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"'
    const headers = new Headers({
      date: 'Tue, 20 Apr 2021 02:07:55 GMT',
      'content-type': 'application/json',
      'content-length': '18',
    })
    const request = { method: 'POST', url: 'https://example.com/foo?param=Value&Pet=dog', headers, hasBody: true }
    const names = ['date', '@method', '@path', '@authority', 'content-type', 'content-length']
    const base = signatureBase(request, names, parseDictionary(`sig=${covered}`).get('sig') as InnerList)
    expect(base?.split('\n')).toEqual([
      '"date": Tue, 20 Apr 2021 02:07:55 GMT',
      '"@method": POST',
      '"@path": /foo',
      '"@authority": example.com',
      '"content-type": application/json',
      '"content-length": 18',
      `"@signature-params": ${covered}`,
    ])
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs' }
    const key = await webcrypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['verify'])
    const signature = Buffer.from(
      'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==',
      'base64',
    )
    expect(await webcrypto.subtle.verify('Ed25519', key, signature, Buffer.from(base!))).toBe(true)
  })
})
