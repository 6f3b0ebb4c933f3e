import { base64url, fromBase64, text, utf8 } from '../../shared/base/bytes.ts'
import { Fault } from '../../shared/base/fault.ts'
import { z } from '../../shared/base/zod.ts'

/**
 * Where a reader of the feed is: a position in every cell, because every cell goes on growing, and the cell to begin
 * the next page with, so that a busy one does not keep the others waiting.
 */
export interface FeedCursor {
  first: number
  seqs: Map<number, number>
}
const Written = z.tuple([z.int().min(0), z.array(z.tuple([z.int().min(1), z.int().min(0)])).max(10_000)])

export const writeCursor = ({ first, seqs }: FeedCursor): string => base64url(utf8(JSON.stringify([first, [...seqs]])))

export function readCursor(after: string | undefined): FeedCursor {
  if (after === undefined) return { first: 0, seqs: new Map() }
  try {
    const [first, seqs] = Written.parse(JSON.parse(text(fromBase64(after))))
    return { first, seqs: new Map(seqs) }
  } catch {
    throw new Fault('bad_request', 'after is not a cursor of this list; leave it out to begin at the start')
  }
}
