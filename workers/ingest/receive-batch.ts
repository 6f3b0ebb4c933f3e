import type { Env } from '../../durable-objects/env.ts'
import { supplierDesk } from '../../durable-objects/stubs.ts'
import type { BatchView, NewBatch } from '../../durable-objects/supplier-desk-api.ts'
import { crashPoint } from '../../shared/base/crash-point.ts'
import { Fault } from '../../shared/base/fault.ts'
import { newId } from '../../shared/base/ids.ts'
import { INTAKE, SUPPLY } from '../../shared/base/supply-limits.ts'
import type { DeskAddress } from '../../shared/supply/desk.ts'
import { type BodyForm, frame } from '../../shared/supply/framer.ts'
import { type UnpackLimits, unpacked } from '../../shared/supply/unpack.ts'
import { PieceWriter } from './pieces.ts'

/** Bytes that are a batch, from whoever brings them: a request, an upload's parts, an object of the supplier's. */
export interface BatchSource {
  form: BodyForm
  gzip: boolean
  /** sha-256, hex, where it is known before. */
  declared: string | undefined
  bytes: number
  chunks(): AsyncIterable<Uint8Array>
  /** sha-256, hex; when all of them have come. */
  digest(): string
  /** Reads them for their digest alone. */
  pass(): Promise<string>
  /** Nobody wants them. */
  leave(): Promise<void>
}
export type BatchAbout = Omit<NewBatch, 'batch_id' | 'hash'>
/** `replayed`: the same batch came before, with the same key. */
export interface Receipt {
  batch: BatchView
  replayed: boolean
}

/**
 * Takes a batch in: its records into pieces, then the pieces into the desk, and only then is it the supplier's no more.
 * Key: the idempotency key; without one each request is a batch of its own, whose records are known by theirs.
 */
export async function receiveBatch(
  env: Env,
  address: DeskAddress,
  about: BatchAbout,
  source: BatchSource,
): Promise<Receipt> {
  const desk = supplierDesk(env, address)
  const batch = { ...about, batch_id: newId('bat'), hash: source.declared }
  const before = await beginBatch(env, address, batch, source)
  if (before) return { batch: before, replayed: true }
  try {
    const { pieces, unpacked } = await writePieces(env, address, batch.batch_id, source, INTAKE)
    await crashPoint('batch-before-commit', env)
    const { bytes } = source
    const received = { batch_id: batch.batch_id, hash: source.digest(), bytes, unpacked, pieces }
    const committed = await desk.commitBatch(received)
    await crashPoint('batch-after-commit', env)
    if (committed.kind === 'gone') throw gone()
    return { batch: committed.batch, replayed: committed.kind === 'replayed' }
  } catch (error) {
    await desk.abandonBatch(batch.batch_id)
    throw error
  }
}

/** → the batch that came before with the same key and body. Throws where it was another's, or is still coming. */
export async function beginBatch(
  env: Env,
  address: DeskAddress,
  batch: NewBatch,
  source: Pick<BatchSource, 'pass' | 'leave'>,
): Promise<BatchView | undefined> {
  const begun = await supplierDesk(env, address).beginBatch(batch)
  if (begun.kind === 'go') return undefined
  if (begun.kind === 'replayed') {
    // Without a digest the body itself has to tell.
    const hash = batch.hash ?? (await source.pass())
    await source.leave()
    if (hash !== begun.hash) throw reused()
    return begun.batch
  }
  await source.leave()
  if (begun.kind === 'reused') throw reused()
  throw new Fault(
    'conflict',
    'the first request with this idempotency-key is still sending its batch; ask again',
    { 'retry-after': '1' },
    'idempotency_key_in_use',
  )
}
const gone = () =>
  new Fault(
    'conflict',
    'the batch was cancelled, or nothing of it came for two minutes, before it was whole; send it again',
    {},
    'batch_gone',
  )
const reused = () =>
  new Fault(
    'conflict',
    'this idempotency-key was used for another batch; send a new batch with a new key',
    {},
    'idempotency_key_reused',
  )

/** A batch's records, cut into pieces that are all stored. */
export async function writePieces(
  env: Env,
  address: DeskAddress,
  batchId: string,
  source: Pick<BatchSource, 'form' | 'gzip' | 'chunks'>,
  limits: UnpackLimits,
): Promise<{ pieces: number[]; unpacked: number }> {
  const writer = new PieceWriter(env, address, batchId)
  let [size, records, keptAt] = [0, 0, Date.now()]
  async function* counted(chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      size += chunk.length
      if (Date.now() - keptAt > SUPPLY.keptEachMs) {
        keptAt = Date.now()
        await supplierDesk(env, address).keepBatch(batchId)
      }
      yield chunk
    }
  }
  try {
    const body = counted(unpacked(source.chunks(), { gzip: source.gzip, limits }))
    for await (const framed of frame(body, source.form)) {
      records += framed.length
      if (records > INTAKE.batchRecords) throw tooMany()
      await writer.add(framed)
    }
    const pieces = await writer.end()
    if (records === 0) throw empty()
    return { pieces, unpacked: size }
  } catch (error) {
    // What is under way is there before the desk looks what it has to take away.
    await writer.stop()
    throw error
  }
}
export const empty = () =>
  new Fault('bad_request', 'there is no record in the body; send at least one', {}, 'batch_empty')
const tooMany = () =>
  new Fault(
    'too_large',
    `a batch holds at most ${INTAKE.batchRecords} records; send them in several`,
    {},
    'too_many_records',
  )
