import type { BatchState } from '../shared/supply/batch-state.ts'
import type { BatchTerms } from '../shared/supply/batch-terms.ts'
import type { HeldReason } from '../shared/supply/outcome.ts'
import type { RecordProblem } from '../shared/supply/problem.ts'
import type { OutcomeCounts } from '../shared/supply/report.ts'
import type { Tally } from '../shared/supply/tally.ts'
import type { Failure, Trouble } from '../shared/supply/trouble.ts'

export type { BatchState }

/** What doors and the queue's consumer say to a supplier's desk, and what it answers. Times are the desk's, epoch ms. */

export type BatchKind = 'push' | 'records' | 'upload' | 'pull'
export type BatchMode = 'partial' | 'strict'

/** A batch whose bytes begin to come. */
export interface NewBatch extends BatchTerms {
  batch_id: string
  contract_id: string
  /** `name@1.2` */
  contract: string
  kind: BatchKind
  mode: BatchMode
  origin: 'live' | 'backfill'
  /** Unique within the desk; a second batch with it is the first one. */
  idempotency_key: string | undefined
  /** sha-256 of the body in hex, where it is known before the body. */
  hash: string | undefined
  /** Of one that was fetched: the object that it is. */
  object?: PulledFrom
}
/** An object of a pull; its key and etag are sealed for `pulledContext(pull_id, object_hash)`: keys may name people. */
export interface PulledFrom {
  pull_id: string
  object_hash: string
  modified_at: number
  sealed: string
}
export type Begun =
  | { kind: 'go' }
  /** This key was used before; for the same body where its sha-256 is `hash`. */
  | { kind: 'replayed'; batch: BatchView; hash: string }
  /** … for another body. */
  | { kind: 'reused' }
  /** … by a request that has not ended. */
  | { kind: 'running' }

/** All bytes of it are in object storage. */
export interface ReceivedBatch {
  batch_id: string
  /** sha-256 of the body as it came, hex. */
  hash: string
  bytes: number
  unpacked: number
  /** Records of each piece, in order. */
  pieces: number[]
}
/** `gone`: it was cancelled, or taken for dead meanwhile: its pieces go. */
export type Committed = { kind: 'taken' | 'replayed'; batch: BatchView } | { kind: 'gone' }

export interface BatchView {
  batch_id: string
  contract_id: string
  contract: string
  kind: BatchKind
  mode: BatchMode
  state: BatchState
  /** Why it failed or was refused. */
  reason: string | null
  bytes: number
  unpacked: number
  records: number
  pieces: number
  pieces_done: number
  counts: OutcomeCounts
  created_at: number
  received_at: number | null
  ended_at: number | null
  /** Its next piece could not be worked at, and is tried again. */
  trouble: Trouble | null
  /** Of one that was fetched. It is told also when its pull remembers the object no longer. */
  object: PulledFrom | null
}

/** The right to process one piece; the batch's next turn. `check`: nothing is taken yet (strict mode). */
export interface PieceLease {
  lease: string
  batch_id: string
  contract_id: string
  piece: number
  records: number
  /** Number of its first record; records count from 1. */
  first_line: number
  work: 'check' | 'take'
  origin: 'live' | 'backfill'
  received_at: number
  /** By the desk's clock. */
  now: number
  desk: string
  /** Records of the contract are held back by a rule. */
  held: boolean
}
/** A record that is kept until it can be taken; sealed for `quarantineContext(batch_id, line)`. */
export interface HeldRecord {
  line: number
  reason: HeldReason
  problems: RecordProblem[]
  /** `subjectHash` of whose it says that it is; null: it does not. */
  subject_hash: string | null
  /** The connection that its subject had when it was read. */
  user_id?: string
  /** The payload of its subject's cell that it came after: its place in the source order, until it is taken. */
  after?: number
  sealed: Uint8Array
}
/** What is wrong with the record of a line. */
export interface LineProblems {
  line: number
  problems: RecordProblem[]
}
export interface PieceResult {
  lease: string
  batch_id: string
  piece: number
  /** A letter for each of its records, in order: see outcome.ts. */
  codes: string
  problems: LineProblems[]
  held: HeldRecord[]
  tally: Tally
}
export type PieceCommitted = { kind: 'done'; batch: BatchView } | { kind: 'stale' }

/** A subject of the supplier's, whose records are a connection's. */
export interface DeskSubject {
  /** Small, of this desk. */
  number: number
  user_id: string
  cell: string
  state: 'active' | 'withdrawn' | 'closed'
  consented: boolean
  /** The consent is over then; null: it is open. */
  consent_ends_at: number | null
  /** Records of theirs wait in quarantine. */
  held: boolean
}
export interface NewSubject {
  subject_hash: string
  user_id: string
  cell: string
  /** Sealed for `subjectContext(subject_hash)`: `SubjectAbout` as JSON. */
  sealed: Uint8Array
  consented: boolean
  consent_ends_at: number | null
}
export interface SubjectAbout {
  subject: string
  reference_id: string | null
  consent: string | null
}
export interface SubjectRow extends DeskSubject {
  subject_hash: string
  sealed: Uint8Array
  created_at: number
}

/** Of batches and subjects; what else a desk has stands in files beside this. All calls may be repeated. */
export interface SupplierDeskApi {
  beginBatch(batch: NewBatch): Promise<Begun>
  /** Its bytes are coming still: said every `SUPPLY.keptEachMs`. */
  keepBatch(batchId: string): Promise<void>
  commitBatch(received: ReceivedBatch): Promise<Committed>
  /** Its bytes did not come, or were no batch: as if it had never begun; its key is free again. */
  abandonBatch(batchId: string): Promise<void>
  /** It cannot be read after all (an upload that does not unpack). */
  failBatch(batchId: string, reason: string): Promise<void>
  cancelBatch(batchId: string): Promise<BatchView | undefined>
  batch(batchId: string): Promise<BatchView | undefined>
  /** The newest first. */
  batches(query: {
    before?: number
    limit: number
    contract_id?: string
    state?: BatchState
  }): Promise<(BatchView & { number: number })[]>
  /** A small batch that was processed while its sender waits: all of it in one call. Key: batch_id. */
  wholeBatch(batch: NewBatch, received: ReceivedBatch, result: Omit<PieceResult, 'lease' | 'piece'>): Promise<BatchView>
  /** The queue's message is here. */
  beginTurn(turn: string): Promise<void>
  /** There is more than one turn could do. */
  callTurn(): Promise<void>
  takePiece(): Promise<PieceLease | undefined>
  commitPiece(result: PieceResult): Promise<PieceCommitted>
  /** It could not be done now: storage, a full inbox. Another turn takes it after a while, ever later, and at last none does. */
  releasePiece(lease: string, failure: Failure): Promise<void>
  /** Of those that are known. */
  subjects(hashes: string[]): Promise<Record<string, DeskSubject>>
  /** The one that is there already stays; a consent that comes with it is added. */
  putSubject(subject: NewSubject): Promise<DeskSubject>
  subjectRow(hash: string): Promise<SubjectRow | undefined>
  /** In order of their numbers, without those whose connection has ended. */
  subjectRows(after: number, limit: number): Promise<SubjectRow[]>
  /** Their records are held from now on. */
  withdrawSubject(hash: string): Promise<void>
  /** Nothing of them is kept here: what is held goes too. → how many records did */
  closeSubject(hash: string): Promise<number>
}
