import { DurableObject } from 'cloudflare:workers'
import { logLine } from '../shared/base/log-line.ts'
import type { Env } from './env.ts'
import { viewOf } from './supplier-desk/batch-rows.ts'
import { Batches } from './supplier-desk/batches.ts'
import { Desk } from './supplier-desk/desk.ts'
import { Subjects } from './supplier-desk/subjects.ts'
import type {
  BatchState,
  NewBatch,
  NewSubject,
  PieceResult,
  ReceivedBatch,
  SupplierDeskApi,
} from './supplier-desk-api.ts'

/** One per supplier and environment: its batches, subjects, limits, quarantine and quality. */
export class SupplierDesk extends DurableObject<Env> implements SupplierDeskApi {
  private readonly desk: Desk
  private readonly batchesOf: Batches
  private readonly subjectsOf: Subjects

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.desk = new Desk(ctx, env)
    this.subjectsOf = new Subjects(this.desk)
    this.batchesOf = new Batches(this.desk, {
      taken: () => {},
      checked: () => {},
      ended: () => {},
      forgotten: () => {},
      isHeld: () => false,
    })
    this.desk.parts.push(this.batchesOf)
  }

  async beginBatch(batch: NewBatch) {
    const begun = this.batchesOf.begin(batch)
    await this.desk.arm()
    return begun
  }
  async commitBatch(received: ReceivedBatch) {
    const committed = this.batchesOf.commit(received)
    await this.desk.arm()
    return committed
  }
  async abandonBatch(batchId: string) {
    this.batchesOf.abandon(batchId)
    await this.desk.arm()
  }
  async failBatch(batchId: string, reason: string) {
    this.batchesOf.fail(batchId, reason)
    await this.desk.arm()
  }
  async cancelBatch(batchId: string) {
    const view = this.batchesOf.cancel(batchId)
    await this.desk.arm()
    return view
  }
  async wholeBatch(batch: NewBatch, received: ReceivedBatch, result: Omit<PieceResult, 'lease' | 'piece'>) {
    const view = this.batchesOf.whole(batch, received, result)
    await this.desk.arm()
    return view
  }
  async batch(batchId: string) {
    const row = this.batchesOf.rows.of(batchId)
    return row && viewOf(row)
  }
  async batches(query: { before?: number; limit: number; contract_id?: string; state?: BatchState }) {
    return this.batchesOf.rows.page(query).map((row) => ({ ...viewOf(row), number: row.number }))
  }
  async takePiece() {
    const lease = this.batchesOf.take()
    await this.desk.arm()
    return lease
  }
  async commitPiece(result: PieceResult) {
    const committed = this.batchesOf.commitPiece(result)
    await this.desk.arm()
    return committed
  }
  async releasePiece(lease: string, delayMs: number) {
    this.batchesOf.release(lease, delayMs)
    await this.desk.arm()
  }
  async subjects(hashes: string[]) {
    return this.subjectsOf.of(hashes)
  }
  async putSubject(subject: NewSubject) {
    return this.subjectsOf.put(subject)
  }

  override async alarm() {
    await this.desk.rang((error) =>
      logLine('desk had trouble', { desk: this.desk.name, error: error instanceof Error ? error.name : 'unknown' }),
    )
  }
}
