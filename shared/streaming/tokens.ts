import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { base64url } from '../base/bytes.ts'
import { seal, unseal } from '../base/seal.ts'

/** What a token lets its bearer do. It says all itself, sealed: minting one writes nothing. */
export interface StreamClaims {
  kind: 'producer' | 'consumer' | 'pairing'
  developer_id: string
  region: string
  /** Of producers and pairings. */
  user_id?: string
  /** Of consumers: the key that made it, with which it ends. */
  key_id?: string
  /** The user is a test user: what they send is marked. */
  synthetic?: boolean
  /** Only samples of these types; absent: all. */
  types?: string[]
  /** Names of what it was given by: with the first of them that ends it ends, and its socket with it. */
  grants?: string[]
  /** Its socket is closed then; absent: it stays. */
  until?: number
  expires_at: number
  /** By which it is known again when it is used a second time. */
  nonce: string
}

const CONTEXT = 'stream token'
const SINGLE_USE = 'st.'
/** Known to the apps by its beginning. */
const REUSABLE = 'rt.'

export function mintToken(key: Uint8Array, claims: Omit<StreamClaims, 'nonce'>): string {
  const nonce = base64url(new Uint8Array(randomBytes(16)))
  const sealed = seal(key, new TextEncoder().encode(JSON.stringify({ ...claims, nonce })), CONTEXT)
  return `${claims.kind === 'pairing' ? REUSABLE : SINGLE_USE}${base64url(sealed)}`
}

/** One with as many types as a contract has, of the longest. */
const MOST_LENGTH = 4_000
/** undefined: none of ours, changed, or over. */
export function openToken(key: Uint8Array, token: string, now: number): StreamClaims | undefined {
  const prefix = token.slice(0, 3)
  if ((prefix !== SINGLE_USE && prefix !== REUSABLE) || token.length > MOST_LENGTH) return undefined
  try {
    const sealed = new Uint8Array(Buffer.from(token.slice(3), 'base64url'))
    const claims = JSON.parse(new TextDecoder().decode(unseal(key, sealed, CONTEXT))) as StreamClaims
    const reusable = claims.kind === 'pairing'
    return Math.min(claims.expires_at, claims.until ?? now + 1) > now && reusable === (prefix === REUSABLE)
      ? claims
      : undefined
  } catch {
    return undefined
  }
}
