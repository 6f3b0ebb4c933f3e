import { SUPPLY, UPLOAD } from '../../shared/base/supply-limits.ts'
import { DAY_MS } from '../../shared/base/time.ts'
import { uploadFolder } from '../../shared/supply/desk.ts'
import { partCount, partLength } from '../../shared/supply/file-parts.ts'
import { DIED, type Failure } from '../../shared/supply/trouble.ts'
import { emptyFolder } from '../payload-link.ts'
import type { Completed, NewUpload, UploadLease, UploadPart, UploadState, UploadView } from '../upload-api.ts'
import { type BatchRow, viewOf } from './batch-rows.ts'
import type { Batches } from './batches.ts'
import type { Desk, Part } from './desk.ts'

interface Row {
  upload_id: string
  state: UploadState
  expires_at: number
  about: About
}
type About = NewUpload & { batch_id: string | null; reason: string | null; litter: boolean }

/** What became of one is told this long. */
const TOLD_MS = 7 * DAY_MS

/** Files that come in parts, in any order, each as often as it takes; when all are here they are read into a batch. */
export class Uploads implements Part {
  private readonly desk: Desk
  private readonly batches: Batches
  /** In memory: a lease that is lost is given out again; the same bytes are the same pieces. */
  private out: { batchId: string; until: number } | undefined
  private nudgedAt = 0

  constructor(desk: Desk, batches: Batches) {
    this.desk = desk
    this.batches = batches
  }

  begin(upload: NewUpload): UploadView | undefined {
    const { tables } = this.desk
    const [open] = tables.read<{ n: number }>(`SELECT count(*) AS n FROM uploads WHERE state = 'open'`)
    if (open!.n >= UPLOAD.openAtOnce) return undefined
    const about: About = { ...upload, batch_id: null, reason: null, litter: false }
    const row: Row = {
      upload_id: upload.upload_id,
      state: 'open',
      expires_at: this.desk.now() + UPLOAD.openMs,
      about,
    }
    this.put(row)
    return this.viewOf(row)
  }
  view(uploadId: string): UploadView | undefined {
    const row = this.of(uploadId)
    return row && this.viewOf(row)
  }
  came(uploadId: string, { part, bytes, hash }: UploadPart): boolean {
    const row = this.of(uploadId)
    if (row?.state !== 'open') {
      // It was written after the others were taken away.
      if (row && row.state !== 'reading') this.put({ ...row, about: { ...row.about, litter: true } })
      return false
    }
    this.desk.tables.write(
      'upload',
      `INSERT INTO upload_parts VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET bytes = excluded.bytes, hash = excluded.hash`,
      uploadId,
      part,
      bytes,
      hash,
    )
    return true
  }
  complete(uploadId: string, batchId: string): Completed | undefined {
    const row = this.of(uploadId)
    if (!row) return undefined
    const { about, state } = row
    const before = about.batch_id === null ? undefined : this.batches.rows.of(about.batch_id)
    if (before) return { kind: 'batch', batch: viewOf(before) }
    if (state !== 'open') return { kind: 'over', state, reason: about.reason }
    const parts = this.missing(row)
    if (parts.length > 0) return { kind: 'missing', parts }
    return this.desk.tables.transaction(() => {
      this.batches.begin({
        ...about.batch,
        kind: 'upload',
        batch_id: batchId,
        idempotency_key: undefined,
        hash: undefined,
      })
      this.put({ ...row, state: 'reading', about: { ...about, batch_id: batchId } })
      return { kind: 'batch', batch: viewOf(this.batches.rows.of(batchId)!) }
    })
  }
  cancel(uploadId: string): UploadView | undefined {
    const row = this.of(uploadId)
    if (!row) return undefined
    if (row.state === 'open') this.over(row, 'cancelled', null)
    return this.view(uploadId)
  }

  /** Somebody reads one. */
  isOut(): boolean {
    return this.out !== undefined && this.out.until > this.desk.now()
  }
  /** Where nobody reads one: whoever had it last is dead. */
  take(): UploadLease | undefined {
    const now = this.desk.now()
    if (this.out) this.failed(this.out.batchId, DIED)
    for (const { row, batch } of this.reading()) {
      const { upload_id, about } = row
      const batchId = about.batch_id!
      if (batch?.state !== 'receiving') this.ended(row, batch)
      else if ((batch.about.trouble?.next_at ?? 0) <= now) {
        this.batches.keep(batchId)
        this.out = { batchId, until: now + UPLOAD.leaseMs }
        return { work: 'upload', upload_id, batch_id: batchId, parts: partCount(about.bytes), gzip: about.gzip }
      }
    }
    return undefined
  }
  /** In the order in which they were complete, so that a correction comes after what it corrects. */
  private reading(): { row: Row; batch: BatchRow | undefined }[] {
    return this.inState('reading')
      .map((row) => ({ row, batch: this.batches.rows.of(row.about.batch_id!) }))
      .sort((a, b) => (a.batch?.number ?? 0) - (b.batch?.number ?? 0))
  }
  /** As its batch, which may have been cancelled meanwhile, or given up. */
  private ended(row: Row, batch: BatchRow | undefined): void {
    if (batch === undefined || batch.state === 'cancelled') this.over(row, 'cancelled', null)
    else if (batch.state === 'failed') this.over(row, 'failed', batch.about.reason)
    else this.over(row, 'received', null)
  }
  /** Whoever reads it is still there. */
  heard(batchId: string): void {
    if (this.out?.batchId === batchId) this.out.until = this.desk.now() + UPLOAD.leaseMs
  }
  end(uploadId: string, reason: string | null): void {
    const row = this.of(uploadId)
    if (row?.state !== 'reading') return
    const batchId = row.about.batch_id!
    this.giveBack(batchId)
    if (reason !== null) this.batches.fail(batchId, reason)
    this.ended(row, this.batches.rows.of(batchId))
  }
  release(uploadId: string, failure: Failure): void {
    const batchId = this.of(uploadId)?.about.batch_id
    if (batchId) this.failed(batchId, failure)
  }
  private failed(batchId: string, failure: Failure): void {
    this.giveBack(batchId)
    this.batches.troubled(batchId, failure)
  }
  private giveBack(batchId: string): void {
    if (this.out?.batchId === batchId) this.out = undefined
  }

  dueAt(): number {
    const [next] = this.desk.tables.read<{ at: number | null }>(`SELECT min(expires_at) AS at FROM uploads`)
    const litter = this.litter().length > 0 ? 0 : Number.POSITIVE_INFINITY
    const reading = this.inState('reading').length > 0 ? this.nudgedAt + SUPPLY.watchMs : Number.POSITIVE_INFINITY
    return Math.min(next?.at ?? Number.POSITIVE_INFINITY, litter, reading)
  }
  async look(now: number): Promise<void> {
    for (const row of this.rows(`expires_at <= ?`, now)) {
      if (row.state === 'open') this.over(row, 'cancelled', 'it was not complete in seven days')
      else if (row.state !== 'reading' && !row.about.litter) this.forget(row)
    }
    for (const row of this.litter()) {
      await emptyFolder(this.desk.env, uploadFolder(this.desk.address, row.upload_id), Number.POSITIVE_INFINITY)
      this.put({ ...row, about: { ...row.about, litter: false } })
    }
    const reading = this.inState('reading')
    if (reading.length === 0 || this.nudgedAt + SUPPLY.watchMs > now) return
    // Waiting for its turn it is not given up.
    for (const { about } of reading) this.batches.keep(about.batch_id!)
    this.nudgedAt = now
    if (!this.isOut()) await this.desk.fileTurns.call()
  }

  /** Its parts are not needed any more. */
  private over(row: Row, state: UploadState, reason: string | null): void {
    const about = { ...row.about, reason, litter: true }
    this.put({ ...row, state, expires_at: this.desk.now() + TOLD_MS, about })
  }
  private forget({ upload_id }: Row): void {
    this.desk.tables.write('upload', `DELETE FROM upload_parts WHERE upload_id = ?`, upload_id)
    this.desk.tables.write('upload', `DELETE FROM uploads WHERE upload_id = ?`, upload_id)
  }
  private put({ upload_id, state, expires_at, about }: Row): void {
    this.desk.tables.write(
      'upload',
      `INSERT INTO uploads VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state,
         expires_at = excluded.expires_at, about = excluded.about`,
      upload_id,
      state,
      expires_at,
      JSON.stringify(about),
    )
  }
  private rows(where: string, ...values: (string | number)[]): Row[] {
    return this.desk.tables
      .read<Omit<Row, 'about'> & { about: string }>(`SELECT * FROM uploads WHERE ${where}`, ...values)
      .map((row) => ({ ...row, about: JSON.parse(row.about) as About }))
  }
  private of(uploadId: string): Row | undefined {
    return this.rows(`upload_id = ?`, uploadId)[0]
  }
  private inState(state: UploadState): Row[] {
    return this.rows(`state = ?`, state)
  }
  private litter(): Row[] {
    return this.rows(`state NOT IN ('open', 'reading')`).filter(({ about }) => about.litter)
  }
  private parts(uploadId: string): UploadPart[] {
    return this.desk.tables.read<UploadPart>(
      `SELECT part, bytes, hash FROM upload_parts WHERE upload_id = ? ORDER BY part`,
      uploadId,
    )
  }
  private missing({ upload_id, about }: Row): number[] {
    const there = new Map(this.parts(upload_id).map(({ part, bytes }) => [part, bytes]))
    const all = Array.from({ length: partCount(about.bytes) }, (_, i) => i + 1)
    return all.filter((part) => there.get(part) !== partLength(about.bytes, part)).slice(0, 20)
  }
  private viewOf({ upload_id, state, expires_at, about }: Row): UploadView {
    const { bytes, batch_id, reason, batch } = about
    return {
      ...{ upload_id, contract: batch.contract, state, bytes, batch_id, reason, expires_at },
      parts: this.parts(upload_id),
    }
  }
}
