import type { OutcomeCode, OutcomeCounts, OutcomeName } from './report.ts'

export type { OutcomeCode } from './report.ts'

export function addCounts(to: OutcomeCounts, more: OutcomeCounts): OutcomeCounts {
  for (const name of Object.keys(to) as OutcomeName[]) to[name] += more[name]
  return to
}

/** A record may become several of ours: it is what says most of them. */
const RANK = 'daurq'
export const strongest = (a: OutcomeCode | undefined, b: OutcomeCode): OutcomeCode =>
  a === undefined || RANK.indexOf(b) > RANK.indexOf(a) ? b : a

/**
 * The rule by which a record is rejected whose subject was erased, or whose connection ended: what comes of them all the same
 * is kept nowhere, in no quarantine either.
 */
export const SUBJECT_CLOSED = 'subject_closed'
/** Why a record waits in quarantine. */
export const HELD_REASONS = {
  unknown_subject: 'its subject was not registered',
  no_consent: 'it names no consent, and none is known of its subject',
  consent_ended: 'its subject’s consent has ended',
  unmapped: 'the contract’s mapping cannot read it',
  implausible: 'it holds values that no living person has',
  contract_quarantined: 'records of its contract are held back by a rule',
} as const
export type HeldReason = keyof typeof HELD_REASONS
