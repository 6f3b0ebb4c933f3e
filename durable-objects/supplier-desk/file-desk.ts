import { DurableObject } from 'cloudflare:workers'
import type { Failure } from '../../shared/supply/trouble.ts'
import type { Env } from '../env.ts'
import type { FileLease, FileTurnApi } from '../file-turn-api.ts'
import type { NewPull, PullApi, PullChange, PulledState, PullResult } from '../pull-api.ts'
import type { NewBatch } from '../supplier-desk-api.ts'
import type { NewUpload, UploadApi, UploadPart } from '../upload-api.ts'
import { Desk } from './desk.ts'
import type { Oversight } from './oversight.ts'
import type { Pulls } from './pulls.ts'
import type { Uploads } from './uploads.ts'

/** A supplier's desk, as far as files go that become batches: those that come in parts, and those that are fetched. */
export abstract class FileDesk extends DurableObject<Env> implements FileTurnApi, UploadApi, PullApi {
  protected readonly desk: Desk
  protected abstract readonly oversight: Oversight
  protected abstract readonly uploadsOf: Uploads
  protected abstract readonly pullsOf: Pulls
  /** The last file that was taken, in memory. */
  private wasUpload = false

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.desk = new Desk(ctx, env)
  }

  async takeFile() {
    return this.desk.armed(this.nextFile())
  }
  private nextFile(): FileLease | undefined {
    if (this.uploadsOf.isOut() || this.pullsOf.isOut()) return undefined
    // In turns, as each kind may have something without end.
    const [first, second] = this.wasUpload ? [this.pullsOf, this.uploadsOf] : [this.uploadsOf, this.pullsOf]
    const lease = first.take() ?? second.take()
    if (lease) this.wasUpload = lease.work === 'upload'
    return lease
  }
  async callFileTurn() {
    await this.desk.fileTurns.call()
  }

  async beginUpload(upload: NewUpload) {
    return this.desk.armed(this.uploadsOf.begin(upload))
  }
  async upload(uploadId: string) {
    return this.uploadsOf.view(uploadId)
  }
  async partCame(uploadId: string, part: UploadPart) {
    return this.desk.armed(this.uploadsOf.came(uploadId, part))
  }
  async completeUpload(uploadId: string, batchId: string) {
    return this.desk.armed(this.uploadsOf.complete(uploadId, batchId))
  }
  async cancelUpload(uploadId: string) {
    return this.desk.armed(this.uploadsOf.cancel(uploadId))
  }
  async endUpload(uploadId: string, reason: string | null) {
    return this.desk.armed(this.uploadsOf.end(uploadId, reason))
  }
  async releaseUpload(uploadId: string, failure: Failure) {
    return this.desk.armed(this.uploadsOf.release(uploadId, failure))
  }

  async createPull(pull: NewPull) {
    return this.desk.armed(this.pullsOf.create(pull))
  }
  async pulls() {
    return this.pullsOf.all()
  }
  async pull(pullId: string) {
    return this.pullsOf.view(pullId)
  }
  async changePull(pullId: string, change: PullChange) {
    return this.desk.armed(this.pullsOf.change(pullId, change))
  }
  async removePull(pullId: string) {
    return this.desk.armed(this.pullsOf.remove(pullId))
  }
  async removePulls() {
    this.pullsOf.removeAll()
    await this.desk.arm()
  }
  async pulledObjects(pullId: string, query: { before?: number; limit: number; state?: PulledState }) {
    return this.pullsOf.page(pullId, query)
  }
  async beginPulled(lease: string, batch: NewBatch) {
    const begun = this.pullsOf.begin(lease, batch)
    this.oversight.admission.begun()
    return this.desk.armed(begun)
  }
  async endPull(lease: string, result: PullResult) {
    return this.desk.armed(this.pullsOf.end(lease, result))
  }
}
