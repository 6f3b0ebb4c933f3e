import type { ContractDocument, ContractState } from '../../../shared/supply/document.ts'
import type { OutcomeCounts } from '../../../shared/supply/report.ts'

/** What the API answers, as far as pages show it. */
export type Counts = OutcomeCounts

export interface Problem {
  pointer: string
  rule: string
  expected?: string
  kind?: string
}

export interface BatchView {
  batch_id: string
  contract: string
  state: string
  reason: string | null
  records: number
  records_done: number
  counts: Counts
  bytes: number
  received_at: string
  finished_at: string | null
}
export interface ReportLineView {
  line: number
  outcome: string
  problems?: Problem[]
}
export interface ContractView {
  contract_id: string
  name: string
  version: string
  state: ContractState
  document: ContractDocument
  drafted_by: 'supplier' | 'developer'
  note: string | null
  created_at: string
  changed_at: string
  sunset_at: string | null
  /** Against what is active under its name. */
  comparison?: ComparisonView | null
}
export interface ComparisonView {
  against: string
  compatible: boolean
  changes: Change[]
}
export interface QuarantinedView {
  quarantine_id: string
  batch_id: string
  line: number
  contract: string
  subject: string
  reason: string
  state: string
  pointer: string
  quarantined_at: string
  expires_at: string
}
/** A change of a contract, as each side feels it. */
interface Change {
  path: string
  change: string
  supplier: Effect
  developer: Effect
}
interface Effect {
  effect: 'none' | 'warning' | 'breaking'
  says: string
}
