import { randomBytes } from 'node:crypto'
import { hex } from '../base/bytes.ts'
import { sha256 } from '../base/hash.ts'

const CHECK = 8

export interface NewSecret {
  /** Shown once. */
  secret: string
  hash: string
}

/** 256 random bits with a prefix that scanners know and a checksum that tells typing errors from strangers. */
export function newSecret(prefix: string): NewSecret {
  const digits = hex(new Uint8Array(randomBytes(32)))
  const secret = `${prefix}${digits}${sha256(digits).slice(0, CHECK)}`
  return { secret, hash: sha256(secret) }
}

/** The hash to look a secret up by; undefined: it cannot be one of ours. Only hashes are stored, so the look-up leaks none. */
export function hashOfSecret(prefix: string, secret: string): string | undefined {
  const digits = secret.slice(prefix.length, -CHECK)
  const wellFormed =
    secret.startsWith(prefix) && digits.length === 64 && sha256(digits).slice(0, CHECK) === secret.slice(-CHECK)
  return wellFormed ? sha256(secret) : undefined
}

/** Of a supplier's credential, and of an invitation. */
export const CLIENT_SECRET = 'fss_'
export const INVITATION = 'fsi_'
