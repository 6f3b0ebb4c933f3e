import { DurableObject } from 'cloudflare:workers'
import { crashPoint } from '../shared/base/crash-point.ts'
import { Fault } from '../shared/base/fault.ts'
import type { Work } from '../shared/delivery/lanes.ts'
import type { CellDestination, LeaseAnswer, SettleAnswer, Settlement } from '../shared/delivery/types.ts'
import type { DataType } from '../shared/schema/data-types.ts'
import type { AppendPayload, IncomingPayload } from '../shared/source/record.ts'
import type { Env } from './env.ts'
import { accept, pending } from './event-log/accept.ts'
import { append } from './event-log/append.ts'
import { archive } from './event-log/archive.ts'
import { Cell } from './event-log/cell.ts'
import { dayManifest, daySummaries } from './event-log/day-manifest.ts'
import type { Destination } from './event-log/destinations.ts'
import * as files from './event-log/files.ts'
import * as jobs from './event-log/job-api.ts'
import { destinationHasWork, lease } from './event-log/lease.ts'
import { cancelSignIn, closeConnection, openConnection, updateConnection } from './event-log/lifecycle.ts'
import { lookSafely, nextLook } from './event-log/look.ts'
import { dropOldDays } from './event-log/manifests.ts'
import { tell } from './event-log/operations.ts'
import { dropOldOutcomes, outcomesOf } from './event-log/outcomes.ts'
import { listParked, parkedDetail } from './event-log/parked-list.ts'
import { quarantined } from './event-log/quarantine.ts'
import * as read from './event-log/read.ts'
import { rerun } from './event-log/rerun.ts'
import * as reruns from './event-log/rerun-job.ts'
import { settle } from './event-log/settle.ts'
import type {
  AgainAsked,
  CancelledSignIn,
  ClosingEvent,
  ConnectionChange,
  EventLogApi,
  NewConnection,
  NewJob,
  ParkedPlace,
  ParkedQuery,
  RecordQuery,
} from './event-log-api.ts'
import type { FilePageCommit, NewFile, WholeFile } from './file-api.ts'
import type { News } from './news.ts'
import type { NewRerun, QuarantineQuery, RerunResult } from './rerun-api.ts'

/** Drains that one append may start; the others get a nudge. */
const LEASES_PER_APPEND = 8

/** One per cell: the inbox, the records, the change feed and where each destination is in it. */
export class EventLog extends DurableObject<Env> implements EventLogApi {
  private cell!: Cell

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    void ctx.blockConcurrencyWhile(async () => {
      this.cell = new Cell(ctx, env, await ctx.storage.getAlarm())
    })
  }

  accept(payloads: IncomingPayload[], options: { express: boolean; quiet?: true; work?: string }) {
    return accept(this.cell, payloads, options)
  }
  async newestPayload() {
    return this.cell.inbox.last
  }
  pending(options: { bulk: boolean; limit: number }) {
    return pending(this.cell, options)
  }
  async append(payloads: AppendPayload[], options: { lease: boolean; work?: string }) {
    const { cell } = this
    const { work } = options
    const events = await append(cell, payloads)
    const leases: LeaseAnswer[] = []
    const nudge: string[] = []
    if (events > 0) cell.arm(cell.now() + cell.watchdogMs)
    for (const destination of cell.destinations.all()) {
      if (destination.leases.main !== undefined || !destinationHasWork(cell, destination, 'live')) continue
      if (options.lease && leases.length < LEASES_PER_APPEND) {
        const answer = await lease(cell, destination, 'live', false)
        if (answer.kind === 'lease') leases.push(answer)
      } else if (destination.nudgeDueUntil.live < cell.now() && destination.waitUntil < cell.now()) {
        destination.nudgeDueUntil.live = cell.now() + cell.watchdogMs
        nudge.push(destination.config.destination_id)
      }
    }
    cell.waitUntil(archive(cell))
    return { events, leases, nudge, ...(work !== undefined && { outcomes: outcomesOf(cell, work, payloads) }) }
  }
  async lease(destinationId: string, work: Work = 'live'): Promise<LeaseAnswer> {
    const destination = this.cell.destinations.get(destinationId)
    return destination ? lease(this.cell, destination, work, true) : { kind: 'nothing' }
  }
  async settle(settlement: Settlement): Promise<SettleAnswer> {
    const destination = this.cell.destinations.get(settlement.destination_id)
    if (!destination) return { settled: false, handed: [], next: { kind: 'nothing' } }
    await crashPoint('mid-settle', this.env)
    return settle(this.cell, destination, settlement)
  }

  async openConnection(connection: NewConnection) {
    if (this.cell.tables.meta('cell') === undefined) this.cell.tables.setMeta('cell', this.cell.name)
    await openConnection(this.cell, connection)
  }
  updateConnection(userId: string, change: ConnectionChange) {
    return updateConnection(this.cell, userId, change)
  }
  closeConnection(userId: string, event: ClosingEvent) {
    return closeConnection(this.cell, userId, event)
  }
  async cancelSignIn(signIn: CancelledSignIn) {
    if (this.cell.tables.meta('cell') === undefined) this.cell.tables.setMeta('cell', this.cell.name)
    await cancelSignIn(this.cell, signIn)
  }
  async connection(userId: string) {
    return read.connectionView(this.cell, userId)
  }

  records(query: RecordQuery) {
    return read.records(this.cell, query)
  }
  async readRecords(query: RecordQuery & { days: number }) {
    const quota = this.spendDays(query.user_id, query.days)
    return { quota, records: quota.allowed ? await read.records(this.cell, query) : [] }
  }
  async resend(query: RecordQuery & { reference: string; large: boolean; with_samples: boolean; days: number }) {
    const quota = this.spendDays(query.user_id, query.days)
    return { quota, ...(quota.allowed ? await read.resend(this.cell, query) : { records: 0, events: 0 }) }
  }
  async originOf(record: { user_id: string; type: DataType; summary_id: string }) {
    return read.originOf(this.cell, record)
  }
  async events(query: { afterSeq: number; limit: number; userId?: string }) {
    return read.events(this.cell, query)
  }

  async setDestination(destination: CellDestination) {
    if (this.cell.tables.meta('cell') === undefined) this.cell.tables.setMeta('cell', this.cell.name)
    this.cell.destinations.set(destination, this.cell.feed.head)
    // One that is switched on again goes on at once, not when the watchdog comes by.
    if (nextLook(this.cell) !== undefined) this.cell.arm(this.cell.now())
  }
  async removeDestination(destinationId: string) {
    this.cell.destinations.remove(destinationId)
  }
  async deliveryStatus(destinationId: string) {
    return read.deliveryStatus(this.cell, this.destination(destinationId))
  }
  async attempts(query: { destinationId: string; userId?: string; limit: number }) {
    return read.attempts(this.cell, this.destination(query.destinationId), query)
  }
  async parked(query: ParkedQuery) {
    return listParked(this.cell, this.destination(query.destinationId), query)
  }
  parkedEvent(query: { destinationId: string; parkedId: string; body: boolean }) {
    return parkedDetail(this.cell, this.destination(query.destinationId), query)
  }
  async countAgain({ destinationId, what, from }: { destinationId: string; what: AgainAsked; from?: ParkedPlace }) {
    return jobs.countAgain(this.cell, this.destination(destinationId), what, from)
  }
  async startJob(job: NewJob) {
    jobs.startJob(this.cell, this.destination(job.destinationId), job)
  }
  async jobs({ destinationId, jobId }: { destinationId: string; jobId?: string }) {
    return jobs.jobsOf(this.cell, this.destination(destinationId), jobId)
  }
  async cancelJob({ destinationId, jobId }: { destinationId: string; jobId: string }) {
    return jobs.cancelJob(this.cell, this.destination(destinationId), jobId)
  }
  async dayManifest({ destinationId, ...query }: { destinationId: string; day: number; after: number; limit: number }) {
    return dayManifest(this.cell, this.destination(destinationId), query)
  }
  async daySummaries(destinationId: string) {
    return daySummaries(this.cell, this.destination(destinationId))
  }
  async quarantined(query: QuarantineQuery) {
    return quarantined(this.cell, query)
  }
  async startRerun(job: NewRerun) {
    reruns.startRerun(this.cell, job)
  }
  async reruns({ jobId }: { jobId?: string }) {
    return reruns.rerunsOf(this.cell, jobId)
  }
  async cancelRerun({ jobId }: { jobId: string }) {
    return reruns.cancelRerun(this.cell, jobId)
  }
  nextRerun({ jobId }: { jobId: string }) {
    return reruns.nextTurn(this.cell, jobId)
  }
  rerun(result: RerunResult) {
    return rerun(this.cell, result)
  }
  beginFile(file: NewFile) {
    return files.beginFile(this.cell, file)
  }
  storedFile(whole: WholeFile) {
    return files.storedFile(this.cell, whole)
  }
  takeFile(file: NewFile, whole: WholeFile, payloads: IncomingPayload[]) {
    return files.takeFile(this.cell, file, whole, payloads)
  }
  dropFile(fileId: string) {
    return files.dropFile(this.cell, fileId)
  }
  leaseFile(fileId: string) {
    return files.leaseFile(this.cell, fileId)
  }
  commitPage(page: FilePageCommit) {
    return files.commitPage(this.cell, page)
  }
  endFile(fileId: string, failed: string | null) {
    return files.endFile(this.cell, fileId, failed)
  }
  async releaseFile(fileId: string) {
    files.releaseFile(this.cell, fileId)
  }
  async file(fileId: string, userId: string) {
    return files.fileView(this.cell, fileId, userId)
  }
  tell(news: News) {
    return tell(this.cell, news)
  }
  async health() {
    const due = nextLook(this.cell)
    if (due !== undefined) this.cell.arm(due)
    dropOldDays(this.cell, this.cell.now())
    dropOldOutcomes(this.cell, this.cell.now())
    return read.health(this.cell)
  }

  /** Re-arms first, then says "look" where something pends. Never throws and never delivers. */
  override async alarm() {
    await crashPoint('alarm-before-rearm', this.env)
    this.cell.alarmFired()
    const due = nextLook(this.cell)
    if (due !== undefined) this.cell.arm(due)
    await lookSafely(this.cell)
  }

  private spendDays(userId: string, days: number) {
    return this.cell.requestedDays.spend(this.cell.connections.of(userId)?.number, days, this.cell.now())
  }
  private destination(id: string): Destination {
    const found = this.cell.destinations.get(id)
    if (!found) throw new Fault('not_found', `destination ${id} is not known in this cell`)
    return found
  }
}
