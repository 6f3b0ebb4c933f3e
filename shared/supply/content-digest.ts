import { type BareItem, parseDictionary } from 'structured-headers'
import { hex } from '../base/bytes.ts'
import { Fault } from '../base/fault.ts'

/** `Content-Digest` (RFC 9530): what a body is by its sender's count. Those of older algorithms prove nothing. */
export interface DeclaredDigests {
  /** Lower-case hex. */
  'sha-256'?: string
  'sha-512'?: string
}
const BYTES = { 'sha-256': 32, 'sha-512': 64 } as const
const DIGESTS = ['sha-256', 'sha-512'] as const

export function declaredDigests(header: string | null): DeclaredDigests {
  if (header === null) return {}
  const given = dictionary(header)
  const found: DeclaredDigests = {}
  for (const name of DIGESTS) {
    const value = given.get(name)
    if (value === undefined) continue
    if (!(value instanceof ArrayBuffer) || value.byteLength !== BYTES[name]) throw malformed()
    found[name] = hex(value)
  }
  // It asked for a check that would not be made.
  if (Object.keys(found).length === 0)
    throw new Fault(
      'bad_request',
      'content-digest names no algorithm that is checked here; send sha-256 or sha-512, such as sha-256=:…:',
      {},
      'digest_unsupported',
    )
  return found
}

function dictionary(header: string): Map<string, BareItem> {
  try {
    return new Map([...parseDictionary(header)].map(([name, [value]]) => [name, value as BareItem]))
  } catch {
    throw malformed()
  }
}
const malformed = () =>
  new Fault(
    'bad_request',
    'content-digest cannot be read; it is sha-256=: and the digest in base64 and a colon, as RFC 9530 has it',
    {},
    'digest_malformed',
  )
