/** A regular expression (of ECMAScript, flag u) taken apart, as far as it matters for how long a search by it may take. */
export type Part = { least: number; most: number } & (
  | { kind: 'signs'; signs: Signs }
  | { kind: 'group'; branches: Part[][] }
  /** Takes no sign: an edge, or a look ahead or behind. */
  | { kind: 'edge'; start: boolean; branches: Part[][] }
  | { kind: 'reference' }
)
/** Which of some signs that stand for all can be there, one bit each. */
export type Signs = bigint
const SAMPLES = [...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)), 'é', 'É', 'ß', '٣', '日', '😀']
export const ALL: Signs = (1n << BigInt(SAMPLES.length)) - 1n

/** Of a source that RegExp has taken. */
export function patternTree(source: string): Part[][] {
  const at = { index: 0 }
  return branchesOf(source, at)
}
interface At {
  index: number
}
function branchesOf(source: string, at: At): Part[][] {
  const branches: Part[][] = [[]]
  while (at.index < source.length && source[at.index] !== ')') {
    if (source[at.index] === '|') {
      at.index++
      branches.push([])
    } else branches.at(-1)!.push({ ...partAt(source, at), ...timesAt(source, at) } as Part)
  }
  at.index++
  return branches
}

type Once =
  | { kind: 'signs'; signs: Signs }
  | { kind: 'group' | 'edge'; start?: boolean; branches: Part[][] }
  | { kind: 'reference' }
const GROUP = /\((?:\?(<?[=!]|<\w+>|[a-z-]*:))?/y
const ESCAPE =
  /\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[\da-fA-F]{4}(?:\\u[dD][c-fC-F][\da-fA-F]{2})?|x[\da-fA-F]{2}|c[a-zA-Z]|k<\w+>|\d+|[\s\S])/y
const CLASS = /\[(?:\\[\s\S]|[^\]\\])*\]/y
function partAt(source: string, at: At): Once {
  const sign = source[at.index]!
  if (sign === '^' || sign === '$') {
    at.index++
    return { kind: 'edge', start: sign === '^', branches: [] }
  }
  if (sign === '(') {
    const [all, kind = ''] = take(GROUP, source, at)
    const branches = branchesOf(source, at)
    return { kind: /[=!]$/.test(all) && kind !== '' ? 'edge' : 'group', start: false, branches }
  }
  if (sign === '\\') {
    const [all] = take(ESCAPE, source, at)
    if (/^\\[bB]$/.test(all)) return { kind: 'edge', start: false, branches: [] }
    return /^\\(?:[1-9]|k<)/.test(all) ? { kind: 'reference' } : { kind: 'signs', signs: signsOf(all) }
  }
  if (sign === '[') return { kind: 'signs', signs: signsOf(take(CLASS, source, at)[0]) }
  const whole = String.fromCodePoint(source.codePointAt(at.index)!)
  at.index += whole.length
  return { kind: 'signs', signs: signsOf(whole) }
}
const TIMES = /(?:([*+?])|\{(\d+)(,)?(\d+)?\})\??/y
function timesAt(source: string, at: At): { least: number; most: number } {
  TIMES.lastIndex = at.index
  const found = TIMES.exec(source)
  if (!found) return { least: 1, most: 1 }
  at.index += found[0].length
  const [, sign, least, comma, most] = found
  if (sign !== undefined) return { least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Infinity }
  return { least: Number(least), most: most === undefined ? (comma ? Infinity : Number(least)) : Number(most) }
}
function take(pattern: RegExp, source: string, at: At): RegExpExecArray {
  pattern.lastIndex = at.index
  const found = pattern.exec(source)!
  at.index += found[0].length
  return found
}
function signsOf(source: string): Signs {
  const pattern = new RegExp(`^(?:${source})$`, 'su')
  let signs = 0n
  for (const [i, sample] of SAMPLES.entries()) if (pattern.test(sample)) signs |= 1n << BigInt(i)
  // A sign that none of the samples stands for may be any of those beyond ASCII.
  return signs === 0n ? (ALL >> 128n) << 128n : signs
}
