import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../base/time.ts'
import { ALG, TOKEN_MS } from './supplier-tokens.ts'

/** A key signs for a month. Its successor is in the key set for a while before it signs, so that who keeps the set knows it. */
export const KEY_LIFE_MS = 30 * DAY_MS
export const PUBLISHED_BEFORE_MS = HOUR_MS
/** After its last signature a key is needed until the tokens are over. */
const KEPT_AFTER_MS = TOKEN_MS + 15 * MINUTE_MS

/** Until when a key signs, and until when what it signed may come. */
export interface KeyTimes {
  created_at: number
  signs_until: number
  ends_at: number
}
export const timesFrom = (now: number): KeyTimes => ({
  created_at: now,
  signs_until: now + KEY_LIFE_MS,
  ends_at: now + KEY_LIFE_MS + KEPT_AFTER_MS,
})

export interface NewSigningKey {
  kid: string
  publicJwk: JWK
  privateJwk: JWK
}
export async function newSigningKey(): Promise<NewSigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(ALG, { extractable: true })
  const jwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(jwk)
  return {
    kid,
    publicJwk: { ...jwk, kid, alg: ALG, use: 'sig' },
    privateJwk: { ...(await exportJWK(privateKey)), kid, alg: ALG },
  }
}

/** The one that signs now: the oldest of those that may, so that a successor rests until its time has come. */
export const signerAt = <K extends KeyTimes>(keys: readonly K[], now: number): K | undefined =>
  [...keys].sort((a, b) => a.created_at - b.created_at).find((key) => key.signs_until > now)
