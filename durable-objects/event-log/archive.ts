import { concat } from '../../shared/base/bytes.ts'
import { crashPoint } from '../../shared/base/crash-point.ts'
import { sha256 } from '../../shared/base/hash.ts'
import { SEGMENT_AGE_MS } from '../../shared/base/limits.ts'
import { logLine } from '../../shared/base/log-line.ts'
import type { Cell } from './cell.ts'

/** When the oldest raw payloads must be archived at the latest; undefined: the inbox is empty. */
export const archiveDueAt = (cell: Cell): number | undefined =>
  cell.inbox.firstRow && cell.inbox.firstRow.receivedAt + SEGMENT_AGE_MS

/**
 * Moves raw payloads whose records are appended into one segment. Key: its first and last payload; it is created only if
 * absent, and the inbox rows go only when the stored object is seen to hold them.
 */
export async function archive(cell: Cell): Promise<void> {
  const due = archiveDueAt(cell)
  const { SEGMENT_BYTES } = cell.settings
  if (cell.archiving || due === undefined || (cell.inbox.bytes < SEGMENT_BYTES && cell.now() < due)) return
  cell.archiving = true
  try {
    const { rows, bytes } = cell.inbox.finishedRows(SEGMENT_BYTES)
    if (rows.length === 0 || (bytes < SEGMENT_BYTES / 2 && cell.now() < due)) return
    const segment = concat(...rows.map((row) => withLength(cell.inbox.packed(row))))
    const hash = sha256(segment)
    const name = `raw/${cell.name}/${rows[0]!.first}-${rows.at(-1)!.last}`
    await cell.env.RAW.put(name, segment, { onlyIf: { etagDoesNotMatch: '*' }, customMetadata: { hash } })
    const stored = await cell.env.RAW.head(name)
    if (stored?.customMetadata?.hash !== hash) throw new Error(`segment ${name} does not hold its payloads`)
    await crashPoint('segment-put-before-delete', cell.env)
    cell.tables.transaction(() => cell.inbox.archived(rows))
    dropPassedFeed(cell, rows.at(-1)!.last)
    logLine('segment archived', { segment: name, bytes })
  } finally {
    cell.archiving = false
  }
}

function dropPassedFeed(cell: Cell, archivedTo: number): void {
  const names = cell.feed.passed(cell.destinations.passedTo(cell.feed.head), archivedTo)
  if (names.length === 0) return
  cell.tables.transaction(() => {
    cell.tables.setMeta('floor', String(cell.feed.head))
    cell.feed.drop(names)
  })
}

function withLength(bytes: Uint8Array): Uint8Array {
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, bytes.length)
  return concat(length, bytes)
}
