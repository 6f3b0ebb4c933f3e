import { createHash, createHmac } from 'node:crypto'

/** SHA-256, lower-case hex. Synchronous: the hot path hashes small things often. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

/** HMAC-SHA256 of several parts in a row. */
export function hmacSha256(
  key: string | Uint8Array,
  encoding: 'hex' | 'base64',
  ...parts: (string | Uint8Array)[]
): string {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(part)
  return hmac.digest(encoding)
}
