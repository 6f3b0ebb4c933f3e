/** What a contract promises of its records. */
export const OBJECTIVES = ['validity', 'freshness', 'completeness', 'duplicates', 'volume'] as const
export type Objective = (typeof OBJECTIVES)[number]
/** What alerts are about: a promise; `processing`, which is ours: that what came is worked at; or that a pull can fetch. */
export const ALERTED = [...OBJECTIVES, 'processing', 'fetching'] as const
export const SLA_STATES = ['no_data', 'met', 'at_risk', 'breached'] as const
export type SlaState = (typeof SLA_STATES)[number]

/** How an objective stands: of `total` things so many were `bad`, and the share `allowed` may be. */
export interface Measure {
  objective: Objective
  /** As the contract says it: a share, seconds, or records a day. */
  target: number
  /** In the target's unit; null: there is nothing to measure. */
  measured: number | null
  total: number
  bad: number
  allowed: number
  /** Of the last hours: how fast what is allowed goes away. */
  recent: { total: number; bad: number }
  /** Fewer say nothing. */
  least: number
  /** Where one day decides, not the share of the window. */
  broken?: boolean
}

/** What may go wrong in the window, as shares of all. It is below zero where more went wrong. */
export interface Budget {
  allowed: number
  spent: number
  left: number
}
export function budgetOf({ total, bad, allowed }: Measure): Budget {
  const spent = total === 0 ? 0 : bad / total
  return { allowed, spent, left: allowed - spent }
}

/** Spent so far it is at risk; back at the second it is not. The gap keeps it from flapping. */
const AT_RISK = 0.75
const NO_RISK = 0.6
/** A breach is over when so much of what is allowed is free again. */
const MENDED = 0.9
/** In the last hours things go wrong so many times faster than the window allows: at risk before much of it is spent. */
const FAST = 6
const SLOW = 3

/** The next state. It depends on the one before: to get well takes more than not to fall ill. */
export function nextState(before: SlaState, measure: Measure): SlaState {
  const { total, bad, allowed, least, broken } = measure
  if (total < least) return 'no_data'
  if (broken !== undefined) return broken ? 'breached' : 'met'
  // Compared as numbers of things: shares would be wrong by what division rounds.
  const may = total * allowed
  if (bad > may + 1e-9) return 'breached'
  if (before === 'breached' && bad > may * MENDED) return 'breached'
  const ill = before === 'breached' || before === 'at_risk'
  if (bad > may * (ill ? NO_RISK : AT_RISK)) return 'at_risk'
  return burning(measure, ill ? SLOW : FAST) ? 'at_risk' : 'met'
}
const burning = ({ recent, allowed, least }: Measure, times: number) =>
  recent.total >= least && recent.bad > recent.total * Math.min(1, allowed * times) && recent.bad > 1

/** A number of the objective's unit, as people read it. */
export function told(objective: Objective, value: number): string {
  if (objective === 'volume') return `${value} records a day`
  if (objective !== 'freshness') return `${Number((value * 100).toFixed(2))} %`
  if (value < 120) return `${Math.round(value)} s`
  if (value < 7_200) return `${Number((value / 60).toFixed(1))} min`
  return `${Number((value / 3_600).toFixed(1))} h`
}
