import { randomBytes } from 'node:crypto'
import { hex } from '../base/bytes.ts'
import { sha256 } from '../base/hash.ts'

const PREFIX = 'fsk_'
const CHECK = 8

/** 256 random bits with a prefix that scanners know and a checksum that tells typing errors from strangers. */
export function newApiKey(): { key: string; hash: string; prefix: string } {
  const secret = hex(new Uint8Array(randomBytes(32)))
  const key = `${PREFIX}${secret}${sha256(secret).slice(0, CHECK)}`
  return { key, hash: sha256(key), prefix: key.slice(0, PREFIX.length + 6) }
}

/** The hash to look a key up by; undefined: it cannot be one of ours. Only hashes are stored, so the look-up leaks no key. */
export function hashOfKey(key: string): string | undefined {
  const secret = key.slice(PREFIX.length, -CHECK)
  const wellFormed =
    key.startsWith(PREFIX) && secret.length === 64 && sha256(secret).slice(0, CHECK) === key.slice(-CHECK)
  return wellFormed ? sha256(key) : undefined
}
