import { fromBase64 } from '../base/bytes.ts'
import { hmacSha256 } from '../base/hash.ts'

/**
 * Both signature families over the raw body, made anew at each attempt (receivers allow five minutes). A `whsec_` secret
 * serves both: the wire contract's keys the HMAC with the whole string, Standard Webhooks with the decoded bytes.
 */
export function signatureHeaders(body: string, messageId: string, secret: string, now: number): Record<string, string> {
  const seconds = String(Math.floor(now / 1_000))
  const terra = `t=${seconds},v1=${hmacSha256(secret, 'hex', `${seconds}.`, body)}`
  return {
    'Terra-Signature': terra,
    'X-Terra-Signature': terra,
    'webhook-id': messageId,
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,${hmacSha256(standardKey(secret), 'base64', `${messageId}.${seconds}.`, body)}`,
  }
}

const standardKey = (secret: string) => fromBase64(secret.startsWith('whsec_') ? secret.slice(6) : secret)
