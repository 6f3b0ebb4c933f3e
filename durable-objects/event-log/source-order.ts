/**
 * Where what a record holds stands in its source's order: by part, the number of the newest payload. What else is kept beside
 * the numbers is below zero, so that none is taken for one.
 */
export type Parts = Record<string, number>
/** What comes of a part: with which payload, and as which version, where the source tells versions; or that all of it is gone. */
interface Placed {
  part: string
  number: number
  version?: number
  gone?: boolean
}

const versionName = (part: string): string => `${part} version`
function versionOf(parts: Parts, part: string): number | undefined {
  const kept = parts[versionName(part)]
  return kept === undefined ? undefined : -1 - kept
}
/** Of the record, whatever its parts. */
const GONE = ' gone'
/** Up to where nothing that the source said holds any more: it took it back. */
export const goneTo = (parts: Parts): number => -1 - (parts[GONE] ?? 0)

export const highest = (parts: Parts): number => Math.max(0, ...Object.values(parts))
export const numbersIn = (parts: Parts): [part: string, number: number][] =>
  Object.entries(parts).filter(([, number]) => number >= 0)

/**
 * The place of what is kept back when it comes: after one payload and before the next, and in the order in which it was
 * kept back, `nth` of all. Far above a million of them two may share a place, but none leaves its gap.
 */
export const keptBackAfter = (number: number, nth: number): number => number + nth / (nth + 2 ** 20)
export const wasKeptBack = (place: number): boolean => !Number.isInteger(place)

/**
 * Whether something is from before what is there of a part. Versions are compared with versions; where they are the same, or
 * one of the two tells none (the rule of its contract was another), what came later is the newer. Of whatever part it is, what
 * came before all was taken back is from before.
 */
export function isBefore({ number, version }: Omit<Placed, 'part'>, parts: Parts, part: string): boolean {
  if (version === undefined && number < goneTo(parts)) return true
  const known = parts[part]
  if (known === undefined) return false
  const knownVersion = version === undefined ? undefined : versionOf(parts, part)
  const tell = version !== undefined && knownVersion !== undefined && version !== knownVersion
  return tell ? version < knownVersion : number < known
}
export const isBeforeAny = (one: Placed, parts: Parts): boolean =>
  numbersIn(parts).some(([part]) => isBefore(one, parts, part))

/** From now on it is what is there. → what of that is news. */
export function place(parts: Parts, { part, number, version, gone }: Placed): { number: boolean; version: boolean } {
  const news = { number: parts[part] !== number, version: versionOf(parts, part) !== version }
  parts[part] = number
  if (gone) parts[GONE] = -1 - Math.max(number, goneTo(parts))
  // Before 1970 nobody told versions.
  if (version !== undefined) parts[versionName(part)] = -1 - Math.max(0, version)
  else if (news.version) delete parts[versionName(part)]
  return news
}
