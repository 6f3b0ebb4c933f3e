/** What became of a record of a batch, as one letter of its piece's `codes`. */
export const OUTCOMES = {
  a: 'accepted',
  u: 'updated',
  d: 'duplicate',
  r: 'rejected',
  q: 'quarantined',
} as const
export type OutcomeCode = keyof typeof OUTCOMES
export type Outcome = (typeof OUTCOMES)[OutcomeCode]
export type OutcomeCounts = Record<Outcome, number>

export const noOutcomes = (): OutcomeCounts => ({ accepted: 0, updated: 0, duplicate: 0, rejected: 0, quarantined: 0 })
export function countCodes(codes: string): OutcomeCounts {
  const counts = noOutcomes()
  for (const code of codes) counts[OUTCOMES[code as OutcomeCode]]++
  return counts
}
export function addCounts(to: OutcomeCounts, more: OutcomeCounts): OutcomeCounts {
  for (const name of Object.keys(to) as Outcome[]) to[name] += more[name]
  return to
}
export const sumOf = (counts: OutcomeCounts): number => Object.values(counts).reduce((sum, one) => sum + one, 0)

/** A record may become several of ours: it is what says most of them. */
const RANK = 'daurq'
export const strongest = (a: OutcomeCode | undefined, b: OutcomeCode): OutcomeCode =>
  a === undefined || RANK.indexOf(b) > RANK.indexOf(a) ? b : a

/** Why a record waits in quarantine. */
export const HELD_REASONS = {
  unknown_subject: 'its subject was not registered',
  no_consent: 'it names no consent, and none is known of its subject',
  consent_ended: 'its subject’s consent has ended',
  subject_closed: 'its subject’s connection is closed',
  unmapped: 'the contract’s mapping cannot read it',
  implausible: 'it holds values that no living person has',
  contract_quarantined: 'records of its contract are held back by a rule',
} as const
export type HeldReason = keyof typeof HELD_REASONS
