import { differingPaths } from '../../shared/schema/field-diff.ts'
import type { AppendRecord } from '../../shared/source/record.ts'
import type { RerunChange, RerunResult } from '../rerun-api.ts'
import type { Cell } from './cell.ts'
import { type Draft, makeDraft, mergeTexts } from './drafts.ts'
import type { RecordRow } from './records.ts'
import { type Folded, type Key, readFolded } from './rerun-drafts.ts'
import type { Rerun } from './reruns.ts'
import { highest, isBefore, isBeforeAny, numbersIn, type Parts, place } from './source-order.ts'
import { codeOf } from './types.ts'

/**
 * Beside the numbers of its parts a corrected record keeps, below zero, how often it was corrected: its revision less that
 * is how many payloads changed it.
 */
const CORRECTIONS = ''

export type Processed = RerunResult['processed'][number]
/** A record of a payload that ran again, with the place of the payload in the source order. */
export interface Again {
  record: AppendRecord
  number: number
  payload: Processed
}
/** What is to be done about one record. */
export interface Decided {
  key: Key
  change?: { kind: RerunChange; before: string | undefined; after: string | undefined }
  draft?: Draft
  /** To be kept: not all has run that the record is made of, or a dry run goes on with what would be. */
  folded?: Folded
  /** There is something kept that is settled now. */
  forget?: true
}

export const numberOf = ({ parent, number }: Processed): number => parent ?? number
export const keysOf = (cell: Cell, { user_id, records }: Processed): Key[] =>
  records.map(({ type, summary_id }) => ({
    connection: cell.connections.of(user_id)!.number,
    type: codeOf(type),
    summary_id,
  }))
const partsOf = (row: RecordRow | undefined): Parts => (row ? (JSON.parse(row.parts) as Parts) : {})

/** One record's payloads in the order of their numbers. */
export async function decide(cell: Cell, job: Rerun, key: Key, again: Again[]): Promise<Decided> {
  const { moves } = cell.cold
  const row = cell.record(key.connection, key.type, key.summary_id)
  const parts = partsOf(row)
  const before = row && (await cell.texts.read(row))
  const kept = readFolded(cell, job, key)
  const begun =
    kept ?? (row && again.every(({ number }) => number > highest(parts)) ? asItIs(row, parts, before) : NONE)
  const folded = fold(begun, again)
  if (numbersIn(parts).some(([part, number]) => (folded.parts[part] ?? 0) < number)) return { key, folded }
  // The payloads that ran are all that changed it: it is what they make of it. Else what is there is kept beneath.
  const whole = !row || folded.changes >= row.revision + (parts[CORRECTIONS] ?? 0)
  const body =
    whole || before === undefined || folded.body === undefined ? folded.body : mergeTexts(before, folded.body, false)
  const forget = kept && { forget: true as const }
  const kind = changeOf(before, body)
  if (!kind) return { key, ...forget }
  const change = folded.told ? undefined : { kind, before, after: body }
  if (job.dryRun) return { key, change, folded: { ...folded, body, told: true } }
  const draft = await makeDraft(
    cell,
    { row, moves, ...key, body, changed: true, parts: corrected(row, folded.parts) },
    folded,
    fromOf(row, folded),
  )
  return { key, change, draft, ...forget }
}

/** No payload that it was made of makes it any more. */
export async function drop(cell: Cell, job: Rerun, key: Key): Promise<Decided> {
  const { moves } = cell.cold
  const row = cell.record(key.connection, key.type, key.summary_id)
  const before = row && (await cell.texts.read(row))
  if (!row || before === undefined || readFolded(cell, job, key)) return { key }
  const change = { kind: 'dropped' as const, before, after: undefined }
  if (job.dryRun) return { key, change }
  const made = { row, moves, ...key, body: undefined, changed: true, parts: corrected(row, partsOf(row)) }
  const draft = await makeDraft(cell, made, { startAt: row.start_at, endAt: row.end_at }, fromOf(row))
  return { key, change, draft }
}
/** Records that one payload alone was made into, and that are there. */
export function madeOf(cell: Cell, connection: number, number: number): Key[] {
  const hot = cell.tables.read<Key & { parts: string; size: number }>(
    `SELECT connection, type, summary_id, parts, size FROM records
       WHERE connection = ? AND type < 100 AND size > 0 AND instr(parts, ?) > 0`,
    connection,
    `:${number}`,
  )
  return [...hot, ...cell.cold.ofConnection(connection)]
    .filter(({ parts, size }) => size > 0 && numbersIn(JSON.parse(parts)).every(([, of]) => of === number))
    .map(({ type, summary_id }) => ({ connection, type, summary_id }))
}

const NONE: Folded = {
  ...{ parts: {}, body: undefined, startAt: 0, endAt: 0, receivedAt: 0, trace: '', changes: 0, told: false },
}
/** What comes after everything that is there goes on top of it. */
function asItIs(row: RecordRow, { [CORRECTIONS]: corrections = 0, ...parts }: Parts, body: string | undefined): Folded {
  const { start_at: startAt, end_at: endAt, revision } = row
  return { ...NONE, parts, body, startAt, endAt, changes: revision + corrections }
}

function fold(begun: Folded, again: Again[]): Folded {
  const folded = { ...begun, parts: { ...begun.parts } }
  for (const { record, number, payload } of again.toSorted((a, b) => a.number - b.number)) {
    const { part, version } = record
    const one = { part, number, version, gone: record.body === undefined }
    // As when it came: an older version is none, and where the first content stays, a second one neither.
    if (version !== undefined && isBefore(one, folded.parts, part)) continue
    if (record.once && folded.body !== undefined && folded.body !== record.body) continue
    const older = isBeforeAny(one, folded.parts)
    if (record.body === undefined && older) continue
    const body =
      record.body === undefined || folded.body === undefined ? record.body : mergeTexts(folded.body, record.body, older)
    if (body !== folded.body || Object.keys(folded.parts).length === 0) folded.changes++
    folded.body = body
    place(folded.parts, { ...one, number: Math.max(folded.parts[part] ?? 0, number) })
    if (older) continue
    const { startAt, endAt } = record
    Object.assign(folded, { startAt, endAt, receivedAt: payload.receivedAt, trace: payload.trace })
  }
  return folded
}

/** By what is said, not by how: the order of fields is no change. */
function changeOf(before: string | undefined, after: string | undefined): RerunChange | undefined {
  if (before === undefined || after === undefined)
    return before === after ? undefined : before === undefined ? 'added' : 'dropped'
  if (before === after || differingPaths(JSON.parse(before), JSON.parse(after)).length === 0) return undefined
  return 'changed'
}
const corrected = (row: RecordRow | undefined, parts: Parts): Parts =>
  row ? { ...parts, [CORRECTIONS]: (partsOf(row)[CORRECTIONS] ?? 0) - 1 } : parts
/** A correction tells of the same call of the source as before. */
const fromOf = (row: RecordRow | undefined, folded?: Folded) => ({
  origin: 'correction' as const,
  received_at: row?.received_at ?? folded!.receivedAt,
  trace: row?.trace ?? folded!.trace,
})
