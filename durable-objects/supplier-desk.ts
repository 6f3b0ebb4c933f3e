import { logLine } from '../shared/base/log-line.ts'
import type { SupplierLimits, Want } from '../shared/supply/limits.ts'
import type { QuarantineFilter } from '../shared/supply/quarantine.ts'
import type { ReportFilter } from '../shared/supply/report.ts'
import { recordsOf } from '../shared/supply/tally.ts'
import type { Failure } from '../shared/supply/trouble.ts'
import type { Env } from './env.ts'
import type { NewRedrive, QuarantineApi, QuarantineQuery, RedriveResult } from './quarantine-api.ts'
import type { ReportApi } from './report-api.ts'
import { BatchNews } from './supplier-desk/batch-news.ts'
import { viewOf } from './supplier-desk/batch-rows.ts'
import { Batches } from './supplier-desk/batches.ts'
import { FileDesk } from './supplier-desk/file-desk.ts'
import type { HookSettings } from './supplier-desk/hook.ts'
import { Lateness } from './supplier-desk/lateness.ts'
import { Oversight } from './supplier-desk/oversight.ts'
import type { AlertsQuery, OversightApi } from './supplier-desk/oversight-api.ts'
import { Pulls } from './supplier-desk/pulls.ts'
import { ReportDesk } from './supplier-desk/report-desk.ts'
import type { CountChange } from './supplier-desk/reports.ts'
import { Subjects } from './supplier-desk/subjects.ts'
import { Uploads } from './supplier-desk/uploads.ts'
import type {
  BatchState,
  NewBatch,
  NewSubject,
  PieceResult,
  ReceivedBatch,
  SupplierDeskApi,
} from './supplier-desk-api.ts'

/** One per supplier and environment: its batches, subjects, limits, quarantine and quality. */
export class SupplierDesk extends FileDesk implements SupplierDeskApi, ReportApi, QuarantineApi, OversightApi {
  private readonly batchesOf: Batches
  private readonly subjectsOf: Subjects
  private readonly told: ReportDesk
  protected readonly oversight: Oversight
  private readonly news: BatchNews
  private readonly lateness: Lateness
  protected readonly uploadsOf: Uploads
  protected readonly pullsOf: Pulls

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.subjectsOf = new Subjects(this.desk)
    this.told = new ReportDesk(this.desk, {
      expired: (byBatch) => this.news.expired(byBatch),
      redriveGoesOn: (...about) => this.lateness.redriveGoesOn(...about),
      redriveOver: (...about) => this.lateness.redriveOver(...about),
    })
    this.batchesOf = new Batches(this.desk, {
      taken: (row, lease, result) => {
        this.told.taken(row, lease, result)
        this.oversight.quality.note(result.tally)
        // Whoever was erased while their records were read.
        const erased = this.subjectsOf.erasedSince(result.held).map(({ line }) => line)
        this.told.quarantine.eraseLines(row.batch_id, erased)
        this.oversight.quality.held(row.about.contract, result.held)
        this.oversight.admission.done(recordsOf(result.tally))
      },
      checked: (row, lease, result) => this.told.checked(row, lease, result),
      refused: (row, checked) => this.oversight.quality.note(this.told.refused(row, checked)),
      ended: (row) => this.news.ended(row),
      isKept: ({ batch_id }) => this.told.quarantine.holds(batch_id),
      forgotten: (row) => this.told.forgotten(row),
      isHeld: ({ about }) => this.oversight.rules.isHeld(about.contract),
      troubled: (row) => this.lateness.batchGoesOn(row),
      untroubled: (row) => this.lateness.batchOver(row),
    })
    this.oversight = new Oversight(
      this.desk,
      () => this.batchesOf.waiting(),
      (contract, by) => this.told.released(contract, by),
    )
    this.news = new BatchNews(this.oversight.hook)
    this.lateness = new Lateness(this.desk, this.oversight.alerts)
    this.uploadsOf = new Uploads(this.desk, this.batchesOf)
    this.pullsOf = new Pulls(this.desk, this.batchesOf, this.oversight)
    // Uploads first: they keep the batches that wait for them.
    this.desk.parts.push(this.uploadsOf, this.pullsOf, this.told, this.batchesOf, this.oversight)
  }

  private readonly recount = (batchId: string, change: CountChange) => this.batchesOf.rows.recount(batchId, change)

  async beginBatch(batch: NewBatch) {
    const begun = this.batchesOf.begin(batch)
    this.oversight.admission.begun()
    await this.desk.arm()
    return begun
  }
  async commitBatch(received: ReceivedBatch) {
    const committed = this.batchesOf.commit(received)
    if (committed.kind === 'taken') this.oversight.admission.came({ ...figuresOf(received), batches: 1 })
    await this.desk.arm()
    if (committed.kind === 'taken') await this.desk.turns.call()
    return committed
  }
  async keepBatch(batchId: string) {
    this.batchesOf.keep(batchId)
    this.uploadsOf.heard(batchId)
    this.pullsOf.heard(batchId)
    await this.desk.arm()
  }
  async abandonBatch(batchId: string) {
    return this.desk.armed(this.batchesOf.abandon(batchId))
  }
  async failBatch(batchId: string, reason: string) {
    return this.desk.armed(this.batchesOf.fail(batchId, reason))
  }
  async cancelBatch(batchId: string) {
    return this.desk.armed(this.batchesOf.cancel(batchId))
  }
  async wholeBatch(batch: NewBatch, received: ReceivedBatch, result: Omit<PieceResult, 'lease' | 'piece'>) {
    const view = this.batchesOf.whole(batch, received, result)
    this.oversight.admission.came({ ...figuresOf(received), batches: 0 })
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
  async beginTurn(turn: string) {
    this.desk.turns.begun(turn)
    this.desk.fileTurns.begun(turn)
  }
  async callTurn() {
    await this.desk.turns.call()
  }
  async takePiece() {
    return this.desk.armed(this.batchesOf.take())
  }
  async commitPiece(result: PieceResult) {
    return this.desk.armed(this.batchesOf.commitPiece(result))
  }
  async releasePiece(lease: string, failure: Failure) {
    this.batchesOf.release(lease, failure)
    if (failure.delayMs !== undefined) this.oversight.admission.blocked(this.desk.now() + failure.delayMs)
    await this.desk.arm()
  }
  async subjects(hashes: string[]) {
    return this.subjectsOf.of(hashes)
  }
  async putSubject(subject: NewSubject) {
    return this.subjectsOf.put(subject)
  }
  async subjectRow(hash: string) {
    return this.subjectsOf.row(hash)
  }
  async subjectRows(after: number, limit: number) {
    return this.subjectsOf.page(after, limit)
  }
  async withdrawSubject(hash: string) {
    this.subjectsOf.withdraw(hash)
  }
  async closeSubject(hash: string) {
    const erased = this.desk.tables.transaction(() => {
      const subject = this.subjectsOf.row(hash)
      this.subjectsOf.close(hash)
      if (subject) this.oversight.quality.ended(subject.number)
      return this.told.quarantine.erase(hash)
    })
    await this.desk.arm()
    return erased
  }

  async reportRows(batchId: string, after: number, filter: ReportFilter) {
    return this.told.reports.rows(batchId, after, filter)
  }
  async quarantined(query: QuarantineQuery) {
    return this.told.quarantine.page(query)
  }
  async quarantinedItem(batchId: string, line: number) {
    return this.told.quarantine.item(batchId, line)
  }
  async quarantineOf(batchId: string) {
    return this.told.quarantine.counts(batchId)
  }
  async quarantineContracts(filter: QuarantineFilter) {
    return this.told.redrives.contractsOf(filter)
  }
  async beginRedrive(redrive: NewRedrive) {
    const begun = this.told.redrives.begin(redrive)
    await this.desk.arm()
    // Of one item its door takes it at once.
    if (begun.kind === 'begun' && begun.redrive.state === 'running' && !redrive.item) await this.desk.turns.call()
    return begun
  }
  async redrives() {
    return this.told.redrives.all()
  }
  async redrive(redriveId: string) {
    return this.told.redrives.view(redriveId)
  }
  async leaseRedrive(only?: string) {
    return this.desk.armed(this.told.redrives.lease((contract) => this.oversight.rules.isHeld(contract), only))
  }
  async commitRedrive(result: RedriveResult) {
    this.desk.tables.transaction(() => {
      const stays = this.told.redrives.commit(result, this.recount)
      const kept = result.results.filter((one) => one.kind === 'kept')
      if (stays !== undefined) this.oversight.quality.held(stays, kept)
    })
    await this.desk.arm()
  }
  async releaseRedrive(redriveId: string, chunk: number, failure: Failure) {
    return this.desk.armed(this.told.redrives.release(redriveId, chunk, failure))
  }

  async admit(limits: SupplierLimits, want: Want, contract: string) {
    const admitted = this.oversight.admission.admit(limits, want)
    if (admitted.kind === 'refused') return admitted
    return { ...admitted, now: this.desk.now(), held: this.oversight.rules.isHeld(contract) }
  }
  async limitsView(limits: SupplierLimits) {
    return this.oversight.admission.view(limits)
  }
  async qualityView() {
    return this.oversight.view()
  }
  async alerts(query: AlertsQuery) {
    return this.oversight.alerts.page(query)
  }
  async liftHold(contract: string, redrive: boolean) {
    const { lifted, released } = await this.oversight.quality.lift(contract, redrive)
    await this.desk.arm()
    return { lifted, redrive_id: released?.redrive_id ?? null }
  }
  async hook() {
    return this.oversight.hook.status() ?? null
  }
  async setHook(settings: HookSettings, secret: string) {
    return this.desk.armed(this.oversight.hook.set(settings, secret))
  }
  async removeHook() {
    return this.oversight.hook.remove()
  }
  async testHook() {
    return (await this.oversight.hook.test()) ?? null
  }
  async advance(ms: number) {
    if (!this.desk.advance(ms)) return undefined
    await this.oversight.quality.look(true)
    await this.desk.rang(this.trouble)
    return this.desk.now()
  }

  override async alarm() {
    await this.desk.rang(this.trouble)
  }
  private readonly trouble = (error: unknown): void =>
    logLine('desk had trouble', { desk: this.desk.name, error: error instanceof Error ? error.name : 'unknown' })
}

const figuresOf = ({ bytes, pieces }: ReceivedBatch) => ({
  bytes,
  records: pieces.reduce((sum, records) => sum + records, 0),
})
