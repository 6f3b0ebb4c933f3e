import { hashOfSecret, newSecret } from './secrets.ts'

const PREFIX = 'fsk_'

/** A developer's API key. */
export function newApiKey(): { key: string; hash: string; prefix: string } {
  const { secret, hash } = newSecret(PREFIX)
  return { key: secret, hash, prefix: secret.slice(0, PREFIX.length + 6) }
}

/** The hash to look a key up by; undefined: it cannot be one of ours. */
export const hashOfKey = (key: string): string | undefined => hashOfSecret(PREFIX, key)
