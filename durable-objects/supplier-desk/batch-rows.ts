import { addCounts } from '../../shared/supply/outcome.ts'
import { noCounts, type OutcomeCounts } from '../../shared/supply/report.ts'
import type { BatchState, BatchView, Begun, NewBatch } from '../supplier-desk-api.ts'
import type { Desk } from './desk.ts'
import { type ToldTrouble, troubleOf } from './lateness.ts'

export interface BatchAbout extends Omit<NewBatch, 'batch_id' | 'contract_id' | 'idempotency_key'> {
  reason: string | null
  bytes: number
  unpacked: number
  records: number
  /** Records of each piece. */
  pieces: number[]
  counts: OutcomeCounts
  /** Strict: records are looked at before the first is taken; so many would not have been. */
  work: 'check' | 'take'
  refused: number
  created_at: number
  received_at: number | null
  ended_at: number | null
  trouble?: ToldTrouble
}
export interface BatchRow {
  number: number
  batch_id: string
  contract_id: string
  state: BatchState
  pieces_done: number
  /** A turn that came to nothing is taken again then. */
  due_at: number
  about: BatchAbout
}
type Stored = Omit<BatchRow, 'about'> & { about: string }
const opened = (row: Stored): BatchRow => ({ ...row, about: JSON.parse(row.about) as BatchAbout })

const ENDED = `state NOT IN ('receiving', 'queued', 'processing')`

/** The batches of a desk, one row each. */
export class BatchRows {
  private readonly desk: Desk
  constructor(desk: Desk) {
    this.desk = desk
  }
  of(batchId: string): BatchRow | undefined {
    return this.select(`WHERE batch_id = ?`, batchId)[0]
  }
  /** The oldest open one of each lane: batches of a contract are processed one after the other. */
  heads(): BatchRow[] {
    return this.select(
      `WHERE number IN (SELECT min(number) FROM batches WHERE state IN ('queued', 'processing')
         GROUP BY contract_id, about ->> '$.apart' AND about ->> '$.origin' = 'backfill')`,
    )
  }
  page(query: { before?: number; limit: number; contract_id?: string; state?: BatchState }): BatchRow[] {
    const { before = Number.MAX_SAFE_INTEGER, limit, contract_id = '', state = '' } = query
    return this.select(
      `WHERE number < ?1 AND (?2 = '' OR contract_id = ?2) AND (?3 = '' OR state = ?3) ORDER BY number DESC LIMIT ?4`,
      before,
      contract_id,
      state,
      limit,
    )
  }
  /** As their partial indexes have it: a desk has many more batches that have ended. */
  open(): BatchRow[] {
    return this.select(`WHERE state IN ('queued', 'processing') ORDER BY number`)
  }
  receiving(): BatchRow[] {
    return this.select(`WHERE state = 'receiving' ORDER BY number`)
  }
  endedBefore(at: number, limit: number): BatchRow[] {
    return this.select(`WHERE ${ENDED} AND due_at < ? ORDER BY due_at LIMIT ?`, at, limit)
  }
  /** One that begins. */
  insert(batch: NewBatch, now: number, due_at: number): void {
    this.desk.tables.write(
      'batch',
      `INSERT INTO batches (batch_id, contract_id, state, pieces_done, due_at, about) VALUES (?, ?, 'receiving', 0, ?, ?)`,
      batch.batch_id,
      batch.contract_id,
      due_at,
      JSON.stringify(newAbout(batch, now)),
    )
  }
  put(row: BatchRow): void {
    this.desk.tables.write(
      'batch',
      `UPDATE batches SET state = ?, pieces_done = ?, due_at = ?, about = ? WHERE number = ?`,
      row.state,
      row.pieces_done,
      row.due_at,
      JSON.stringify(row.about),
      row.number,
    )
  }
  /** Records of it came to something else: a redrive took them. Inside a transaction. */
  recount(batchId: string, change: Partial<OutcomeCounts>): void {
    const row = this.of(batchId)
    if (!row) return
    addCounts(row.about.counts, { ...noCounts(), ...change })
    this.put(row)
  }
  drop(batchId: string): void {
    this.desk.tables.write('batch', `DELETE FROM batches WHERE batch_id = ?`, batchId)
    this.desk.tables.write('batch', `DELETE FROM idempotency WHERE batch_id = ?`, batchId)
  }
  /** Its pieces may go. */
  leave(batchId: string): void {
    this.desk.tables.write('batch', `INSERT OR IGNORE INTO litter VALUES (?)`, batchId)
  }
  litter(): string[] {
    return this.desk.tables
      .read<{ batch_id: string }>(`SELECT batch_id FROM litter LIMIT 100`)
      .map((row) => row.batch_id)
  }
  swept(batchId: string): void {
    this.desk.tables.write('batch', `DELETE FROM litter WHERE batch_id = ?`, batchId)
  }
  byKey(keyHash: string, now: number): BatchRow | undefined {
    return this.select(
      `WHERE batch_id = (SELECT batch_id FROM idempotency WHERE key_hash = ? AND expires_at > ?)`,
      keyHash,
      now,
    )[0]
  }
  claimKey(keyHash: string, batchId: string, expiresAt: number): void {
    this.desk.tables.write(
      'batch',
      `INSERT INTO idempotency VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET batch_id = excluded.batch_id, expires_at = excluded.expires_at`,
      keyHash,
      batchId,
      expiresAt,
    )
  }
  private select(where: string, ...values: (string | number)[]): BatchRow[] {
    return this.desk.tables
      .read<Stored>(
        `SELECT number, batch_id, contract_id, state, pieces_done, due_at, about FROM batches ${where}`,
        ...values,
      )
      .map(opened)
  }
}

const newAbout = (
  { batch_id: _, contract_id: __, idempotency_key: ___, ...about }: NewBatch,
  created_at: number,
): BatchAbout => ({
  ...about,
  reason: null,
  bytes: 0,
  unpacked: 0,
  records: 0,
  pieces: [],
  counts: noCounts(),
  work: about.mode === 'strict' ? 'check' : 'take',
  refused: 0,
  created_at,
  received_at: null,
  ended_at: null,
})
/** Where the order does not decide, what is of the past has a lane of its own. */
export const laneOf = ({ contract_id, about }: BatchRow): string =>
  about.apart && about.origin === 'backfill' ? `${contract_id} past` : contract_id
/** What a key that was used before comes to. */
export function sameBody(row: BatchRow, hash: string | undefined): Begun {
  // Without a digest the body itself has to tell: whoever asks compares its hash.
  if (hash !== undefined && row.about.hash !== hash) return { kind: 'reused' }
  return { kind: 'replayed', batch: viewOf(row), hash: row.about.hash ?? '' }
}
/** Of its records those that have no outcome. In a strict batch that is still looked at none has. */
export const leftOf = ({ about: { pieces, work }, pieces_done }: BatchRow): number =>
  pieces.slice(work === 'check' ? 0 : pieces_done).reduce((sum, one) => sum + one, 0)
export const viewOf = ({ batch_id, contract_id, state, pieces_done, about }: BatchRow): BatchView => ({
  batch_id,
  contract_id,
  contract: about.contract,
  kind: about.kind,
  mode: about.mode,
  state,
  reason: about.reason,
  bytes: about.bytes,
  unpacked: about.unpacked,
  records: about.records,
  pieces: about.pieces.length,
  pieces_done: about.work === 'check' ? 0 : pieces_done,
  counts: about.counts,
  created_at: about.created_at,
  received_at: about.received_at,
  ended_at: about.ended_at,
  trouble: about.trouble ? troubleOf(about.trouble) : null,
  object: about.object ?? null,
})
