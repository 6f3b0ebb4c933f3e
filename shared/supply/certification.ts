import { DAY_MS } from '../base/time.ts'
import type { OutcomeCounts } from './report.ts'

/** Whether a supplier may go into production, from what its sandbox has seen. Each check says what is missing, and how to mend it. */

/** What is looked at is not older. */
const CERTIFIED_BY_MS = 30 * DAY_MS
const LEAST_RECORDS = 100
const LEAST_BATCHES = 3
const MOST_REJECTED = 0.05

export interface SeenBatch {
  state: string
  counts: OutcomeCounts
  received_at: number | null
}
export interface Seen {
  /** Of the sandbox, the newest first. */
  batches: SeenBatch[]
  /** Contracts that production takes: `name@1.2`. */
  active: string[]
  domain: { name: string | null; proved: boolean }
}
export const CHECKS = [
  'contract_active',
  'domain_proved',
  'records_accepted',
  'batches_valid',
  'repetition_seen',
  'nothing_waits',
] as const
export type CheckName = (typeof CHECKS)[number]
export interface Check {
  check: CheckName
  passed: boolean
  /** What was seen, against what is needed. */
  seen: string
  /** What to do where it has not passed. */
  mend: string | null
}
export interface Certification {
  passed: boolean
  checks: Check[]
}

export function certify({ batches, active, domain }: Seen, now: number): Certification {
  const done = batches.filter(
    ({ state, received_at }) => state === 'done' && received_at !== null && received_at > now - CERTIFIED_BY_MS,
  )
  const accepted = total(done, 'accepted') + total(done, 'updated')
  const newest = done.slice(0, LEAST_BATCHES)
  const valid = newest.filter(({ counts }) => rejectedShare(counts) <= MOST_REJECTED)
  const repeated = total(done, 'duplicate')
  const waiting = total(newest, 'quarantined')
  const checks = [
    check(
      'contract_active',
      active.length > 0,
      active.length === 0 ? 'none is active' : `${active.length} active: ${active.join(', ')}`,
      MEND.contract_active,
    ),
    check('domain_proved', domain.proved, domain.name ?? 'no domain is named', MEND.domain_proved),
    check(
      'records_accepted',
      accepted >= LEAST_RECORDS,
      `${accepted} in 30 days; ${LEAST_RECORDS} are needed`,
      MEND.records_accepted,
    ),
    check(
      'batches_valid',
      newest.length === LEAST_BATCHES && valid.length === LEAST_BATCHES,
      `${valid.length} of the last ${LEAST_BATCHES} with at most ${MOST_REJECTED * 100} % rejected`,
      MEND.batches_valid,
    ),
    check('repetition_seen', repeated > 0, `${repeated} records that were sent before`, MEND.repetition_seen),
    check(
      'nothing_waits',
      newest.length > 0 && waiting === 0,
      newest.length === 0 ? 'no batch' : `${waiting} quarantined in the last ${newest.length}`,
      MEND.nothing_waits,
    ),
  ]
  return { passed: checks.every(({ passed }) => passed), checks }
}

const MEND: Record<CheckName, string> = {
  contract_active: 'hand a contract in (POST /v2/supplier/contracts/{id}/submit) and have the developer activate it',
  domain_proved: 'put the file of GET /v2/supplier/domain on your site and ask for POST /v2/supplier/domain/proof',
  records_accepted: 'push more records to the sandbox, as you would in production',
  batches_valid: 'read the reports of the last batches, and send batches whose records fit the contract',
  repetition_seen:
    'send a batch of records that you have sent before: a repetition does no harm, and yours should show it',
  nothing_waits:
    'tell your subjects with their consents first (PUT /v2/supplier/subjects/{subject}), and send a batch of them',
}

const check = (name: CheckName, passed: boolean, seen: string, mend: string): Check => ({
  check: name,
  passed,
  seen,
  mend: passed ? null : mend,
})
const total = (batches: SeenBatch[], outcome: keyof OutcomeCounts): number =>
  batches.reduce((sum, { counts }) => sum + counts[outcome], 0)
function rejectedShare(counts: OutcomeCounts): number {
  const all = Object.values(counts).reduce((sum, one) => sum + one, 0)
  return all === 0 ? 1 : counts.rejected / all
}
