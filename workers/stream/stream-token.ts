import type { Env } from '../../durable-objects/env.ts'
import { streamKey } from '../../durable-objects/stream-key.ts'
import { mintToken, openToken, type StreamClaims } from '../../shared/streaming/tokens.ts'

export const streamToken = (env: Env, claims: Omit<StreamClaims, 'nonce'>): string => mintToken(streamKey(env), claims)
/** undefined: none of ours, or over. */
export const claimsOf = (env: Env, token: string): StreamClaims | undefined =>
  openToken(streamKey(env), token, Date.now())
