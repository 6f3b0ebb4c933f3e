import { Buffer } from 'node:buffer'
import { base64url, concat, fromBase64, hex, sameText } from '../base/bytes.ts'
import { hmacSha256, sha256 } from '../base/hash.ts'
import { DAY_MS, SECOND_MS } from '../base/time.ts'
import { deploymentKey } from './vault.ts'

/** A payload that is kept aside, to be fetched by a link: its id says where it is. */
export interface PayloadPlace {
  developer_id: string
  /** Whose data it is, with whose key it is sealed. Absent: nobody's; sealed with the developer's. */
  user_id: string | undefined
  /** In which it was stored. Weeks go whole, so that nothing that stays is looked at to find what goes. */
  week: number
  hash: string
}

const PREFIX = 'pld_'
/** Week, developer, user, hash. */
const BYTES = 2 + 16 + 16 + 16
const PAYLOAD_ID = /^pld_[A-Za-z0-9_-]{67}$/
const NOBODY = '0'.repeat(32)

export const WEEK_MS = 7 * DAY_MS
export const weekOf = (at: number): number => Math.floor(at / WEEK_MS)

export const payloadHash = (destinationId: string, id: string): string => sha256(`${destinationId}/${id}`).slice(0, 32)

export function payloadId({ developer_id, user_id, week, hash }: PayloadPlace): string {
  const digits = [developer_id.replace('dev_', ''), user_id?.replaceAll('-', '') ?? NOBODY, hash].join('')
  return PREFIX + base64url(concat(Uint8Array.of(week >> 8, week), Buffer.from(digits, 'hex')))
}

/** undefined: no id of ours. */
export function placeOfPayload(id: string): PayloadPlace | undefined {
  const bytes = PAYLOAD_ID.test(id) ? fromBase64(id.slice(PREFIX.length)) : undefined
  // Of the last character some bits are over: each payload has one id, and no second spelling.
  if (bytes?.length !== BYTES || base64url(bytes) !== id.slice(PREFIX.length)) return undefined
  const digits = hex(bytes)
  const user = digits.slice(36, 68)
  return {
    week: (bytes[0]! << 8) | bytes[1]!,
    developer_id: `dev_${digits.slice(4, 36)}`,
    user_id: user === NOBODY ? undefined : user.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    hash: digits.slice(68),
  }
}

/** Where payloads are in object storage; the parts that follow narrow it down. */
export const weekFolder = (week?: number): string => (week === undefined ? 'payloads/' : `payloads/${week}/`)
export const userFolder = ({ week, developer_id, user_id }: Omit<PayloadPlace, 'hash'>): string =>
  `${weekFolder(week)}${developer_id}/${user_id ?? 'developer'}/`
export const payloadName = (place: PayloadPlace): string => userFolder(place) + place.hash

/** An address that opens without an API key, for a time. `base`: of this deployment. */
export function linkToPayload(rootKey: string, base: string, id: string, expiresAt: number): string {
  const expires = String(Math.ceil(expiresAt / SECOND_MS))
  return `${base}/v2/payloads/${id}?${new URLSearchParams({ expires, signature: signature(rootKey, id, expires) })}`
}
export const isSigned = (rootKey: string, id: string, query: { expires: string; signature: string }): boolean =>
  sameText(query.signature, signature(rootKey, id, query.expires))

const signature = (rootKey: string, id: string, expires: string): string =>
  hmacSha256(deploymentKey(rootKey, 'payload-links'), 'hex', `${id}\n${expires}`)
