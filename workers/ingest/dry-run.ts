import type { Env } from '../../durable-objects/env.ts'
import { text } from '../../shared/base/bytes.ts'
import { Fault } from '../../shared/base/fault.ts'
import { INTAKE } from '../../shared/base/supply-limits.ts'
import type { CompiledContract } from '../../shared/supply/compiled.ts'
import type { DeskAddress } from '../../shared/supply/desk.ts'
import { type BodyForm, frame } from '../../shared/supply/framer.ts'
import type { Framed } from '../../shared/supply/gather.ts'
import {
  countCodes,
  OUTCOMES,
  type OutcomeCode,
  type OutcomeCounts,
  type ReportLine,
} from '../../shared/supply/report.ts'
import { unpacked } from '../../shared/supply/unpack.ts'
import type { PieceRecord } from './pieces.ts'
import { type BatchSource, empty } from './receive-batch.ts'
import { type Taken, takeRecords } from './take-records.ts'

export interface Trial {
  address: DeskAddress
  contract_id: string
  contract: CompiledContract
  now: number
  held: boolean
}

/** What would become of a batch: read as it would be, and nothing is kept of it. */
export async function dryRun(env: Env, trial: Trial, source: BatchSource) {
  const records = await recordsOf(source, source.form, INTAKE.dryRunBytes)
  const taken = await takeRecords(env, {
    ...trial,
    seed: 'dry run',
    batch_id: 'dry run',
    records,
    origin: 'live',
    receivedAt: trial.now,
    onlyCheck: true,
  })
  return { records: records.length, ...toldOf(taken) }
}

/** All records of a small body, in memory. */
export async function recordsOf(source: BatchSource, form: BodyForm, mostBytes: number): Promise<PieceRecord[]> {
  const limits = { ...INTAKE, unpackedBytes: mostBytes }
  const records: PieceRecord[] = []
  for await (const framed of frame(unpacked(source.chunks(), { gzip: source.gzip, limits }), form))
    for (const one of framed) records.push(pieceRecord(one, records.length + 1))
  if (records.length === 0) throw empty()
  return records
}
const pieceRecord = (framed: Framed, line: number): PieceRecord =>
  typeof framed === 'string' ? { line, fault: framed } : { line, text: text(framed) }

/** Counts, and the lines that are not simply taken. */
function toldOf({ codes, problems }: Taken): { counts: OutcomeCounts; lines: ReportLine[] } {
  return {
    counts: countCodes(codes),
    lines: problems
      .slice(0, INTAKE.dryRunLines)
      .map(({ line, problems }) => ({ line, outcome: OUTCOMES[codes[line - 1] as OutcomeCode], problems })),
  }
}
export const tooManyAtOnce = () =>
  new Fault(
    'too_large',
    `at most ${INTAKE.recordsAtOnce} records are taken while you wait; send more as a batch`,
    {},
    'too_many_records',
  )
