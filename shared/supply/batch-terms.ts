import type { ContractDocument } from './document.ts'

/** What a contract says of each of its batches as a whole. */
export interface BatchTerms {
  report_days: number
  quarantine_days: number
  /**
   * Its records tell their versions: what is live need not wait for what is of the past, the order does not decide. Batches of
   * before lack it.
   */
  apart?: boolean
}
export const batchTerms = ({ retention, updates }: ContractDocument): BatchTerms => ({
  ...{ report_days: retention.report_days, quarantine_days: retention.quarantine_days },
  apart: updates.rule === 'newest',
})
