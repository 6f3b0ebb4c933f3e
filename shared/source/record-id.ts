import { sha256 } from '../base/hash.ts'

/** Records of sessions have an id of ours; those of days are known by their date. */
export const hasId = (type: string): boolean => type === 'activity' || type === 'sleep'

/** Globally unique, and the same whenever the same item comes: a UUID (version 8) of what it is. */
export function mint(slug: string, userId: string, type: string, key: string): string {
  const hash = sha256(`${slug}\n${userId}\n${type}\n${key}`)
  const variant = '89ab'[Number.parseInt(hash[16]!, 16) & 3]
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}
