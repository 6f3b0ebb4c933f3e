import { SUNSET_LEAST_MS, SUNSET_MOST_MS } from '../base/limits.ts'
import { DAY_MS, iso } from '../base/time.ts'
import { breakages, type Comparison } from './compatibility.ts'
import type { ContractState, Environment } from './document.ts'

/** The life of a contract's version: draft → review → active → deprecated → retired. Pure. */

export type Side = 'supplier' | 'developer'
const STEPS = ['change', 'delete', 'submit', 'withdraw', 'return', 'activate', 'deprecate', 'retire'] as const
export type Step = (typeof STEPS)[number]

interface Rule {
  from: ContractState[]
  by: Side[]
  to?: ContractState
}
const EITHER: Side[] = ['supplier', 'developer']
export const RULES: Record<Step, Rule> = {
  change: { from: ['draft'], by: EITHER },
  delete: { from: ['draft'], by: EITHER },
  submit: { from: ['draft'], by: EITHER, to: 'review' },
  withdraw: { from: ['review'], by: ['supplier'], to: 'draft' },
  return: { from: ['review'], by: ['developer'], to: 'draft' },
  activate: { from: ['review'], by: ['developer'], to: 'active' },
  deprecate: { from: ['active'], by: ['developer'], to: 'deprecated' },
  // By then it is retired already: the step writes it down.
  retire: { from: ['deprecated', 'retired'], by: ['developer'], to: 'retired' },
}

export interface Life {
  state: ContractState
  sunset_at: number | null
}
/** A deprecated version whose last day is over is retired, whoever has looked. */
export const stateAt = ({ state, sunset_at }: Life, now: number): ContractState =>
  state === 'deprecated' && sunset_at !== null && sunset_at <= now ? 'retired' : state

export interface Refusal {
  reason: string
  says: string
}
/** Why a step cannot be taken; undefined: it can. */
export function stepRefused(step: Step, side: Side, life: Life, now: number): Refusal | undefined {
  const { from, by } = RULES[step]
  const state = stateAt(life, now)
  if (!by.includes(side)) return { reason: 'not_yours', says: `only the ${by[0]} can ${step} a version; ask them to` }
  if (!from.includes(state)) return { reason: `contract_${state}`, says: HINTS[step](state) }
  if (step === 'retire' && life.sunset_at !== null && life.sunset_at > now)
    return {
      reason: 'before_sunset',
      says: `it was promised until ${iso(life.sunset_at)}; it retires then by itself. Suspend the supplier where nothing may come any more`,
    }
  return undefined
}
const HINTS: Record<Step, (state: ContractState) => string> = {
  change: (state) =>
    state === 'review'
      ? 'it is in review; withdraw it, or have it returned, to change it'
      : `it is ${state} and does not change any more; draft a new version`,
  delete: (state) =>
    state === 'review' ? 'it is in review; withdraw it first' : `it is ${state}: what was active stays on record`,
  submit: (state) => `it is ${state}; only a draft goes into review`,
  withdraw: (state) => `it is ${state}; only what is in review can be withdrawn`,
  return: (state) => `it is ${state}; only what is in review can be returned`,
  activate: (state) =>
    `it is ${state}; only what is in review becomes active${state === 'draft' ? ': submit it first' : ''}`,
  deprecate: (state) => `it is ${state}; only an active version can be deprecated`,
  retire: (state) =>
    `it is ${state}; only a deprecated version retires${state === 'active' ? ': deprecate it first' : ''}`,
}

/** Which pushes a version takes: in the sandbox whatever is not over, in production what is active still. */
export const takes = (environment: Environment, state: ContractState): boolean =>
  environment === 'sandbox' ? state !== 'retired' : state === 'active' || state === 'deprecated'

export interface Version {
  major: number
  minor: number
}
/** The other versions of a contract's name that are active, or deprecated and not over. */
export interface Standing extends Version {
  comparison: Comparison
}

/**
 * Whether a version may follow those that stand. Of its own major it must be the newest, and break nobody; a new major
 * that breaks somebody says when the older ones end.
 */
export function mayFollow(
  next: Version,
  standing: Standing[],
  sunsetAt: number | 'not yet' | undefined,
): Refusal | undefined {
  const newest = (all: Standing[]) =>
    all.reduce<Standing | undefined>((a, b) => (a && isLater(a, b) ? a : b), undefined)
  const same = newest(standing.filter(({ major }) => major === next.major))
  if (same && !isLater(next, same))
    return {
      reason: 'version_not_newer',
      says: `${nameOf(same)} stands already; the next minor version is ${next.major}.${same.minor + 1}`,
    }
  if (same && !same.comparison.compatible)
    return {
      reason: 'breaking_needs_major',
      says: `against ${nameOf(same)} it breaks what was promised, which needs a new major version: ${breakages(same.comparison).join('; ')}`,
    }
  const others = standing.filter(({ major }) => major !== next.major)
  const later = others.find((one) => one.major > next.major)
  if (!same && later)
    return { reason: 'version_not_newer', says: `${nameOf(later)} stands already; a new major version comes after it` }
  const broken = newest(others.filter(({ major }) => major < next.major))
  if (same || !broken || broken.comparison.compatible || sunsetAt !== undefined) return undefined
  return {
    reason: 'sunset_needed',
    says: `it breaks what ${nameOf(broken)} promised; say with "sunset_at" when the older ones end: ${breakages(broken.comparison).join('; ')}`,
  }
}
const isLater = (one: Version, other: Version): boolean =>
  one.major > other.major || (one.major === other.major && one.minor > other.minor)
const nameOf = ({ comparison }: Standing): string => comparison.older

/** A last day that nobody could change over by, or that never comes. */
export function sunsetRefused(at: number, now: number): Refusal | undefined {
  const says = (text: string) => ({ reason: 'sunset_out_of_range', says: `"sunset_at" ${text}` })
  if (at < now + SUNSET_LEAST_MS)
    return says(`is too soon; who still sends needs a day at least: from ${iso(now + SUNSET_LEAST_MS)} on`)
  if (at > now + SUNSET_MOST_MS) return says(`is more than ${SUNSET_MOST_MS / DAY_MS} days ahead`)
  return undefined
}
