import type { Item } from './reader.ts'

/** Sixteen digits that start after a separator, so not within text and not after a decimal point. */
const LONG = /[:,[\s]-?[1-9]\d{15}/
/** Text, or a number with sixteen digits and more before its point. */
const TEXT_OR_LONG = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/**
 * JSON.parse, but an integer beyond 2^53 stays what it is, as text: `{"id": 12345678987654321}` is `'12345678987654321'`,
 * where a number would have become …320 and named another item. Payloads without such numbers cost one look.
 */
export const parseJson = (text: string): Item => JSON.parse(LONG.test(text) ? quoted(text) : text)

const quoted = (text: string): string =>
  text.replace(TEXT_OR_LONG, (found) =>
    found[0] !== '"' && /^-?\d+$/.test(found) && !Number.isSafeInteger(Number(found)) ? `"${found}"` : found,
  )
