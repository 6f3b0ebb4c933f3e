import type { Env } from '../../durable-objects/env.ts'
import { Fault } from '../../shared/base/fault.ts'
import { sha256 } from '../../shared/base/hash.ts'
import { STREAM } from '../../shared/base/limits.ts'
import { redeemAppToken } from '../../shared/db/app-tokens.ts'
import { type ConnectionRow, findConnection } from '../../shared/db/connections.ts'
import { findDeveloper } from '../../shared/db/developers.ts'
import { open } from '../../shared/db/open.ts'
import { producerClaims } from '../stream/claims.ts'
import { claimsOf, streamToken } from '../stream/stream-token.ts'
import { liveUserOf } from './live-users.ts'

/** Whom a phone streams for, and the token with which it begins. */
export interface Registered {
  user_id: string
  reference_id: string | null
  token: string
}
const APP_TOKEN = /^[0-9a-f]{64}$/
const OTHERS = 'the token is for another reference_id; ask for one of this'
const NOT_GOOD = 'the token is not known, was used, or is over; ask your backend for a new one'

/** A token of a pairing is for its user, and may come again; one of `generateAuthToken` is taken, and a user is found or made. */
export async function registerPhone(env: Env, token: string, reference_id: string | undefined): Promise<Registered> {
  if (token.startsWith('rt.')) return registerPaired(env, token, reference_id)
  if (!APP_TOKEN.test(token)) throw new Fault('unauthorized', NOT_GOOD)
  const db = open(env.DB)
  const redeemed = await redeemAppToken(db, sha256(token), reference_id, Date.now())
  if (redeemed.kind === 'other') throw new Fault('forbidden', OTHERS)
  const developer = redeemed.kind === 'taken' && (await findDeveloper(db, redeemed.developer_id))
  if (!developer) throw new Fault('unauthorized', NOT_GOOD)
  const row = await liveUserOf(env, developer, redeemed.reference_id ?? reference_id ?? null)
  return { user_id: row.user_id, reference_id: row.reference_id, token: producerToken(env, row) }
}

async function registerPaired(env: Env, token: string, reference_id: string | undefined): Promise<Registered> {
  const claims = claimsOf(env, token)
  if (claims?.kind !== 'pairing') throw new Fault('unauthorized', NOT_GOOD)
  const row = await findConnection(open(env.DB), claims.developer_id, claims.user_id!)
  if (row?.state !== 'active') throw new Fault('unauthorized', 'the user of this token is gone; pair the phone anew')
  if (reference_id !== undefined && reference_id !== row.reference_id) throw new Fault('forbidden', OTHERS)
  return { user_id: row.user_id, reference_id: row.reference_id, token }
}

/** Good for one socket. */
export const producerToken = (env: Env, row: ConnectionRow): string =>
  streamToken(env, { kind: 'producer', ...producerClaims(row), expires_at: Date.now() + STREAM.tokenMs })
/** Good for a working day, for any number of sockets of this one user. */
export function pairingToken(env: Env, row: ConnectionRow): { token: string; expires_at: number } {
  const expires_at = Date.now() + STREAM.pairingMs
  return { token: streamToken(env, { kind: 'pairing', ...producerClaims(row), expires_at }), expires_at }
}
