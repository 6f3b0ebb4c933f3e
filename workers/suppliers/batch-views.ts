import type { BatchView as DeskBatch } from '../../durable-objects/supplier-desk-api.ts'
import { SUPPLY } from '../../shared/base/supply-limits.ts'
import { HOUR_MS, iso } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import { BATCH_STATES } from '../../shared/supply/batch-state.ts'
import { problem } from '../../shared/supply/problem.ts'
import { QUARANTINE_STATES, type QuarantineState, quarantineId } from '../../shared/supply/quarantine.ts'
import { type ReportLine as Line, OUTCOME_NAMES, sumOf } from '../../shared/supply/report.ts'
import type { Trouble as DeskTrouble } from '../../shared/supply/trouble.ts'

/** Batches and their reports, as both sides see them. */

export const ABOUT_BACKFILL = '`backfill`: data of the past: what is live is delivered before them'
export const ABOUT_ORIGIN = `${ABOUT_BACKFILL}. Batches of one contract are worked at in their order; where it keeps the \`newest\` by version, what is live does not wait for them`
export const ABOUT_MODE = '`strict`: nothing is taken where any record cannot be. Left out, it is as the contract says'

const count = (text: string) => z.int().min(0).describe(text)
export const OutcomeCounts = z
  .object({
    accepted: count('New'),
    updated: count('Newer content of a record that was there'),
    duplicate: count('The same content as was there, or an older version of it'),
    rejected: count('Against the contract; the report says where and how'),
    quarantined: count('Kept until something is mended; see quarantine'),
  })
  .openapi('OutcomeCounts')
export const Trouble = z
  .object({
    since: z.string(),
    tries: z.int(),
    reason: z.string(),
    next_try_at: z.string(),
  })
  .openapi('Trouble')
export const BatchView = z
  .object({
    batch_id: z.string(),
    contract_id: z.string(),
    contract: z.string().describe('`name@major.minor`'),
    kind: z.enum(['push', 'records', 'upload', 'pull']).describe('How it came'),
    mode: z.enum(['partial', 'strict']),
    state: z
      .enum(BATCH_STATES)
      .describe(
        '`refused`: strict, and some of it could not be taken; `failed`: it could not be read, or was given up (`trouble`)',
      ),
    reason: z.string().nullable().describe('Why it was refused or failed'),
    bytes: z.int(),
    unpacked_bytes: z.int(),
    records: z.int().describe('0 until all of it is received'),
    progress: z.number().describe('From 0 to 1, of its records'),
    counts: OutcomeCounts.describe('Together they are all records that were processed; of a batch that is done, all'),
    created_at: z.string(),
    received_at: z.string().nullable().describe('When its last byte was durable'),
    ended_at: z.string().nullable(),
    trouble: Trouble.nullable().describe(
      `While its next records cannot be taken for a reason of ours. It is tried again by itself, for ${SUPPLY.troubleMs / HOUR_MS} h; then it ends as \`failed\`, and says how many were not taken`,
    ),
  })
  .openapi('Batch')
export type BatchView = z.infer<typeof BatchView>
const HeldCounts = z.object(
  Object.fromEntries(QUARANTINE_STATES.map((state) => [state, z.int()])) as Record<QuarantineState, z.ZodInt>,
)
export const PulledFrom = z
  .object({
    pull_id: z.string(),
    key: z.string().optional(),
    etag: z.string().optional(),
    modified_at: z.string(),
  })
  .openapi('PulledFrom')
export type PulledFrom = z.infer<typeof PulledFrom>
export const BatchDetail = BatchView.extend({
  quarantine: HeldCounts.describe('What became of the records that were held, by state'),
  object: PulledFrom.nullable().describe(
    'Of one that was fetched (`pull`): the object that it was. Its key and etag are told to its supplier alone: a key may name a person',
  ),
}).openapi('BatchDetail')

export const RecordProblemView = z
  .object({
    pointer: z.string().describe('JSON pointer within the record; empty: the record itself'),
    rule: z.string().describe('A keyword of the contract’s schema, or a rule of ours'),
    expected: z.string(),
    kind: z.string().describe('What kind of value was there; never the value'),
    message: z.string(),
  })
  .openapi('RecordProblem')
export const ReportLine = z
  .object({
    line: z.int().describe('Number of the record in its batch, from 1'),
    outcome: z.enum(OUTCOME_NAMES),
    problems: z.array(RecordProblemView).optional(),
    quarantine_id: z.string().optional().describe('Of a quarantined record: its item'),
  })
  .openapi('ReportLine')
export type ReportLine = z.infer<typeof ReportLine>

/** Of the example of a pull. */
export const EXAMPLE_PULL_ID = 'pul_5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d'
const EXAMPLE_BATCH_ID = 'bat_2f6c1d0e9b8a47563f2e1d0c9b8a7654'
export const EXAMPLE_BATCH: BatchView = {
  batch_id: EXAMPLE_BATCH_ID,
  contract_id: 'ctr_7d1c0b9a8f6e5d4c3b2a190807060504',
  contract: 'sleep@1.0',
  kind: 'push',
  mode: 'partial',
  state: 'done',
  reason: null,
  bytes: 48_213,
  unpacked_bytes: 402_118,
  records: 1_000,
  progress: 1,
  counts: { accepted: 955, updated: 12, duplicate: 20, rejected: 8, quarantined: 5 },
  created_at: '2026-07-01T21:14:55.318Z',
  received_at: '2026-07-01T21:14:55.902Z',
  ended_at: '2026-07-01T21:14:58.004Z',
  trouble: null,
}
export const EXAMPLE_DETAIL: z.infer<typeof BatchDetail> = {
  ...EXAMPLE_BATCH,
  kind: 'pull',
  quarantine: { waiting: 5, redriving: 0, taken: 0, expired: 0, erased: 0 },
  object: {
    ...{ pull_id: EXAMPLE_PULL_ID, key: 'nights/2026-07-01.ndjson.gz', etag: '"9b2cf535f27731c974343645a3985328"' },
    modified_at: '2026-07-01T21:10:02.000Z',
  },
}
export const EXAMPLE_DETAIL_OF_SUPPLIER: z.infer<typeof BatchDetail> = {
  ...EXAMPLE_DETAIL,
  object: { pull_id: EXAMPLE_PULL_ID, modified_at: EXAMPLE_DETAIL.object!.modified_at },
}
export const EXAMPLE_LINES: ReportLine[] = [
  { line: 1, outcome: 'accepted' },
  { line: 2, outcome: 'rejected', problems: [problem('/bedtime', 'type', 'a string', 'number')] },
  {
    line: 3,
    outcome: 'quarantined',
    problems: [problem('/person', 'unknown_subject', 'a subject that is registered', 'string')],
    quarantine_id: quarantineId(EXAMPLE_BATCH_ID, 3),
  },
]
export const BatchId = z.object({
  batch_id: z.string().openapi({ description: 'A batch', example: EXAMPLE_BATCH_ID }),
})

export function batchView(batch: DeskBatch): BatchView {
  const { batch_id, contract_id, contract, kind, mode, state, reason, bytes, unpacked, records, counts } = batch
  const processed = sumOf(counts)
  const ended = state === 'done' || state === 'refused'
  return {
    ...{ batch_id, contract_id, contract, kind, mode, state, reason, bytes, unpacked_bytes: unpacked, records },
    progress: ended ? 1 : records === 0 ? 0 : Math.floor((1_000 * processed) / records) / 1_000,
    counts,
    created_at: iso(batch.created_at),
    received_at: iso(batch.received_at),
    ended_at: iso(batch.ended_at),
    trouble: batch.trouble && troubleView(batch.trouble),
  }
}
export const troubleView = ({ since, tries, reason, next_at }: DeskTrouble): z.infer<typeof Trouble> => ({
  ...{ since: iso(since), tries, reason, next_try_at: iso(next_at) },
})
export const heldView = (counts: Partial<Record<QuarantineState, number>>) =>
  Object.fromEntries(QUARANTINE_STATES.map((state) => [state, counts[state] ?? 0])) as Record<QuarantineState, number>

/** As it goes out, in a page or a stream. */
export const lineView = (batchId: string, line: Line): ReportLine =>
  line.outcome === 'quarantined' ? { ...line, quarantine_id: quarantineId(batchId, line.line) } : line
