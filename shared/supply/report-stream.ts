import type { ReportRows } from '../../durable-objects/report-api.ts'
import { utf8 } from '../base/bytes.ts'
import { lastLineOf, linesOf, type ReportFilter, type ReportLine, type ReportPiece } from './report.ts'
import { unpackProblems } from './report-pack.ts'

/** Bytes that go out together: a line by itself would cost more than it is. */
const CHUNK_BYTES = 64 * 1024

/** Pieces after a line, in order; none: there are no more. */
export type ReadPieces = (after: number) => Promise<ReportPiece[]>

/**
 * A report as NDJSON. Pieces are read when the reader has taken what came before, so that no more than a few are in
 * memory however long the report is, and however slowly it is read.
 */
export function reportStream(
  read: ReadPieces,
  filter: ReportFilter,
  shown: (line: ReportLine) => object = (line) => line,
): ReadableStream<Uint8Array> {
  const chunks = chunksOf(read, filter, shown)
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await chunks.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await chunks.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

async function* chunksOf(
  read: ReadPieces,
  filter: ReportFilter,
  shown: (line: ReportLine) => object,
): AsyncGenerator<Uint8Array> {
  let after = (filter.fromLine ?? 1) - 1
  let waiting = ''
  for (;;) {
    const pieces = await read(after)
    if (pieces.length === 0) break
    for (const piece of pieces) {
      for (const line of linesOf(piece, filter, after)) {
        waiting += `${JSON.stringify(shown(line))}\n`
        if (waiting.length < CHUNK_BYTES) continue
        yield utf8(waiting)
        waiting = ''
      }
      after = lastLineOf(piece)
    }
  }
  if (waiting !== '') yield utf8(waiting)
}

/** One page of lines, and the line after which the next begins; null: there is none. */
export async function reportPage(read: ReadPieces, filter: ReportFilter, page: { after: number; limit: number }) {
  const lines = []
  let after = Math.max(page.after, (filter.fromLine ?? 1) - 1)
  for (;;) {
    const pieces = await read(after)
    if (pieces.length === 0) return { lines, next: null }
    for (const piece of pieces) {
      for (const line of linesOf(piece, filter, after)) {
        if (lines.length === page.limit) return { lines, next: lines.at(-1)!.line }
        lines.push(line)
      }
      after = lastLineOf(piece)
    }
  }
}

/** Opens rows as they are answered; where some are far apart it asks on until it has one or all were looked at. */
export function readerOf(rows: (after: number) => Promise<ReportRows>): ReadPieces {
  let ended = false
  return async (after) => {
    for (let from = after; !ended; ) {
      const { pieces, to } = await rows(from)
      ended = to === null
      if (pieces.length > 0) return pieces.map((piece) => ({ ...piece, problems: unpackProblems(piece.problems) }))
      from = to ?? from
    }
    return []
  }
}
