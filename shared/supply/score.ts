import type { Slas } from './document.ts'
import { duplicates, implausible, type Observed, validity, windowOf } from './measures.ts'
import { type Measure, type Objective, told } from './sla.ts'
import { recordsOf } from './tally.ts'

/** What a score is made of. */
export interface ScorePart {
  part: Objective | 'plausibility'
  /** Of `weight`; null: there is nothing to judge, and its weight is the others'. */
  points: number | null
  weight: number
  /** For people. */
  why: string
}
export interface Score {
  /** 0–100; null: there is nothing to judge. */
  score: number | null
  parts: ScorePart[]
  /** Records in the window: what a contract weighs among others. */
  records: number
}

const WEIGHTS: Record<ScorePart['part'], number> = {
  validity: 30,
  completeness: 25,
  freshness: 20,
  volume: 5,
  duplicates: 10,
  plausibility: 10,
}
/** Where the contract promises nothing of it. */
const USUAL = { validity: 0.01, duplicates: 0.2, plausibility: 0.01 }
const LEAST_RECORDS = 20

/**
 * Of one major of a contract. What is within the promise has all of its points; what goes wrong four times as often as is
 * allowed (at least 5 in 100 more) has none, and what lies between has its share. Parts of which nothing is known count for nothing.
 */
export function scoreOf(slas: Slas, measured: Measure[], observed: Observed, now: number): Score {
  const counters = windowOf(observed, slas.window_days * 24, now)
  const promised = (part: Objective) => measured.find(({ objective }) => objective === part)
  const parts: ScorePart[] = []
  const add = (
    part: ScorePart['part'],
    of: { total: number; bad: number; least: number },
    allowed: number,
    why: string,
  ) => {
    const weight = WEIGHTS[part]
    const share = of.total < Math.max(of.least, 1) ? null : of.bad / of.total
    const points = share === null ? null : round(weight * fraction(share, allowed))
    parts.push({ part, weight, points, why: points === null ? 'there is too little to judge' : why })
  }
  for (const part of ['validity', 'completeness', 'freshness', 'volume', 'duplicates'] as const) {
    const found = promised(part)
    if (found) add(part, found, found.allowed, words(found))
    else if (part === 'validity')
      add(
        part,
        { ...validity(counters), least: LEAST_RECORDS },
        USUAL.validity,
        `${percent(validity(counters).measured)} of records were valid; 99 % are usual`,
      )
    else if (part === 'duplicates')
      add(
        part,
        { ...duplicates(counters), least: LEAST_RECORDS },
        USUAL.duplicates,
        `${percent(duplicates(counters).measured)} of records were repetitions; up to 20 % are usual`,
      )
  }
  const odd = implausible(counters)
  add(
    'plausibility',
    { ...odd, least: LEAST_RECORDS },
    USUAL.plausibility,
    `${percent(odd.measured)} of records held values that no living person has; up to 1 % are usual`,
  )
  const judged = parts.filter(({ points }) => points !== null)
  const weight = judged.reduce((sum, one) => sum + one.weight, 0)
  const points = judged.reduce((sum, one) => sum + one.points!, 0)
  return { score: weight === 0 ? null : Math.round((points / weight) * 100), parts, records: recordsOf(counters) }
}

function fraction(share: number, allowed: number): number {
  if (share <= allowed) return 1
  const none = Math.max(4 * allowed, allowed + 0.05)
  return Math.max(0, (none - share) / (none - allowed))
}
function words({ objective, measured, target }: Measure): string {
  const value = measured === null ? 'nothing' : told(objective, measured)
  const goal = told(objective, target)
  if (objective === 'validity') return `${value} of records were valid; ${goal} are promised`
  if (objective === 'completeness') return `${value} of subject-days have their data; ${goal} are promised`
  if (objective === 'freshness') return `95 % of new data came within ${value}; ${goal} are promised`
  if (objective === 'duplicates') return `${value} of records were repetitions; at most ${goal} are promised`
  return `the last day had ${value}; the bound is ${goal}`
}
const percent = (share: number | null) => told('validity', share ?? 0)
const round = (points: number) => Math.round(points * 10) / 10

/** Of all contracts together, each with the weight of its records. */
export function scoreTogether(scores: Pick<Score, 'score' | 'records'>[]): number | null {
  const judged = scores.filter(({ score, records }) => score !== null && records > 0)
  const records = judged.reduce((sum, one) => sum + one.records, 0)
  if (records === 0) return scores.find(({ score }) => score !== null)?.score ?? null
  return Math.round(judged.reduce((sum, one) => sum + one.score! * one.records, 0) / records)
}
