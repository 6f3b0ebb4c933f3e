/**
 * Where the members of a JSON text begin and end, so that what a client sent is passed on as it was written: numbers beyond
 * 2^53 and the order of members included. For texts that `JSON.parse` has taken; it is not a validator.
 */

const QUOTE = 34
const BACKSLASH = 92
const OPEN = new Set([91, 123])
const CLOSED = new Set([93, 125])
const isSpace = (code: number) => code === 32 || code === 9 || code === 10 || code === 13

/** How deep lists and objects lie in each other. */
export function depthOf(text: string): number {
  let depth = 0
  let most = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) i = afterText(text, i) - 1
    else if (code === 123 || code === 91) {
      if (++depth > most) most = depth
    } else if (code === 125 || code === 93) depth--
  }
  return most
}

/** The texts of an object's members, by name; of one that is there twice the last, as `JSON.parse` has it. */
export function membersOf(text: string): Map<string, string> {
  const found = new Map<string, string>()
  let i = afterSpace(text, afterSpace(text, 0) + 1)
  while (text.charCodeAt(i) === QUOTE) {
    const end = afterText(text, i)
    const name = JSON.parse(text.slice(i, end)) as string
    const from = afterSpace(text, afterSpace(text, end) + 1)
    const to = afterValue(text, from)
    found.set(name, text.slice(from, to))
    // Past the comma, or the end.
    i = afterSpace(text, afterSpace(text, to) + 1)
  }
  return found
}

/** The texts of a list's elements. */
export function elementsOf(text: string): string[] {
  const found: string[] = []
  let i = afterSpace(text, afterSpace(text, 0) + 1)
  while (i < text.length && text.charCodeAt(i) !== 93) {
    const to = afterValue(text, i)
    found.push(text.slice(i, to))
    i = afterSpace(text, to)
    if (text.charCodeAt(i) === 93) break
    i = afterSpace(text, i + 1)
  }
  return found
}

function afterSpace(text: string, from: number): number {
  let i = from
  while (isSpace(text.charCodeAt(i))) i++
  return i
}
function afterText(text: string, from: number): number {
  let i = from + 1
  for (;;) {
    const code = text.charCodeAt(i)
    if (code === QUOTE || i >= text.length) return i + 1
    i += code === BACKSLASH ? 2 : 1
  }
}
function afterValue(text: string, from: number): number {
  const first = text.charCodeAt(from)
  if (first === QUOTE) return afterText(text, from)
  let i = from
  if (OPEN.has(first)) {
    let depth = 0
    do {
      const code = text.charCodeAt(i)
      if (code === QUOTE) {
        i = afterText(text, i)
        continue
      }
      if (OPEN.has(code)) depth++
      else if (CLOSED.has(code)) depth--
      i++
    } while (depth > 0 && i < text.length)
    return i
  }
  while (i < text.length) {
    const code = text.charCodeAt(i)
    if (code === 44 || CLOSED.has(code) || isSpace(code)) break
    i++
  }
  return i
}
