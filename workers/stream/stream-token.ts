import type { Env } from '../../durable-objects/env.ts'
import { deploymentKey } from '../../shared/access/vault.ts'
import { settings } from '../../shared/base/settings.ts'
import { mintToken, openToken, type StreamClaims } from '../../shared/streaming/tokens.ts'

const keyOf = (env: Env) => deploymentKey(settings(env).ROOT_KEY, 'stream')

export const streamToken = (env: Env, claims: Omit<StreamClaims, 'nonce'>): string => mintToken(keyOf(env), claims)
/** undefined: none of ours, or over. */
export const claimsOf = (env: Env, token: string): StreamClaims | undefined => openToken(keyOf(env), token, Date.now())
