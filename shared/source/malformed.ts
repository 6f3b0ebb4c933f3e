/** Where a text stops being JSON, by a scan that only runs when JSON.parse has refused it. */

const SPACE = /[ \t\n\r]/
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what JSON forbids in text.
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
/** Deeper than any payload; a caller could otherwise exhaust the stack. */
const DEEPEST = 500

/** Index of the first character that cannot stand where it stands; the length where the text ends too early. */
export function jsonErrorAt(text: string): number {
  const at = { index: 0 }
  const found = value(text, at, 0)
  if (found) {
    skip(text, at)
    if (at.index === text.length) return text.length
  }
  return Math.min(at.index, text.length)
}
function skip(text: string, at: { index: number }): void {
  while (at.index < text.length && SPACE.test(text[at.index]!)) at.index++
}
function value(text: string, at: { index: number }, depth: number): boolean {
  skip(text, at)
  const start = text[at.index]
  if (depth > DEEPEST || start === undefined) return false
  if (start === '{')
    return members(
      text,
      at,
      '}',
      () => match(text, at, TEXT) && punctuation(text, at, ':') && value(text, at, depth + 1),
    )
  if (start === '[') return members(text, at, ']', () => value(text, at, depth + 1))
  if (start === '"') return match(text, at, TEXT)
  for (const word of ['true', 'false', 'null'])
    if (text.startsWith(word, at.index)) {
      at.index += word.length
      return true
    }
  return match(text, at, NUMBER)
}
function members(text: string, at: { index: number }, end: string, member: () => boolean): boolean {
  at.index++
  if (punctuation(text, at, end)) return true
  do {
    skip(text, at)
    if (!member()) return false
  } while (punctuation(text, at, ','))
  return punctuation(text, at, end)
}
function punctuation(text: string, at: { index: number }, sign: string): boolean {
  skip(text, at)
  if (text[at.index] !== sign) return false
  at.index++
  return true
}
function match(text: string, at: { index: number }, pattern: RegExp): boolean {
  pattern.lastIndex = at.index
  const found = pattern.exec(text)
  if (!found) return false
  at.index += found[0].length
  return true
}

/** "line 3, column 14" of an index. */
export function position(text: string, index: number): string {
  const before = text.slice(0, index)
  return `line ${before.split('\n').length}, column ${index - before.lastIndexOf('\n')}`
}

/** A form as an object, or the byte offset at which it is not one. */
export function parseForm(text: string): { form: Record<string, string> } | { errorAt: number } {
  const form: Record<string, string> = {}
  let from = 0
  for (const pair of text.split('&')) {
    const equals = pair.indexOf('=')
    const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
    const bad = badEscape(pair)
    if (bad !== undefined) return { errorAt: from + bad }
    if (equals <= 0) return { errorAt: from + Math.max(equals, 0) }
    try {
      form[decode(name)] = decode(value)
    } catch {
      return { errorAt: from + pair.indexOf('%') } // escapes that are not UTF-8
    }
    from += pair.length + 1
  }
  return { form }
}
const decode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '))
function badEscape(text: string): number | undefined {
  const found = /%(?![0-9a-fA-F]{2})|[^\x21-\x7e]/.exec(text)
  return found?.index
}
