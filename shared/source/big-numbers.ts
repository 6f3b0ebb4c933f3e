import type { Item } from './reader.ts'

const DIGITS = 16
const isDigit = (code: number): boolean => code >= 48 && code <= 57
/** Whether there is a whole number of sixteen digits: every sixteenth character is looked at, since one of them is in it. */
function hasLong(text: string): boolean {
  for (let i = DIGITS - 1; i < text.length; i += DIGITS) {
    if (!isDigit(text.charCodeAt(i))) continue
    let [start, end] = [i, i + 1]
    while (start > 0 && isDigit(text.charCodeAt(start - 1))) start--
    while (end < text.length && isDigit(text.charCodeAt(end))) end++
    // After a point they are a fraction's, after a quotation mark a text's.
    if (end - start >= DIGITS && text[start - 1] !== '.' && text[start - 1] !== '"') return true
    i = end - 1
  }
  return false
}
/** A whole number of sixteen digits and more: not the digits after a point, and not those before one. */
const WHOLE = /(?<![.\d])-?[1-9]\d{15,}(?![.\deE])/g

/**
 * JSON.parse, but an integer beyond 2^53 stays what it is, as text: `{"id": 12345678987654321}` is `'12345678987654321'`,
 * where a number would have become …320 and named another item. Payloads without such numbers cost one look.
 */
export const parseJson = (text: string): Item => JSON.parse(hasLong(text) ? quoted(text) : text)

/** Puts long whole numbers in quotation marks, but not those within text. */
function quoted(text: string): string {
  let [made, kept, from] = ['', 0, 0]
  while (from < text.length) {
    const open = text.indexOf('"', from)
    const end = open < 0 ? text.length : open
    if (end - from >= DIGITS)
      for (const { 0: found, index } of text.slice(from, end).matchAll(WHOLE)) {
        if (Number.isSafeInteger(Number(found))) continue
        made += `${text.slice(kept, from + index)}"${found}"`
        kept = from + index + found.length
      }
    from = open < 0 ? end : afterText(text, open)
  }
  return made + text.slice(kept)
}
/** Where a text ends that is opened here: a mark after an odd number of backslashes is in it. */
function afterText(text: string, open: number): number {
  for (let mark = text.indexOf('"', open + 1); mark >= 0; mark = text.indexOf('"', mark + 1)) {
    let before = mark
    while (text[before - 1] === '\\') before--
    if ((mark - before) % 2 === 0) return mark + 1
  }
  return text.length
}
