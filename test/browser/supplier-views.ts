import { ContractDocument } from '../../shared/supply/document.ts'
import { problem } from '../../shared/supply/problem.ts'
import { type BatchView, EXAMPLE_BATCH, heldView, type ReportLine } from '../../workers/suppliers/batch-views.ts'
import type { ContractLooked } from '../../workers/suppliers/contract-views.ts'
import type { DryRun } from '../../workers/suppliers/push-batches.ts'
import {
  EXAMPLE_HELD,
  EXAMPLE_REDRIVE,
  type QuarantinedRecord,
  type Redrive,
} from '../../workers/suppliers/quarantine-views.ts'
import type { SubjectView } from '../../workers/suppliers/subject-views.ts'

/** One supplier's life, as the API tells it: a lab whose nights come late and not always whole. */
const DAY = 86_400_000
export const daysAgo = (days: number): string => new Date(Date.now() - days * DAY).toISOString()
export const dateOf = (days: number): string => daysAgo(days).slice(0, 10)
export const id = (prefix: string, digit: string): string => `${prefix}_${digit.repeat(32)}`

export const counts = (
  accepted: number,
  updated: number,
  duplicate: number,
  rejected: number,
  quarantined: number,
) => ({
  ...{ accepted, updated, duplicate, rejected, quarantined },
})
const batch = (digit: string, state: BatchView['state'], more: Partial<BatchView>): BatchView => ({
  ...EXAMPLE_BATCH,
  batch_id: id('bat', digit),
  contract_id: id('ctr', '1'),
  contract: 'nights@1.2',
  state,
  records: 10_000,
  counts: counts(9_300, 200, 120, 300, 80),
  bytes: 1_240_000,
  created_at: daysAgo(0.1),
  received_at: daysAgo(0.1),
  ended_at: daysAgo(0.0999),
  ...more,
})
const TROUBLE = {
  ...{ since: daysAgo(0.01), tries: 4, next_try_at: daysAgo(-0.002) },
  reason: 'something of ours failed (TypeError)',
}
export const REDRIVES: Redrive[] = [{ ...EXAMPLE_REDRIVE, trouble: TROUBLE }]
export const BATCHES: BatchView[] = [
  batch('1', 'processing', {
    progress: 0.42,
    counts: counts(4_000, 0, 0, 200, 0),
    created_at: daysAgo(0.0002),
    ended_at: null,
  }),
  batch('6', 'processing', {
    progress: 0.2,
    counts: counts(2_000, 0, 0, 0, 0),
    created_at: daysAgo(0.01),
    received_at: daysAgo(0.01),
    ended_at: null,
    trouble: TROUBLE,
  }),
  batch('2', 'done', { kind: 'pull' }),
  batch('3', 'refused', {
    counts: counts(0, 0, 0, 12, 0),
    records: 4_000,
    reason: 'strict mode: 12 of 4,000 records are rejected',
  }),
  batch('4', 'failed', {
    counts: counts(0, 0, 0, 0, 0),
    records: 0,
    progress: 0,
    reason: 'the gzip data end too soon; send the whole file again',
  }),
  batch('5', 'done', { counts: counts(10_000, 0, 0, 0, 0), created_at: daysAgo(2), ended_at: daysAgo(1.9998) }),
]
export const LINES: ReportLine[] = [
  { line: 1, outcome: 'accepted' },
  { line: 2, outcome: 'updated' },
  {
    line: 3,
    outcome: 'rejected',
    problems: [
      problem('/heart/avg', 'maximum', 'a number of 250 at most', 'number'),
      problem('/start', 'required', 'a string', 'missing'),
    ],
  },
  {
    line: 4,
    outcome: 'quarantined',
    problems: [problem('/subject', 'unknown_subject', 'a registered subject', 'string')],
  },
  { line: 5, outcome: 'duplicate' },
]
export const RECORD = {
  subject: 'p-117',
  start: '2026-11-26T22:41:00+01:00',
  end: '2026-11-27T06:10:00+01:00',
  heart: { avg: 54 },
}
export const QUARANTINED: QuarantinedRecord[] = (['unknown_subject', 'no_consent', 'implausible'] as const).map(
  (reason, i) => ({
    ...EXAMPLE_HELD,
    quarantine_id: `qrn_${'2'.repeat(32)}_${i + 4}`,
    batch_id: id('bat', '2'),
    line: i + 4,
    contract: 'nights@1.2',
    reason,
    problems: [problem('/subject', reason, 'one that can be taken', 'object')],
    held_at: daysAgo(0.1 + i),
    expires_at: daysAgo(-30 + i),
    tries: i,
  }),
)

export const HELD = heldView({ waiting: 70, taken: 10 })

export const SUBJECTS: SubjectView[] = ['active', 'active', 'withdrawn'].map((state, i) => ({
  subject: `p-${117 + i}`,
  reference_id: `owl-${i}`,
  user_id: '7b1c9f0e-5d2a-8c3b-9e4f-0a1b2c3d4e5f',
  state: state as 'active' | 'withdrawn',
  consent: i === 1 ? null : 'consent-2026-114',
  consent_ends_at: i === 0 ? daysAgo(-90) : null,
  created_at: daysAgo(5 + i),
}))

const document = ContractDocument.parse({
  name: 'nights',
  version: '1.2',
  title: 'Nights of the sleep lab',
  description: 'One record for each night, scored by hand.',
  schema: {
    type: 'object',
    required: ['subject', 'start', 'end'],
    properties: {
      subject: { type: 'string', maxLength: 40, description: 'Our pseudonym of the person' },
      start: { type: 'string', format: 'date-time' },
      end: { type: 'string', format: 'date-time' },
      score: { type: 'integer', minimum: 0, maximum: 100, description: 'How good the night was' },
      kind: { enum: ['night', 'nap'] },
      heart: { type: 'object', properties: { avg: { type: 'number', minimum: 20, maximum: 250 } } },
    },
  },
  mapping: {
    rules: [
      {
        type: 'sleep',
        place: { session: { start: { path: 'start' }, end: { path: 'end' } } },
        fields: {
          'heart_rate_data.summary.avg_hr_bpm': { path: 'heart.avg' },
          'metadata.is_nap': { path: 'kind', words: { nap: true, night: false } },
        },
      },
    ],
  },
  identity: { subject: 'subject', connect: 'registered' },
  live: { types: ['HEART_RATE', 'RR_INTERVAL'] },
  slas: {
    freshness_p95_seconds: 7_200,
    validity_share: 0.99,
    completeness: { share: 0.95, types: ['sleep'] },
    duplicate_share: 0.05,
    volume: { least: 400 },
    on_breach: 'quarantine',
  },
})
const contract = (
  digit: string,
  version: string,
  state: ContractLooked['state'],
  more: Partial<ContractLooked> = {},
): ContractLooked => ({
  contract_id: id('ctr', digit),
  name: 'nights',
  version,
  state,
  document: { ...document, version },
  drafted_by: 'supplier',
  note: null,
  created_at: daysAgo(7),
  changed_at: daysAgo(1),
  activated_at: null,
  sunset_at: null,
  findings: [],
  comparison: null,
  ...more,
})
export const CONTRACTS: ContractLooked[] = [
  contract('1', '1.2', 'active'),
  contract('2', '2.0', 'review', {
    comparison: {
      against: 'nights@1.2',
      older: 'nights@1.2',
      newer: 'nights@2.0',
      compatible: false,
      breaks: { supplier: true, developer: false },
      needs: 'major',
      summary: 'nights@2.0 breaks what the supplier was promised: it needs a new major.',
      changes: [
        {
          part: 'schema',
          path: 'kind',
          change: 'field_added',
          supplier: { effect: 'none', says: 'nothing changes' },
          developer: { effect: 'warning', says: 'there is more than before' },
        },
        {
          part: 'schema',
          path: 'heart.avg',
          change: 'required',
          supplier: { effect: 'breaking', says: 'must be there now; before it could be left out' },
          developer: { effect: 'none', says: 'nothing changes' },
        },
      ],
    },
  }),
  contract('3', '1.3', 'draft', {
    note: 'Please say which unit the weight is in.',
    findings: [{ level: 'warning', pointer: '/schema/properties/score', message: 'is read by nothing' }],
  }),
  contract('4', '1.0', 'deprecated', { sunset_at: daysAgo(-14) }),
]
export const NOTES = ['`start` and `end` were taken for the session’s times', '`heart.avg` is read as beats per minute']

export const DRY_RUN: DryRun = {
  dry_run: true,
  contract: 'nights@1.2',
  records: 5,
  counts: counts(1, 1, 1, 1, 1),
  lines: LINES,
}
