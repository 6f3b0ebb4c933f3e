import type { Env } from '../../durable-objects/env.ts'
import { supplierDeskNamed } from '../../durable-objects/stubs.ts'
import type { PieceLease } from '../../durable-objects/supplier-desk-api.ts'
import { crashPoint } from '../../shared/base/crash-point.ts'
import { Fault } from '../../shared/base/fault.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { Pace } from '../../shared/base/pace.ts'
import { SUPPLY } from '../../shared/base/supply-limits.ts'
import { type BatchNudge, type DeskAddress, parseDeskName } from '../../shared/supply/desk.ts'
import { readPiece } from '../ingest/pieces.ts'
import { takeRecords } from '../ingest/take-records.ts'
import { contractOrWhy } from '../suppliers/contract-of.ts'
import { failureOf, placeOf } from '../suppliers/failure.ts'
import { redriveChunk } from '../suppliers/redrive-chunk.ts'

/** "This desk has work": a while for each supplier, then the others have their turn. */
export async function batches(batch: MessageBatch<BatchNudge>, env: Env): Promise<void> {
  for (const message of batch.messages) {
    const { desk: name, turn } = message.body
    const desk = supplierDeskNamed(env, name)
    await desk.beginTurn(turn)
    if (await workAt(env, name)) await desk.callTurn()
    message.ack()
  }
}

/** → whether there is more. What fails stays with the desk, which says when it is tried again. */
async function workAt(env: Env, name: string): Promise<boolean> {
  const desk = supplierDeskNamed(env, name)
  const pace = new Pace()
  const until = Date.now() + SUPPLY.turnMs
  for (let pieces = 0; pieces < SUPPLY.turnPieces && Date.now() < until; pieces++) {
    // What somebody redrives does not wait until all batches are through; a piece is leased when it is begun, and not before that.
    const redriven = await redriveChunk(env, name)
    const lease = await desk.takePiece()
    if (!lease && !redriven) return false
    if (!lease) continue
    try {
      await takePiece(env, parseDeskName(name), lease)
    } catch (error) {
      const failure = failureOf(error)
      logLine('piece waits', { batch_id: lease.batch_id, piece: lease.piece, ...failure, at: placeOf(error) })
      await desk.releasePiece(lease.lease, failure)
    }
    // As with payloads: what is live does not rest, and data of the past let it go first.
    if (lease.origin === 'backfill') await pace.rest()
  }
  return true
}

async function takePiece(env: Env, address: DeskAddress, lease: PieceLease): Promise<void> {
  const { batch_id, piece, first_line, contract_id } = lease
  const desk = supplierDeskNamed(env, lease.desk)
  const contract = await contractOrWhy(env, contract_id)
  if (contract instanceof Fault) return desk.failBatch(batch_id, contract.message)
  const records = await readPiece(env, address, batch_id, piece, first_line)
  // Those of a batch that was cancelled meanwhile are gone too, and it stays cancelled.
  if (!records) return desk.failBatch(batch_id, `its piece ${piece + 1} is not kept any more; send it again`)
  const taken = await takeRecords(env, {
    address,
    contract_id,
    contract: contract.compiled,
    seed: `${batch_id}/${piece}`,
    batch_id,
    records,
    origin: lease.origin,
    receivedAt: lease.received_at,
    now: lease.now,
    held: lease.held,
    onlyCheck: lease.work === 'check',
  })
  await desk.commitPiece({ lease: lease.lease, batch_id, piece, ...taken })
  await crashPoint('piece-after-commit', env)
}
