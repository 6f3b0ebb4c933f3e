import type { BatchState } from '../../../shared/supply/batch-state.ts'
import type { Comparison } from '../../../shared/supply/compatibility.ts'
import type { ContractDocument, ContractState } from '../../../shared/supply/document.ts'
import type { OutcomeCounts } from '../../../shared/supply/report.ts'

/** What the API answers, as far as pages show it. */
export type Counts = OutcomeCounts

export interface Problem {
  pointer: string
  rule: string
  expected: string
  kind: string
}
export interface BatchView {
  batch_id: string
  contract_id: string
  contract: string
  state: BatchState
  reason: string | null
  records: number
  /** From 0 to 1. */
  progress: number
  counts: Counts
  bytes: number
  created_at: string
  received_at: string | null
  ended_at: string | null
}
export interface ReportLineView {
  line: number
  outcome: string
  problems?: Problem[] | undefined
  quarantine_id?: string | undefined
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
  comparison?: Comparison | null
  findings?: FindingView[]
}
/** What the linter says; with an error it cannot go into review. */
export interface FindingView {
  level: 'error' | 'warning'
  pointer: string
  message: string
}
export interface QuarantinedView {
  quarantine_id: string
  batch_id: string
  line: number
  contract: string
  state: string
  reason: string
  problems: Problem[]
  held_at: string
  expires_at: string
  tries: number
  outcome: string | null
}
export interface SubjectView {
  subject: string
  reference_id: string | null
  user_id: string
  state: 'active' | 'withdrawn'
  consent: string | null
  consent_ends_at: string | null
  created_at: string
}
