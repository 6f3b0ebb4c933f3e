import type { QuarantinedView, RedriveView } from '../../durable-objects/quarantine-api.ts'
import { iso } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import { HELD_REASONS, type HeldReason } from '../../shared/supply/outcome.ts'
import { problem } from '../../shared/supply/problem.ts'
import { QUARANTINE_STATES, quarantineId, REMEDIES } from '../../shared/supply/quarantine.ts'
import { OUTCOME_NAMES } from '../../shared/supply/report.ts'
import { EXAMPLE_BATCH, RecordProblemView, Trouble, troubleView } from './batch-views.ts'

/** Records that are held, and what redrives make of them, as both sides see them. */

export const REASONS = Object.keys(HELD_REASONS) as [HeldReason, ...HeldReason[]]

export const QuarantinedRecord = z
  .object({
    quarantine_id: z.string(),
    batch_id: z.string(),
    line: z.int(),
    contract: z.string().describe('That it came under'),
    state: z
      .enum(QUARANTINE_STATES)
      .describe('`taken`: a redrive took it; `expired` and `erased`: nothing of the record is kept any more'),
    reason: z.enum(REASONS),
    remedy: z.string().describe('What lets it go on'),
    problems: z.array(RecordProblemView).describe('As of the last time that it was read'),
    held_at: z.string(),
    expires_at: z.string().describe('It is kept until then'),
    ended_at: z.string().nullable(),
    redrive_id: z.string().nullable().describe('The last one that it was in'),
    tries: z.int().describe('Redrives that read it'),
    outcome: z.enum(OUTCOME_NAMES).nullable().describe('Where one took it: as what'),
  })
  .openapi('QuarantinedRecord')
export type QuarantinedRecord = z.infer<typeof QuarantinedRecord>
export const QuarantinedDetail = QuarantinedRecord.extend({
  record: z
    .unknown()
    .optional()
    .describe(
      'As it came, while it is kept; a developer’s key sees it with the scope `data:read` only, and not where the consent is wanting',
    ),
}).openapi('QuarantinedDetail')

const Filter = z.object({
  state: z.string().optional(),
  reason: z.enum(REASONS).optional(),
  contract: z.string().optional(),
  batch_id: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
})
export const Redrive = z
  .object({
    redrive_id: z.string(),
    state: z.enum(['running', 'done']),
    filter: Filter.describe('What it was asked for'),
    contracts: z.record(z.string(), z.string()).describe('By which version records of each contract are read'),
    matched: z.int().describe('Records that it found when it began'),
    accepted: z.int(),
    updated: z.int(),
    duplicate: z.int(),
    kept: z.int().describe('Still in quarantine, each with its reason of now'),
    trouble: Trouble.nullable().describe(
      'While its next records cannot be read for a reason of ours: tried again by itself for 24 h, and then they stay; begin another redrive',
    ),
    started_at: z.string(),
    ended_at: z.string().nullable(),
  })
  .openapi('Redrive')
export type Redrive = z.infer<typeof Redrive>

export const EXAMPLE_HELD: QuarantinedRecord = {
  quarantine_id: quarantineId(EXAMPLE_BATCH.batch_id, 3),
  batch_id: EXAMPLE_BATCH.batch_id,
  line: 3,
  contract: EXAMPLE_BATCH.contract,
  state: 'waiting',
  reason: 'unknown_subject',
  remedy: REMEDIES.unknown_subject,
  problems: [problem('', 'unknown_subject', 'one that can be taken', 'object')],
  held_at: '2026-07-01T21:14:57.118Z',
  expires_at: '2026-07-31T21:14:57.118Z',
  ended_at: null,
  redrive_id: null,
  tries: 0,
  outcome: null,
}
export const EXAMPLE_REDRIVE: Redrive = {
  redrive_id: 'rdv_6a5b4c3d2e1f0a9b8c7d6e5f4a3b2c1d',
  state: 'running',
  filter: { reason: 'unknown_subject' },
  contracts: { 'sleep@1': 'sleep@1.1' },
  matched: 5,
  accepted: 0,
  updated: 0,
  duplicate: 0,
  kept: 0,
  trouble: null,
  started_at: '2026-07-02T08:01:11.004Z',
  ended_at: null,
}
export const QuarantineId = z.object({
  quarantine_id: z.string().openapi({ description: 'A held record', example: EXAMPLE_HELD.quarantine_id }),
})
export const RedriveId = z.object({
  redrive_id: z.string().openapi({ description: 'A redrive', example: EXAMPLE_REDRIVE.redrive_id }),
})

export const heldRecord = (view: QuarantinedView): QuarantinedRecord => ({
  ...{ quarantine_id: quarantineId(view.batch_id, view.line), batch_id: view.batch_id, line: view.line },
  ...{ contract: view.contract, state: view.state, reason: view.reason, remedy: REMEDIES[view.reason] },
  ...{ problems: view.problems, held_at: iso(view.held_at), expires_at: iso(view.expires_at) },
  ...{ ended_at: iso(view.ended_at), redrive_id: view.redrive_id, tries: view.tries, outcome: view.outcome },
})
export function redriveView({ filter, contracts, made_at, ended_at, trouble, ...redrive }: RedriveView): Redrive {
  const { subject_hash: _, from_at, to_at, ...asked } = filter
  return {
    ...redrive,
    trouble: trouble && troubleView(trouble),
    filter: {
      ...asked,
      ...(from_at !== undefined && { from: iso(from_at) }),
      ...(to_at !== undefined && { to: iso(to_at) }),
    },
    contracts: Object.fromEntries(Object.entries(contracts).map(([major, { contract }]) => [major, contract])),
    started_at: iso(made_at),
    ended_at: iso(ended_at),
  }
}
