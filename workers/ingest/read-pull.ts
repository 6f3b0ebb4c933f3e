import { createHash } from 'node:crypto'
import type { Env } from '../../durable-objects/env.ts'
import type { PullLease, PullResult } from '../../durable-objects/pull-api.ts'
import { supplierDesk } from '../../durable-objects/stubs.ts'
import type { NewBatch } from '../../durable-objects/supplier-desk-api.ts'
import { keyOfSupplier } from '../../durable-objects/supplier-key.ts'
import { unsealJson } from '../../shared/access/vault.ts'
import { crashPoint } from '../../shared/base/crash-point.ts'
import { Fault } from '../../shared/base/fault.ts'
import { newId } from '../../shared/base/ids.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { Quiet } from '../../shared/base/quiet.ts'
import { PULL, UPLOAD } from '../../shared/base/supply-limits.ts'
import { SECOND_MS } from '../../shared/base/time.ts'
import { open } from '../../shared/db/open.ts'
import type { SupplierRow } from '../../shared/db/schema.ts'
import { findSupplier } from '../../shared/db/suppliers.ts'
import type { Refusal } from '../../shared/delivery/aws/refusal.ts'
import { notRead } from '../../shared/delivery/objects/refusal.ts'
import { isAddressable, type ObjectStore } from '../../shared/delivery/objects/store.ts'
import { batchTerms } from '../../shared/supply/batch-terms.ts'
import { type DeskAddress, parseDeskName } from '../../shared/supply/desk.ts'
import type { SupplierLimits } from '../../shared/supply/limits.ts'
import { type ObjectName, pulledContext } from '../../shared/supply/pulled.ts'
import { contractOf, type KnownContract } from '../suppliers/contract-of.ts'
import { failureOf, placeOf } from '../suppliers/failure.ts'
import { limitsFor } from '../suppliers/limits.ts'
import { mustBeActive } from '../suppliers/standing.ts'
import { pullKeys, supplierBucket } from '../suppliers/supplier-bucket.ts'
import { writePieces } from './receive-batch.ts'

/** Looks at one prefix, or reads one object of it into its batch. */
export async function readPull(env: Env, name: string, lease: PullLease): Promise<void> {
  const address = parseDeskName(name)
  const result = await workAt(env, address, lease).catch((error) => failedByUs(lease, error))
  await supplierDesk(env, address).endPull(lease.lease, result)
}

async function workAt(env: Env, address: DeskAddress, lease: PullLease): Promise<PullResult> {
  const supplier = await mayStill(env, address)
  if ('kind' in supplier) return supplier
  const keys = pullKeys(env, address, lease.pull_id, lease.sealed)
  const quiet = new Quiet(PULL.answerMs)
  try {
    const store = supplierBucket(lease.settings.place, keys, quiet.signal)
    if (lease.work === 'look') return await lookAt(store, lease)
    return await takeObject(env, { address, supplier, store, quiet }, lease)
  } finally {
    quiet.over()
  }
}
function failedByUs(lease: PullLease, error: unknown): PullResult {
  const { reason, ...delay } = failureOf(error)
  const object = lease.work === 'object' ? lease.object.number : undefined
  logLine('pull waits', { pull_id: lease.pull_id, object, reason, at: placeOf(error) })
  return { kind: 'later', problem: reason, whose: 'ours', ...delay }
}

/** A supplier who may send; or what becomes of the pull of one who may not. */
async function mayStill(env: Env, { supplier_id, environment }: DeskAddress): Promise<SupplierRow | PullResult> {
  const supplier = await findSupplier(open(env.DB), supplier_id)
  if (!supplier || supplier.state === 'closed') return { kind: 'ended' }
  try {
    mustBeActive(supplier, environment, 'POST')
    return supplier
  } catch (error) {
    if (error instanceof Fault) return { kind: 'later', problem: error.message }
    throw error
  }
}

async function lookAt(
  store: ObjectStore,
  { settings, from }: Extract<PullLease, { work: 'look' }>,
): Promise<PullResult> {
  const listed = await store.list(settings.prefix, { from, most: PULL.pageKeys })
  if (listed.kind === 'refused') return refused(listed.refusal)
  return { kind: 'looked', ...listed.page }
}

interface At {
  address: DeskAddress
  supplier: SupplierRow
  store: ObjectStore
  quiet: Quiet
}
type ObjectLease = Extract<PullLease, { work: 'object' }>

async function takeObject(env: Env, at: At, lease: ObjectLease): Promise<PullResult> {
  try {
    return await fetchObject(env, at, lease)
  } catch (error) {
    if (error instanceof NotNow) return error.result
    // Or it is not packed as its content-encoding says: the runtime unpacks it before we see it.
    if (error instanceof BrokeOff) return { kind: 'later', problem: BROKE_OFF, whose: 'object' }
    // What is wrong with its bytes is as wrong the next time.
    if (error instanceof Fault) return { kind: 'failed', reason: error.message }
    throw error
  }
}

/** Key: the object's batch; read again, it gives the same pieces. */
async function fetchObject(env: Env, { address, supplier, store, quiet }: At, lease: ObjectLease): Promise<PullResult> {
  const { pull_id, object } = lease
  const desk = supplierDesk(env, address)
  const sealedFor = pulledContext(pull_id, object.object_hash)
  const { key, etag, bytes } = unsealJson<ObjectName>(keyOfSupplier(env, address), object.sealed, sealedFor)
  const known = await contractFor(env, address, lease)
  const limits = limitsFor(supplier, address.environment)
  const never = isAddressable(key) ? whyTooLarge(bytes, limits) : NOT_ADDRESSABLE
  await mustBeAdmitted(env, address, { known, limits, bytes: never === undefined ? bytes : 0 })
  const batch = newBatch(lease, known)
  if (!(await desk.beginPulled(lease.lease, batch))) return { kind: 'later' }
  // As a batch that has failed it is told.
  if (never !== undefined) return { kind: 'failed', reason: never }
  // Until now it was ours that took its time.
  quiet.heard()
  const opened = await store.open(key, etag)
  if (opened.kind === 'gone') return { kind: 'gone' }
  if (opened.kind === 'refused') return refused(opened.refusal)
  const { response } = opened
  const sha256 = createHash('sha256')
  let read = 0
  async function* chunks() {
    for await (const chunk of bodyOf(response, quiet)) {
      sha256.update(chunk)
      read += chunk.length
      yield chunk
    }
  }
  const source = { form: 'any' as const, gzip: false, chunks }
  const { pieces, unpacked } = await writePieces(env, address, batch.batch_id, source, UPLOAD)
  await crashPoint('pull-before-commit', env)
  const received = { hash: sha256.digest('hex'), bytes: read, unpacked, pieces }
  const committed = await desk.commitBatch({ batch_id: batch.batch_id, ...received })
  await crashPoint('pull-after-commit', env)
  return committed.kind === 'gone' ? { kind: 'later' } : { kind: 'taken' }
}

/** The contract that it comes under, where that takes data now. */
async function contractFor(env: Env, { supplier_id, environment }: DeskAddress, { settings }: ObjectLease) {
  try {
    return await contractOf(env, { supplier_id, environment, named: settings.contract })
  } catch (error) {
    if (error instanceof Fault) throw new NotNow({ kind: 'later', problem: error.message })
    throw error
  }
}
const NOT_ADDRESSABLE = 'a part of its key is . or .., which no address can have; put it under another key'
function whyTooLarge(bytes: number, { bytes_per_day }: SupplierLimits): string | undefined {
  if (bytes > UPLOAD.bytes) return `an object has at most ${UPLOAD.bytes / 1024 ** 3} GB; cut it into several`
  if (bytes > bytes_per_day) return `it has ${bytes} bytes, and ${bytes_per_day} may come in a day; cut it into several`
  return undefined
}
async function mustBeAdmitted(
  env: Env,
  address: DeskAddress,
  { known, limits, bytes }: { known: KnownContract; limits: SupplierLimits; bytes: number },
): Promise<void> {
  const contract = `${known.name}@${known.version}`
  const admitted = await supplierDesk(env, address).admit(limits, { kind: 'batch', bytes }, contract)
  if (admitted.kind === 'granted') return
  throw new NotNow({ kind: 'later', delayMs: Number(admitted.headers['retry-after'] ?? 1) * SECOND_MS })
}

function newBatch(
  { settings, object }: ObjectLease,
  { contract_id, name, version, document }: KnownContract,
): NewBatch {
  return {
    ...{ batch_id: object.batch_id ?? newId('bat'), contract_id, contract: `${name}@${version}`, kind: 'pull' },
    ...{ mode: settings.mode ?? document.mode, origin: settings.origin, ...batchTerms(document) },
    ...{ idempotency_key: undefined, hash: undefined },
  }
}

/** Why it is not read now; whose fault that is, is said. */
class NotNow extends Error {
  readonly result: PullResult
  constructor(result: PullResult) {
    super(result.kind)
    this.result = result
  }
}
class BrokeOff extends Error {}
const BROKE_OFF = 'an object broke off before its end, or is not packed as its content-encoding says'

/** Its store may take its time; ours, between two parts of it, is not the store's. */
async function* bodyOf({ body }: Response, quiet: Quiet): AsyncIterable<Uint8Array> {
  const reader = body?.getReader()
  if (!reader) return
  let ended = false
  try {
    for (;;) {
      quiet.heard()
      const { done, value } = await reader.read().catch(() => {
        throw new BrokeOff()
      })
      quiet.over()
      ended = done
      if (done) return
      yield value
    }
  } finally {
    if (!ended) await reader.cancel().catch(() => undefined)
  }
}

/** A store that has trouble, or keys that are good no more, forbid all objects; what else is forbidden may be only that. */
function refused(refusal: Refusal): PullResult {
  const { message, field } = notRead(refusal)
  const delay = refusal.retryAfterMs === undefined ? {} : { delayMs: refusal.retryAfterMs }
  // 401 speaks of the keys, whatever word a store has for it.
  const ofAll = field !== undefined || refusal.status === 401 || refusal.status === 429
  const mayBeItsOwn = !ofAll && refusal.status >= 400 && refusal.status < 500
  const whose = mayBeItsOwn ? { whose: 'object' as const } : {}
  return { kind: 'later', problem: `${field ? `${field}: ` : ''}${message}`, ...whose, ...delay }
}
