import type { Env } from '../../durable-objects/env.ts'
import type { RedriveChunk } from '../../durable-objects/quarantine-api.ts'
import { supplierDeskNamed } from '../../durable-objects/stubs.ts'
import { keyOfSupplier } from '../../durable-objects/supplier-key.ts'
import { text } from '../../shared/base/bytes.ts'
import { crashPoint } from '../../shared/base/crash-point.ts'
import { Fault } from '../../shared/base/fault.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { unseal } from '../../shared/base/seal.ts'
import { type DeskAddress, parseDeskName } from '../../shared/supply/desk.ts'
import { problem } from '../../shared/supply/problem.ts'
import type { Redriven } from '../../shared/supply/quarantine.ts'
import { quarantineContext } from '../../shared/supply/subject.ts'
import { type Taken, takeRecords } from '../ingest/take-records.ts'
import { contractOrWhy } from './contract-of.ts'
import { failureOf, placeOf } from './failure.ts'

/**
 * Takes one chunk of a redrive the way that all records take. Key: the redrive and the chunk: a second run finds in the logs
 * what the first one did. → whether one was taken.
 */
export async function redriveChunk(env: Env, name: string, only?: string): Promise<boolean> {
  const desk = supplierDeskNamed(env, name)
  const chunk = await desk.leaseRedrive(only)
  if (!chunk) return false
  const { redrive_id } = chunk
  try {
    const results = await redriven(env, parseDeskName(name), chunk)
    await crashPoint('redrive-before-commit', env)
    await desk.commitRedrive({ redrive_id, chunk: chunk.chunk, results })
    await crashPoint('redrive-after-commit', env)
    return true
  } catch (error) {
    const failure = failureOf(error)
    logLine('redrive waits', { redrive_id, chunk: chunk.chunk, ...failure, at: placeOf(error) })
    await desk.releaseRedrive(redrive_id, chunk.chunk, failure)
    return false
  }
}

async function redriven(env: Env, address: DeskAddress, chunk: RedriveChunk) {
  const { redrive_id, contract_id, batch_id, held, now } = chunk
  const contract = await contractOrWhy(env, contract_id)
  const gone: Redriven = { kind: 'kept', problems: [problem('', 'contract', 'a contract that is there', 'missing')] }
  if (contract instanceof Fault) return chunk.records.map(({ number }) => ({ number, ...gone }))
  const key = keyOfSupplier(env, address)
  const taken = await takeRecords(env, {
    ...{ address, contract_id, contract: contract.compiled, batch_id, held, now },
    seed: `${redrive_id}/${chunk.chunk}`,
    records: chunk.records.map(({ line, sealed, place }) => ({
      ...{ line, text: text(unseal(key, sealed, quarantineContext(batch_id, line))) },
      ...(place !== undefined && { place }),
    })),
    // Late by nature: it says nothing about how fresh the supplier's data are.
    origin: 'backfill',
    receivedAt: chunk.received_at,
    onlyCheck: false,
  })
  return chunk.records.map(({ number, line }, i) => ({ number, ...becameOf(taken, i, line) }))
}

function becameOf({ codes, problems, held }: Taken, place: number, line: number): Redriven {
  const code = codes[place]
  if (code === 'a' || code === 'u' || code === 'd') return { kind: 'taken', code }
  const reason = held.find((one) => one.line === line)?.reason
  const found = problems.find((one) => one.line === line)?.problems ?? []
  return { kind: 'kept', problems: found, ...(reason && { reason }) }
}
