import { sha256 } from '../../shared/base/hash.ts'
import { differingPaths } from '../../shared/schema/field-diff.ts'
import { mergeRecord } from '../../shared/schema/merge.ts'
import type { Cell } from './cell.ts'
import type { Batch } from './group-commit.ts'
import type { RecordRow, RecordVersion } from './records.ts'
import type { Parts } from './source-order.ts'

/** What one call makes of one record: all its parts folded together, one row written. */
export interface Draft {
  connection: number
  type: number
  summary_id: string
  /** The row that it was made from; a commit in between makes it again. */
  basedOn: RecordVersion | undefined
  /** That row is cold, as it was when so many moves had been made. */
  cold: boolean
  moves: number
  /** As it was when so many rows had been written; undefined: nobody counted. */
  writes: number | undefined
  row: Omit<RecordRow, 'seq' | 'appended_at'>
  /** When the content that stays was appended: the ordering time of a seq is one for ever. */
  appendedBefore: number | undefined
  text: string | undefined
  changed: boolean
}
/** What a record is to become, and the row that it was made from. */
interface Made {
  row: RecordRow | undefined
  moves: number
  writes?: number
  connection: number
  type: number
  summary_id: string
  body: string | undefined
  changed: boolean
  parts: Parts
}

/** undefined: its connection's key is destroyed. */
export async function makeDraft(
  cell: Cell,
  { row, moves, writes, connection, type, summary_id, body, changed, parts }: Made,
  { startAt, endAt }: { startAt: number; endAt: number },
  from: Pick<RecordRow, 'origin' | 'received_at' | 'trace'>,
): Promise<Draft | undefined> {
  const hash = body === undefined ? '' : contentHash(body)
  const stored =
    body === undefined ? { body: null, large: null } : await cell.texts.store(connection, type, summary_id, body, hash)
  if (!stored) return undefined
  return {
    ...{ connection, type, summary_id, moves, writes, changed, text: body },
    basedOn: row && { seq: row.seq, parts: row.parts },
    cold: row?.cold !== undefined,
    appendedBefore: row?.appended_at,
    row: {
      ...{ connection, type, summary_id, start_at: startAt, end_at: endAt, hash, ...from, ...stored },
      revision: (row?.revision ?? 0) + (changed ? 1 : 0),
      parts: JSON.stringify(parts),
      size: body?.length ?? 0,
    },
  }
}
export const contentHash = (body: string): string => sha256(body).slice(0, 32)

/** `older`: what comes is from before what is there. */
export const mergeTexts = (before: string, incoming: string, older: boolean): string => {
  const [a, b] = [JSON.parse(before) as object, JSON.parse(incoming) as object]
  return JSON.stringify(older ? mergeRecord(b, a) : mergeRecord(a, b))
}
/** What comes is from before what is there, and adds what that leaves out; the same text where that is nothing. */
export function mergeBeneath(before: string, incoming: string): string {
  const merged = mergeTexts(before, incoming, true)
  return differingPaths(JSON.parse(before), JSON.parse(merged)).length === 0 ? before : merged
}

/** Writes drafts inside a commit; → how many seqs were given, or that one of them is out of date: none is written then. */
export function putDrafts(cell: Cell, batch: Batch, drafts: Draft[]): number | 'again' {
  // Where no row was written since they were read, they are as they were.
  for (const draft of drafts) if (draft.writes !== cell.records.writes && !stands(cell, draft)) return 'again'
  const now = cell.now()
  let given = 0
  for (const draft of drafts) {
    if (cell.connections.numbered(draft.connection)?.state !== 'active') continue
    const seq = draft.changed ? cell.feed.takeSeq() : draft.basedOn!.seq
    const appended_at = draft.changed ? now : draft.appendedBefore!
    cell.records.put({ ...draft.row, seq, appended_at })
    if (draft.cold || draft.moves !== cell.cold.moves)
      batch.after.push(cell.cold.remove(draft.connection, draft.type, draft.summary_id))
    if (!draft.changed) continue
    given++
    const { connection, type, summary_id, text, row } = draft
    batch.appended.push({ seq, connection, type, summary_id, bytes: row.size })
    if (text !== undefined) batch.after.push(() => cell.texts.remember(seq, text, { ...row, seq, appended_at }))
  }
  return given
}

/** What it was made from is there still. */
function stands(cell: Cell, { connection, type, summary_id, basedOn, cold, moves }: Draft): boolean {
  const hot = cell.records.versionOf(connection, type, summary_id)
  // Nothing became cold since it was looked up, and what was is taken out by nobody but a write of the same record.
  if (!hot && moves === cell.cold.moves) return cold || !basedOn
  const now = hot ?? cell.cold.get(connection, type, summary_id)
  return now?.seq === basedOn?.seq && now?.parts === basedOn?.parts
}
