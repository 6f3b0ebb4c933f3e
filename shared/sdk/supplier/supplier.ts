import { type BatchSize, batchesOf } from './batches.ts'
import { Caller, type SupplierOptions } from './caller.ts'
import { type Packed, packed } from './packed.ts'
import { Pulls } from './pulls.ts'
import { batchOf, ended, pathOfBatch, reportOf, type Waiting } from './reports.ts'
import { Streams } from './streams.ts'
import { type UploadOptions, upload } from './upload.ts'
import type { Account, Batch, DryRun, OutcomeName, Subject } from './wire.ts'

export type { SupplierOptions } from './caller.ts'
export { SupplierError } from './supplier-error.ts'
export type * from './wire.ts'

export interface PushOptions {
  /** `strict`: all or nothing. */
  mode?: 'strict' | 'partial'
  /** Past data, which do not overtake what is live. */
  origin?: 'backfill'
  /** The same batch again is the same batch, also after your crash. Left out, it is new for each call: its retries are one. */
  idempotencyKey?: string
}
type Records = Iterable<unknown> | AsyncIterable<unknown>
const BATCH_TIMEOUT_MS = 10 * 60_000
const utf8 = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>

/** Pushes data into the platform as a supplier. Runs in Node and in browsers; needs nothing but `fetch`. */
export class Supplier {
  readonly streams: Streams
  readonly pulls: Pulls
  private readonly caller: Caller

  constructor(options: SupplierOptions) {
    this.caller = new Caller(options)
    this.streams = new Streams(this.caller)
    this.pulls = new Pulls(this.caller)
  }

  account(): Promise<Account> {
    return this.get('/v2/supplier')
  }

  /** All records, in batches one after the other, so that a later record of one thing comes later. → a receipt of each */
  async *push(contract: string, records: Records, { size, ...options }: PushOptions & { size?: BatchSize } = {}) {
    let number = 0
    for await (const lines of batchesOf(records, size)) {
      const { idempotencyKey: key } = options
      yield await this.pushBytes(contract, lines.bytes, { ...options, idempotencyKey: key && `${key}-${number++}` })
    }
  }
  /** Until all are taken and worked off. → the batches as they ended */
  async pushAll(
    contract: string,
    records: Records,
    options: PushOptions & { size?: BatchSize } & Waiting = {},
  ): Promise<Batch[]> {
    const receipts: Batch[] = []
    for await (const receipt of this.push(contract, records, options)) receipts.push(receipt)
    const batches: Batch[] = []
    for (const { batch_id } of receipts) batches.push(await this.ended(batch_id, options))
    return batches
  }
  /** One batch of NDJSON or a JSON array, as it is. */
  async pushBytes(contract: string, bytes: Uint8Array<ArrayBuffer>, options: PushOptions = {}): Promise<Batch> {
    const { mode, origin, idempotencyKey } = options
    const body = await packed(bytes)
    return this.sendBatch<Batch>(contract, body, { mode, origin }, idempotencyKey ?? crypto.randomUUID())
  }
  /** What would come of them, and nothing is stored. */
  async dryRun(contract: string, records: Records, { mode }: Pick<PushOptions, 'mode'> = {}): Promise<DryRun> {
    const all = batchesOf(records, { records: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY })
    const { value } = await all.next()
    if (!value) throw new TypeError('there is no record to look at')
    return this.dryRunBytes(contract, value.bytes, { mode })
  }
  async dryRunBytes(
    contract: string,
    bytes: Uint8Array<ArrayBuffer>,
    { mode }: Pick<PushOptions, 'mode'> = {},
  ): Promise<DryRun> {
    return this.sendBatch<DryRun>(contract, await packed(bytes), { mode, dry_run: true })
  }
  /** One record at once, without a batch of its own to wait for. */
  async record<T = unknown>(contract: string, record: object, { idempotencyKey }: PushOptions = {}): Promise<T> {
    const { bytes, headers } = await packed(utf8(JSON.stringify(record)))
    return this.caller.json<T>({
      method: 'POST',
      path: `/v2/ingest/${encodeURIComponent(contract)}/records`,
      body: bytes,
      headers: {
        ...headers,
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey ?? crypto.randomUUID(),
      },
      repeatable: true,
    })
  }
  /** A file of any size, in parts; one that broke off goes on by its `uploadId`. */
  upload(contract: string, file: Blob, options: UploadOptions = {}): Promise<Batch> {
    return upload(this.caller, contract, file, options)
  }

  batch(batchId: string): Promise<Batch> {
    return batchOf(this.caller, batchId)
  }
  ended(batchId: string, waiting: Waiting = {}): Promise<Batch> {
    return ended(this.caller, batchId, waiting)
  }
  report(batchId: string, filter: { outcome?: OutcomeName } = {}) {
    return reportOf(this.caller, batchId, filter)
  }
  cancel(batchId: string): Promise<Batch> {
    return this.caller.json({ method: 'DELETE', path: pathOfBatch(batchId), repeatable: true })
  }

  putSubject({ subject, ...about }: Subject): Promise<Subject> {
    const path = `/v2/supplier/subjects/${encodeURIComponent(subject)}`
    return this.caller.json({ method: 'PUT', path, body: JSON.stringify(about), repeatable: true })
  }
  /** What else there is for suppliers: `get('/v2/supplier/quality')`. */
  get<T>(path: string, query?: Record<string, string | number | boolean | undefined>): Promise<T> {
    return this.caller.json<T>({ method: 'GET', path, query, repeatable: true })
  }
  /** `repeatable`: it may come twice and does the same as once. */
  call<T>(method: string, path: string, body?: unknown, { repeatable = method !== 'POST' } = {}): Promise<T> {
    const key: Record<string, string> = method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {}
    return this.caller.json<T>({
      method,
      path,
      headers: key,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      repeatable,
    })
  }

  private sendBatch<T>(
    contract: string,
    { bytes, headers }: Packed,
    query: { mode?: string; origin?: string; dry_run?: boolean },
    key?: string,
  ): Promise<T> {
    return this.caller.json<T>({
      method: 'POST',
      path: `/v2/ingest/${encodeURIComponent(contract)}/batches`,
      query,
      body: bytes,
      headers: { ...headers, 'content-type': 'application/x-ndjson', ...(key && { 'idempotency-key': key }) },
      repeatable: true,
      timeoutMs: BATCH_TIMEOUT_MS,
    })
  }
}
