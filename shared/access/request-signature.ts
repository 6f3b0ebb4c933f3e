import type { CryptoKey, JWK } from 'jose'
import {
  type BareItem,
  type Dictionary,
  type InnerList,
  type Item,
  isInnerList,
  parseDictionary,
  serializeInnerList,
} from 'structured-headers'
import { utf8 } from '../base/bytes.ts'
import { MINUTE_MS, SECOND_MS } from '../base/time.ts'
import { algorithmsOf, importedKey, type SignatureAlgorithm } from './public-keys.ts'

/** A request is signed just before it is sent; clocks are off by some. */
export const SIGNATURE_MS = 5 * MINUTE_MS
const AHEAD_MS = MINUTE_MS

export interface SignedRequest {
  method: string
  url: string
  headers: Headers
  hasBody: boolean
}
export type SignatureFault =
  | 'signature_missing'
  | 'signature_malformed'
  | 'signature_key_unknown'
  | 'signature_incomplete'
  | 'signature_expired'
  | 'signature_invalid'
/** `once`: it is good where this was not used before; remember it until then. */
export type Checked = { kind: 'good'; once: string; until: number } | { kind: 'bad'; code: SignatureFault; why: string }

/**
 * Checks the signature of a request (RFC 9421): one of the signer's keys signed the method, the address and the digest of
 * the body, lately. What a signature covers beside is its signer's choice.
 */
export async function checkSignature(request: SignedRequest, keys: readonly JWK[], now: number): Promise<Checked> {
  const input = request.headers.get('signature-input')
  const signature = request.headers.get('signature')
  if (input === null || signature === null)
    return bad('signature_missing', 'sign the request (RFC 9421): signature-input and signature are not both there')
  const [inputs, signatures] = [dictionary(input), dictionary(signature)]
  if (!inputs || !signatures)
    return bad('signature_malformed', 'signature-input or signature is no dictionary (RFC 8941)')
  const known = [...inputs].flatMap(([label, covered]) => {
    const keyid = covered[1].get('keyid')
    const key = keys.find(({ kid }) => kid === keyid)
    return key && isInnerList(covered) ? [{ label, covered, key }] : []
  })
  const [first] = known
  if (!first) return bad('signature_key_unknown', 'no signature names a key of this credential: keyid is its kid')
  return check(request, first, signatures.get(first.label), now)
}

async function check(
  request: SignedRequest,
  { covered, key }: { covered: InnerList; key: JWK },
  found: Item | InnerList | undefined,
  now: number,
): Promise<Checked> {
  const bytes = found && !isInnerList(found) ? bytesOf(found[0]) : undefined
  if (!bytes) return bad('signature_malformed', 'signature holds no bytes under the name of its signature-input')
  const params = timesOf(covered[1])
  if ('why' in params) return params
  const late = lateness(params, now)
  if (late) return bad('signature_expired', late)
  const [names, unread] = namesOf(covered)
  if (unread) return bad('signature_incomplete', `a covered component is not read here: ${unread}`)
  const missing = missingOf(names, request)
  if (missing) return bad('signature_incomplete', missing)
  const alg = algorithmOf(covered[1].get('alg'), key)
  if (!alg) return bad('signature_invalid', `alg is not one of this key: ${algorithmsOf(key).signature.join(', ')}`)
  const base = signatureBase(request, names, covered)
  if (base === undefined) return bad('signature_incomplete', 'a covered header is not in the request')
  if (!(await verifies(alg, key, bytes, utf8(base))))
    return bad('signature_invalid', 'the signature does not fit the request and the key')
  return { kind: 'good', once: params.nonce, until: params.createdAt + SIGNATURE_MS + AHEAD_MS }
}

const bad = (code: SignatureFault, why: string) => ({ kind: 'bad', code, why }) as const

function dictionary(text: string): Dictionary | undefined {
  try {
    return parseDictionary(text)
  } catch {
    return undefined
  }
}
const bytesOf = (item: BareItem): Uint8Array<ArrayBuffer> | undefined => {
  if (item instanceof ArrayBuffer) return new Uint8Array(item)
  return ArrayBuffer.isView(item)
    ? new Uint8Array(item.buffer.slice(0) as ArrayBuffer, item.byteOffset, item.byteLength)
    : undefined
}

interface Times {
  createdAt: number
  expiresAt: number | undefined
  nonce: string
}
function timesOf(params: Map<string, BareItem>): Times | ReturnType<typeof bad> {
  const [created, expires, nonce] = [params.get('created'), params.get('expires'), params.get('nonce')]
  if (typeof created !== 'number' || !Number.isInteger(created))
    return bad('signature_incomplete', 'the signature needs created: whole seconds since 1970')
  if (expires !== undefined && (typeof expires !== 'number' || !Number.isInteger(expires)))
    return bad('signature_malformed', 'expires is whole seconds since 1970')
  if (typeof nonce !== 'string' || nonce.length < 8 || nonce.length > 200)
    return bad('signature_incomplete', 'the signature needs a nonce: 8 to 200 characters, new for each request')
  return { createdAt: created * SECOND_MS, expiresAt: expires === undefined ? undefined : expires * SECOND_MS, nonce }
}
function lateness({ createdAt, expiresAt }: Times, now: number): string | undefined {
  if (createdAt > now + AHEAD_MS) return 'created is in the future: is the clock right?'
  if (createdAt + SIGNATURE_MS <= now)
    return `created is more than ${SIGNATURE_MS / MINUTE_MS} minutes ago; sign when you send`
  return expiresAt !== undefined && expiresAt <= now ? 'the signature has expired; sign anew' : undefined
}

/** The covered components, and the first that is of a kind not read here: parameters change what a component is. */
function namesOf([items]: InnerList): [string[], string | undefined] {
  const odd = items.find(([name, params]) => typeof name !== 'string' || params.size > 0 || !isRead(name))
  return [items.map(([name]) => String(name)), odd && String(odd[0]).slice(0, 100)]
}
const DERIVED = ['@method', '@target-uri', '@authority', '@scheme', '@path', '@query', '@request-target']
const isRead = (name: string) => DERIVED.includes(name) || /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name)

function missingOf(names: string[], { url, hasBody }: SignedRequest): string | undefined {
  const has = (name: string) => names.includes(name)
  if (!has('@method')) return 'cover @method'
  const parts = has('@authority') && has('@path') && (has('@query') || new URL(url).search === '')
  if (!has('@target-uri') && !parts) return 'cover @target-uri, or @authority, @path and @query'
  if (hasBody && !has('content-digest')) return 'cover content-digest, which is the digest of the body'
  return new Set(names).size < names.length ? 'a component is covered twice' : undefined
}

function algorithmOf(said: BareItem | undefined, key: JWK): SignatureAlgorithm | undefined {
  const able = algorithmsOf(key).signature
  return said === undefined ? able[0] : able.find((alg) => alg === said)
}

/** The text that is signed (RFC 9421 2.5); undefined: a header that it covers is not there. */
export function signatureBase(request: SignedRequest, names: string[], covered: InnerList): string | undefined {
  const lines: string[] = []
  for (const name of names) {
    const value = name.startsWith('@') ? derived(name, request) : request.headers.get(name)
    if (value === null) return undefined
    lines.push(`"${name}": ${value.trim()}`)
  }
  return [...lines, `"@signature-params": ${serializeInnerList(covered)}`].join('\n')
}
function derived(name: string, { method, url }: SignedRequest): string {
  const { host, protocol, pathname, search } = new URL(url)
  const parts: Record<string, string> = {
    '@method': method,
    '@target-uri': url,
    '@authority': host.toLowerCase(),
    '@scheme': protocol.slice(0, -1),
    '@path': pathname,
    '@query': search || '?',
    '@request-target': pathname + search,
  }
  return parts[name]!
}

const JWA: Record<SignatureAlgorithm, string> = {
  ed25519: 'Ed25519',
  'ecdsa-p256-sha256': 'ES256',
  'ecdsa-p384-sha384': 'ES384',
  'rsa-pss-sha512': 'PS512',
  'rsa-v1_5-sha256': 'RS256',
}
const PARAMS: Record<SignatureAlgorithm, Parameters<SubtleCrypto['verify']>[0]> = {
  ed25519: { name: 'Ed25519' },
  'ecdsa-p256-sha256': { name: 'ECDSA', hash: 'SHA-256' },
  'ecdsa-p384-sha384': { name: 'ECDSA', hash: 'SHA-384' },
  'rsa-pss-sha512': { name: 'RSA-PSS', saltLength: 64 },
  'rsa-v1_5-sha256': { name: 'RSASSA-PKCS1-v1_5' },
}
async function verifies(
  alg: SignatureAlgorithm,
  key: JWK,
  signature: Uint8Array<ArrayBuffer>,
  text: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const imported = (await importedKey(key, JWA[alg])) as CryptoKey
  return crypto.subtle.verify(PARAMS[alg], imported, signature, text)
}
