import { sha256 } from '../../shared/base/hash.ts'
import { newId } from '../../shared/base/ids.ts'
import { IDEMPOTENT_MS } from '../../shared/base/limits.ts'
import { SUPPLY } from '../../shared/base/supply-limits.ts'
import { DAY_MS } from '../../shared/base/time.ts'
import { type BatchState, isEnded } from '../../shared/supply/batch-state.ts'
import { batchFolder } from '../../shared/supply/desk.ts'
import { addCounts } from '../../shared/supply/outcome.ts'
import { countCodes, sumOf } from '../../shared/supply/report.ts'
import { DIED, type Failure, givenUp, isHopeless, type Trouble, troubleAfter } from '../../shared/supply/trouble.ts'
import { emptyFolder } from '../payload-link.ts'
import type {
  BatchView,
  Begun,
  Committed,
  NewBatch,
  PieceCommitted,
  PieceLease,
  PieceResult,
  ReceivedBatch,
} from '../supplier-desk-api.ts'
import type { BatchListener } from './batch-listener.ts'
import { type BatchRow, BatchRows, laneOf, leftOf, sameBody, viewOf } from './batch-rows.ts'
import type { Desk, Part } from './desk.ts'

interface Out {
  lease: PieceLease
  until: number
}

/** The batches of a desk: received, processed piece by piece, told of. Each step may come twice. */
export class Batches implements Part {
  readonly rows: BatchRows
  private readonly desk: Desk
  private readonly listener: BatchListener
  /** In memory: a lease that is lost is given out again, and its first holder's result is not taken. */
  private readonly out = new Map<string, Out>()
  /** Which lane was served when: counted, as several are in one millisecond. */
  private readonly served = new Map<string, number>()
  private turn = 0
  /** In memory: a door has told of each since this object began. */
  private readonly receiving = new Set<string>()
  /** Nobody has said "look" since then. */
  private nudgedAt = 0

  constructor(desk: Desk, listener: BatchListener) {
    this.desk = desk
    this.rows = new BatchRows(desk)
    this.listener = listener
  }

  begin(batch: NewBatch): Begun {
    const now = this.desk.now()
    const keyHash = batch.idempotency_key === undefined ? null : sha256(batch.idempotency_key)
    return this.desk.tables.transaction(() => {
      const before = keyHash === null ? undefined : this.rows.byKey(keyHash, now)
      if (before) {
        if (before.state !== 'receiving') return sameBody(before, batch.hash)
        if (before.due_at > now && this.receiving.has(before.batch_id)) return { kind: 'running' }
        // Its door is gone, or nobody knows of it since this object died: this one brings it. A door that lives all the same
        // is told so when it commits.
        this.forget(before)
      }
      this.rows.insert(batch, now, now + SUPPLY.receivingMs)
      if (keyHash !== null) this.rows.claimKey(keyHash, batch.batch_id, now + IDEMPOTENT_MS)
      this.receiving.add(batch.batch_id)
      return { kind: 'go' }
    })
  }
  /** Its bytes are coming still. */
  keep(batchId: string): void {
    const row = this.rows.of(batchId)
    if (row?.state !== 'receiving') return
    this.receiving.add(batchId)
    this.rows.put({ ...row, due_at: this.desk.now() + SUPPLY.receivingMs })
  }
  /** All its bytes are kept. */
  commit(received: ReceivedBatch): Committed {
    this.receiving.delete(received.batch_id)
    return this.desk.tables.transaction(() => {
      const row = this.rows.of(received.batch_id)
      this.late(received.batch_id, row)
      if (!row) return { kind: 'gone' }
      if (row.state !== 'receiving')
        return row.about.hash === received.hash ? { kind: 'replayed', batch: viewOf(row) } : { kind: 'gone' }
      const { hash, bytes, unpacked, pieces } = received
      const records = pieces.reduce((sum, one) => sum + one, 0)
      row.about = { ...row.about, hash, bytes, unpacked, pieces, records, received_at: this.desk.now() }
      this.move(row, records === 0 ? 'done' : 'queued')
      return { kind: 'taken', batch: viewOf(row) }
    })
  }
  /** One whose body turned out to be another's, or none: as if it had not begun. */
  abandon(batchId: string): void {
    this.receiving.delete(batchId)
    const row = this.rows.of(batchId)
    this.late(batchId, row)
    if (row?.state === 'receiving') this.desk.tables.transaction(() => this.forget(row))
  }
  /** Of a batch that is over its door has written on: what was taken away is there again. */
  private late(batchId: string, row: BatchRow | undefined): void {
    if (!row || isEnded(row.state)) this.rows.leave(batchId)
  }
  fail(batchId: string, reason: string): void {
    const row = this.rows.of(batchId)
    if (!row || isEnded(row.state)) return
    row.about.reason = reason
    this.desk.tables.transaction(() => this.move(row, 'failed'))
    this.out.delete(batchId)
  }
  /** What is taken already stays. */
  cancel(batchId: string): BatchView | undefined {
    const row = this.rows.of(batchId)
    if (!row) return undefined
    if (!isEnded(row.state)) {
      this.desk.tables.transaction(() => this.move(row, 'cancelled'))
      this.out.delete(batchId)
    }
    return viewOf(row)
  }

  /** The next piece of the lane that was served longest ago; undefined: nothing is to do now. */
  take(): PieceLease | undefined {
    const now = this.desk.now()
    this.nudgedAt = now
    for (const [batchId, { until }] of this.out) if (until <= now) this.troubled(batchId, DIED)
    const free = this.rows
      .heads()
      .filter((row) => row.due_at <= now && !this.out.has(row.batch_id))
      .sort((a, b) => (this.served.get(laneOf(a)) ?? 0) - (this.served.get(laneOf(b)) ?? 0))
    const row = free[0]
    if (!row) return undefined
    this.served.set(laneOf(row), ++this.turn)
    const { about, batch_id, contract_id, pieces_done: piece } = row
    const lease: PieceLease = {
      lease: newId('lse'),
      batch_id,
      contract_id,
      piece,
      records: about.pieces[piece]!,
      first_line: 1 + about.pieces.slice(0, piece).reduce((sum, one) => sum + one, 0),
      work: about.work,
      origin: about.origin,
      received_at: about.received_at!,
      now,
      desk: this.desk.name,
      held: this.listener.isHeld(row),
    }
    this.out.set(batch_id, { lease, until: now + SUPPLY.pieceLeaseMs })
    return lease
  }
  commitPiece(result: PieceResult): PieceCommitted {
    const out = this.out.get(result.batch_id)
    const row = this.rows.of(result.batch_id)
    if (!row || out?.lease.lease !== result.lease || isEnded(row.state)) return { kind: 'stale' }
    this.out.delete(result.batch_id)
    return this.desk.tables.transaction(() => {
      if (out.lease.work === 'check') this.noteChecked(row, out.lease, result)
      else this.noteTaken(row, out.lease, result)
      return { kind: 'done', batch: viewOf(row) }
    })
  }
  /** A small batch that was processed while its sender waits: begun, received and done in one. */
  whole(batch: NewBatch, received: ReceivedBatch, result: Omit<PieceResult, 'lease' | 'piece'>): BatchView {
    const now = this.desk.now()
    return this.desk.tables.transaction(() => {
      const before = this.rows.of(batch.batch_id)
      if (before && isEnded(before.state)) return viewOf(before)
      if (!before) this.rows.insert(batch, now, now)
      const row = this.rows.of(batch.batch_id)!
      const { hash, bytes, unpacked, pieces } = received
      row.about = { ...row.about, hash, bytes, unpacked, pieces, records: pieces[0]!, received_at: now, work: 'take' }
      row.state = 'processing'
      const { batch_id, contract_id } = row
      const lease: PieceLease = {
        ...{ lease: '', batch_id, contract_id, piece: 0, records: pieces[0]!, first_line: 1, work: 'take' },
        ...{ origin: row.about.origin, received_at: now, now, desk: this.desk.name, held: false },
      }
      this.noteTaken(row, lease, { ...result, lease: '', piece: 0 })
      return viewOf(row)
    })
  }
  release(lease: string, failure: Failure): void {
    for (const [batchId, out] of this.out) if (out.lease.lease === lease) this.troubled(batchId, failure)
  }
  /** What is to be done for it failed: it is tried again, or given up. */
  troubled(batchId: string, failure: Failure): void {
    this.out.delete(batchId)
    const row = this.rows.of(batchId)
    if (!row || isEnded(row.state)) return
    const now = this.desk.now()
    const trouble = troubleAfter(row.about.trouble, failure, now)
    if (isHopeless(trouble, now)) this.fail(batchId, givenUp(trouble, leftOf(row), row.about.records))
    else this.wait(row, trouble)
  }
  private wait(row: BatchRow, trouble: Trouble): void {
    row.about.trouble = { ...row.about.trouble, ...trouble }
    // Of one that is received it is when it is taken for dead.
    if (row.state !== 'receiving') row.due_at = trouble.next_at
    this.desk.tables.transaction(() => {
      this.listener.troubled(row)
      this.rows.put(row)
    })
  }

  /** Batches that are under way, and their records that have no outcome. */
  waiting(): { batches: number; records: number } {
    const open = this.rows.open()
    const records = open.reduce((sum, row) => sum + leftOf(row), 0)
    return { batches: open.length + this.rows.receiving().length, records }
  }

  private noteTaken(row: BatchRow, lease: PieceLease, result: PieceResult): void {
    const counts = countCodes(result.codes)
    if (sumOf(counts) !== lease.records) throw new Error(`a piece of ${lease.records} records came back with others`)
    row.about.counts = addCounts(row.about.counts, counts)
    row.pieces_done++
    this.listener.taken(row, lease, result)
    this.move(row, row.pieces_done === row.about.pieces.length ? 'done' : 'processing')
  }
  private noteChecked(row: BatchRow, lease: PieceLease, result: PieceResult): void {
    row.about.refused += [...result.codes].filter((code) => code === 'r' || code === 'q').length
    row.pieces_done++
    this.listener.checked(row, lease, result)
    const { records, refused, pieces } = row.about
    const whole = row.pieces_done === pieces.length
    if (whole && refused > 0) {
      row.about.counts = { ...row.about.counts, rejected: records }
      row.about.reason = `strict mode: ${refused} of ${records} records cannot be taken, so none was`
      this.listener.refused(row, result.tally)
      this.move(row, 'refused')
      return
    }
    if (whole) {
      row.about.work = 'take'
      row.pieces_done = 0
    }
    this.move(row, 'processing')
  }
  private move(row: BatchRow, state: BatchState): void {
    row.state = state
    row.due_at = this.desk.now()
    if (row.about.trouble) this.listener.untroubled(row)
    delete row.about.trouble
    if (isEnded(state)) {
      row.about.ended_at = this.desk.now()
      this.listener.ended(row)
      this.leave(row)
      // Nothing of it is kept longer than it is told of.
      row.due_at += Math.max(row.about.report_days, row.about.quarantine_days) * DAY_MS
    }
    this.rows.put(row)
  }

  /** Never taken; what came of its bytes goes. */
  private forget(row: BatchRow): void {
    this.receiving.delete(row.batch_id)
    this.rows.drop(row.batch_id)
    this.leave(row)
  }
  /** Records that come by themselves were never in pieces. */
  private leave({ batch_id, about }: BatchRow): void {
    if (about.kind !== 'records') this.rows.leave(batch_id)
  }

  /** A message may be lost, and so may whoever works. */
  dueAt(): number {
    const open = this.rows.open()
    const late = this.rows.receiving()
    const [old] = this.rows.endedBefore(Number.MAX_SAFE_INTEGER, 1)
    return Math.min(
      ...open.map(({ due_at }) => Math.max(due_at, this.nudgedAt + SUPPLY.watchMs)),
      ...late.map(({ due_at }) => due_at),
      old ? old.due_at : Number.POSITIVE_INFINITY,
      this.rows.litter().length > 0 ? this.desk.now() : Number.POSITIVE_INFINITY,
    )
  }
  async look(now: number): Promise<void> {
    for (const row of this.rows.receiving()) if (row.due_at <= now) this.desk.tables.transaction(() => this.forget(row))
    for (const row of this.rows.endedBefore(now, SUPPLY.forgottenAtOnce))
      this.desk.tables.transaction(() => {
        if (this.listener.isKept(row)) return this.rows.put({ ...row, due_at: now + SUPPLY.keptStillMs })
        this.listener.forgotten(row)
        this.rows.drop(row.batch_id)
      })
    for (const batchId of this.rows.litter()) {
      await emptyFolder(this.desk.env, batchFolder(this.desk.address, batchId), Number.POSITIVE_INFINITY)
      this.rows.swept(batchId)
    }
    if (this.rows.heads().length === 0) return
    this.nudgedAt = now
    await this.desk.turns.call()
  }
}
