import { fromBase64 } from '../base/bytes.ts'
import { hmacSha256 } from '../base/hash.ts'

/**
 * Both signature families over the raw body, made anew at each attempt (receivers allow five minutes). A `whsec_` secret
 * serves both: the wire contract's keys the HMAC with the whole string, Standard Webhooks with the decoded bytes.
 * `secrets`: the current one first; a second one only where the receiver is known to take two signatures.
 */
export function signatureHeaders(
  body: string,
  messageId: string,
  secrets: string[],
  now: number,
): Record<string, string> {
  const seconds = String(Math.floor(now / 1_000))
  const terra = terraSignature(body, secrets, now)
  const signed = `${messageId}.${seconds}.`
  return {
    'Terra-Signature': terra,
    'X-Terra-Signature': terra,
    'webhook-id': messageId,
    'webhook-timestamp': seconds,
    'webhook-signature': secrets
      .map((secret) => `v1,${hmacSha256(standardKey(secret), 'base64', signed, body)}`)
      .join(' '),
  }
}

/** The wire contract's: `t=…,v1=…`, a `v1` for each secret. */
export function terraSignature(body: string, secrets: string[], now: number): string {
  const seconds = String(Math.floor(now / 1_000))
  return [`t=${seconds}`, ...secrets.map((secret) => `v1=${hmacSha256(secret, 'hex', `${seconds}.`, body)}`)].join()
}

const standardKey = (secret: string) => fromBase64(secret.startsWith('whsec_') ? secret.slice(6) : secret)
