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
/** Text, or a whole number of sixteen digits and more (not the digits after a point, and not before one). */
const TEXT_OR_LONG = /"(?:[^"\\]|\\.)*"|(?<![.\d])-?[1-9]\d{15,}(?![.\deE])/g

/**
 * JSON.parse, but an integer beyond 2^53 stays what it is, as text: `{"id": 12345678987654321}` is `'12345678987654321'`,
 * where a number would have become …320 and named another item. Payloads without such numbers cost one look.
 */
export const parseJson = (text: string): Item => JSON.parse(hasLong(text) ? quoted(text) : text)

const quoted = (text: string): string =>
  text.replace(TEXT_OR_LONG, (found) =>
    found[0] !== '"' && !Number.isSafeInteger(Number(found)) ? `"${found}"` : found,
  )
