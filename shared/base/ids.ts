import { randomBytes } from 'node:crypto'
import { hex } from './bytes.ts'

export type IdPrefix =
  | 'pay'
  | 'evt'
  | 'dst'
  | 'dlv'
  | 'att'
  | 'key'
  | 'req'
  | 'dev'
  | 'rpl'
  | 'lse'
  | 'ses'
  | 'cel'
  | 'trn'
  | 'prk'
  | 'wgt'
  | 'flw'
  | 'bkf'
  | 'rnm'
  | 'sup'
  | 'inv'
  | 'crd'
  | 'ctr'
  | 'bat'
  | 'upl'
  | 'pul'
  | 'qrn'
  | 'rdv'
  | 'alr'
  | 'plc'

/** A random id with its kind in front: `dst_5f0c…` (128 bits). */
export const newId = (prefix: IdPrefix): string => `${prefix}_${hex(randomBytes(16))}`

/**
 * A user_id is a UUID version 8: 32 bits of cell number, the fixed bits, and 90 random bits,
 * so that a read goes straight to the connection's cell. The cell number is the developer's own count.
 */
export function newUserId(cell: number): string {
  const bytes = new Uint8Array(randomBytes(16))
  new DataView(bytes.buffer).setUint32(0, cell)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const digits = hex(bytes)
  return [8, 12, 16, 20, 32].map((end, i) => digits.slice([0, 8, 12, 16, 20][i], end)).join('-')
}

const USER_ID = /^([0-9a-f]{8})-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** The cell number in a user_id, or undefined where the text is not one of ours. Callers check it against the highest known. */
export function cellOf(userId: string): number | undefined {
  const found = USER_ID.exec(userId.toLowerCase())
  return found ? Number.parseInt(found[1]!, 16) : undefined
}

/** A file's id holds its user, so that a look goes straight to their cell: `fil_` and 32 digits of it, then 16 random ones. */
export const newFileId = (userId: string): string => `fil_${userId.replaceAll('-', '')}${hex(randomBytes(8))}`
const FILE_ID = /^fil_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})[0-9a-f]{16}$/
export const userOfFile = (fileId: string): string | undefined => FILE_ID.exec(fileId)?.slice(1).join('-')
