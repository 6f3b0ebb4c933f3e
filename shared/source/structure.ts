/**
 * What a JSON value is made of, without what it says: its paths, the kinds of value at each, and the words of text that
 * comes from a fixed list. Nothing else of a payload is ever kept: no number, no time, no name, no text that a person wrote.
 *
 * Paths are `a.b`; elements of lists are `*`, and so are the keys of objects that are keyed by data (`{"1434758640": …}`).
 */
export type Kind = 'text' | 'number' | 'flag' | 'object' | 'list' | 'null'
export interface Seen {
  kinds: Set<Kind>
  /** Of text, where all of it is words: `SEDENTARY`, `long_sleep`. */
  words?: Set<string>
  /** There was text that is no word of a list. */
  free?: true
}
export type Structure = Map<string, Seen>

/** More different words than this are no list. */
export const MOST_WORDS = 24
/** An object of more members than this, all of them objects, is a map whose keys are data. */
const MOST_MEMBERS = 64

/** `most`: elements of a list, and members of a map, that are looked at; the first are like the rest. */
export function structureOf(page: unknown, most = Infinity): Structure {
  const structure: Structure = new Map()
  look(page, '', '', structure, most)
  return structure
}

function look(value: unknown, path: string, name: string, structure: Structure, most: number): void {
  let seen = structure.get(path)
  if (!seen) {
    seen = { kinds: new Set() }
    structure.set(path, seen)
  }
  const kind = kindOf(value)
  seen.kinds.add(kind)
  if (kind === 'text') noteText(value as string, name, seen)
  else if (kind === 'list') {
    const inner = below(path, '*')
    const all = value as unknown[]
    for (let i = 0; i < all.length && i < most; i++) look(all[i], inner, name, structure, most)
  } else if (kind === 'object') {
    const members = Object.entries(value as object)
    const keyed = isKeyedByData(members)
    let folded = 0
    for (const [key, one] of members) {
      const step = keyed ? '*' : stepOf(key)
      if (step === '*' && ++folded > most) continue
      look(one, below(path, step), step === '*' ? name : key, structure, most)
    }
  }
}
export const below = (path: string, step: string): string => (path === '' ? step : `${path}.${step}`)
export const kindOf = (value: unknown): Kind => {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'list'
  const type = typeof value
  return type === 'string' ? 'text' : type === 'object' ? 'object' : type === 'boolean' ? 'flag' : 'number'
}

/**
 * Keys that are data and not names of fields, by their look alone: numbers (seconds, offsets, numbered ids), dates and
 * times, clock times, UUIDs and long hexadecimal ids, addresses. And whatever is too long or too odd to be a field's
 * name, for it may be a text about somebody. A name that only ends in a digit (`hr_zone_0`) stays a name.
 */
const DATA_KEY = new RegExp(
  [
    /[-+]?\d+(?:\.\d+)?/,
    /\d{4}-\d\d(?:-\d\d.*)?/,
    /\d{1,2}:\d\d(?::\d\d)?/,
    /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/,
    /(?=.*\d)[0-9a-f]{16,}/,
    /.*[^\s@]+@[^\s@]+\.[^\s@]+.*/,
  ]
    .map(({ source }) => `^(?:${source})$`)
    .join('|'),
  'i',
)
const FIELD_NAME = /^[\w$#@: ./()%+-]{1,64}$/
/** A key as a step of a path. A dot within a name is told as `%2E`, as dots divide steps. */
export function stepOf(key: string): string {
  const known = names.get(key)
  if (known !== undefined) return known
  if (DATA_KEY.test(key) || !FIELD_NAME.test(key)) return '*'
  const step = key.includes('.') ? key.replaceAll('.', '%2E') : key
  if (names.size < MOST_NAMES) names.set(key, step)
  return step
}
/** The same names come again and again; keys that are data do not, and are not remembered. */
const names = new Map<string, string>()
const MOST_NAMES = 5_000
/** Many members that are all objects: a map by something, whatever its keys look like. */
export const isKeyedByData = (members: [string, unknown][]): boolean =>
  members.length > MOST_MEMBERS && members.every(([, one]) => kindOf(one) === 'object')

/** A short word in capitals or in small letters, with `_` between: what programs write into fields of fixed meaning. */
const WORD = /^(?:[A-Z]{2,}[A-Z0-9]{0,15}(?:_[A-Z0-9]{1,16}){0,5}|[a-z]{2,16}(?:_[a-z0-9]{1,16}){0,5})$/
const LONGEST_WORD = 40
/** Fields in which people, things and places are named, or written about: a single small word in them is no list's. */
const NAMING =
  /name|title|label|note|comment|text|descr|message|remark|user|owner|person|athlete|nick|mail|phone|address|city|country|place|location|tag|food|brand|model|device|id$|uuid|key|token|secret|hash|code$|url|link|serial|photo|image|lang|gender|sex|zone$/i
function noteText(text: string, name: string, seen: Seen): void {
  if (seen.free) return
  if (text.length > LONGEST_WORD || !WORD.test(text) || NAMING.test(name)) {
    if (text !== '') loosen(seen)
    return
  }
  seen.words ??= new Set()
  seen.words.add(text)
  if (seen.words.size > MOST_WORDS) loosen(seen)
}
function loosen(seen: Seen): void {
  seen.free = true
  delete seen.words
}
