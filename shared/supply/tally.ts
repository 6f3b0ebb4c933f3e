import { DAY_MS, MINUTE_MS, SECOND_MS } from '../base/time.ts'
import type { DataType } from '../schema/data-types.ts'
import type { NormalizedRecord } from '../source/record.ts'
import type { Outlier } from './compiled.ts'
import type { ContractDocument, Slas } from './document.ts'
import { type HeldReason, type OutcomeCode, SUBJECT_CLOSED } from './outcome.ts'
import type { RecordProblem } from './problem.ts'

/** Numbers of records under one contract version: of a piece, and added up, of an hour. Paths and counts, never a value. */
export interface Counters {
  /** By outcome of the supplier's record. */
  outcomes: Partial<Record<OutcomeCode, number>>
  /** By outcome of what they became; those that were rejected became nothing. */
  types: Partial<Record<DataType, Partial<Record<OutcomeCode, number>>>>
  /** `required /heart/avg`: records that broke it. */
  rules: Record<string, number>
  reasons: Partial<Record<HeldReason, number>>
  /** Fields of our schema with a value that no living person has. */
  outliers: Record<string, number>
  /** Paths that the contract's schema does not name. */
  unread: Record<string, number>
  /** Records with an outlier, and with such a path. */
  odd: number
  drifted: number
  /** New data by their age when they came, in the classes of `AGE_EDGES_MS`. */
  ages: number[]
  /** Of these, older than the contract promises. */
  late: number
  /** Not taken, and not at fault: of strict batches that were refused, or of subjects who are closed. Hours of before lack it. */
  refused?: number
}
/** What became of one piece. */
export interface Tally extends Counters {
  contract_id: string
  /** `name@1.2` */
  contract: string
  slas: Slas
  receivedAt: number
  /** Data of the past are not late. */
  origin: 'live' | 'backfill'
  /** Type → day since 1970 → numbers of the subjects that have data of it. */
  days: Partial<Record<DataType, Record<number, number[]>>>
}

/** A class ends before its edge; the last has none. */
export const AGE_EDGES_MS = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 480, 720, 1_080].map((minutes) => minutes * MINUTE_MS),
  ...[1, 1.5, 2, 3, 5, 7, 14, 30].map((days) => days * DAY_MS),
]
/** Of one kind (rules, fields, paths) so many are told apart; the others count together. */
const MOST_NAMES = 40
export const OTHERS = '(others)'
/** Days further back are of no window. One may be ahead somewhere on earth. */
export const SUBJECT_DAYS = 40

export const noCounters = (): Counters => ({
  ...{ outcomes: {}, types: {}, rules: {}, reasons: {}, outliers: {}, unread: {}, odd: 0, drifted: 0, late: 0 },
  ages: AGE_EDGES_MS.map(() => 0).concat(0),
})
export const newTally = (
  contract: { contract_id: string; document: Pick<ContractDocument, 'name' | 'version' | 'slas'> },
  { receivedAt, origin }: Pick<Tally, 'receivedAt' | 'origin'>,
): Tally => ({
  ...noCounters(),
  contract_id: contract.contract_id,
  contract: `${contract.document.name}@${contract.document.version}`,
  slas: contract.document.slas,
  ...{ receivedAt, origin, days: {} },
})

/**
 * Of a strict batch that is refused: which of its records were rejected, and by what. Nothing of it was taken, so the others
 * tell of validity alone. `checked`: of one of its pieces.
 */
export const tallyOfRefused = ({ contract_id, contract, slas, receivedAt, origin }: Tally): Tally => ({
  ...noCounters(),
  ...{ contract_id, contract, slas, receivedAt, origin, days: {} },
})
export function addRefused(tally: Tally, outcome: OutcomeCode, problems: readonly RecordProblem[] = []): void {
  if (outcome === 'r') addToTally(tally, { outcome, problems })
  else tally.refused = (tally.refused ?? 0) + 1
}

/** One record of a supplier's, and what it came to. */
export interface Counted {
  outcome: OutcomeCode
  /** Of the desk; undefined: it is nobody's that is known. */
  subject?: number
  problems?: readonly RecordProblem[]
  reason?: HeldReason
  outliers?: readonly Outlier[]
  unread?: readonly string[]
  /** What it became, each with its own outcome. */
  became?: readonly { record: NormalizedRecord; outcome: OutcomeCode }[]
}

export function addToTally(tally: Tally, one: Counted): void {
  if (one.outcome === 'r' && one.problems?.some(({ rule }) => rule === SUBJECT_CLOSED)) {
    name(tally.rules, SUBJECT_CLOSED)
    tally.refused = (tally.refused ?? 0) + 1
    return
  }
  count(tally.outcomes, one.outcome)
  // What is held back has its reason; problems are told of it too.
  const problems = one.outcome === 'r' ? one.problems : []
  for (const rule of new Set(problems?.map(({ rule, pointer }) => ruleName(rule, pointer)))) name(tally.rules, rule)
  if (one.reason) count(tally.reasons, one.reason)
  const { outliers = [], unread = [], became = [] } = one
  if (outliers.length > 0) tally.odd++
  for (const field of new Set(outliers.map(({ type, field }) => `${type} ${field}`))) name(tally.outliers, field)
  if (unread.length > 0) tally.drifted++
  for (const path of new Set(unread)) name(tally.unread, path)
  for (const { record, outcome } of became) {
    tally.types[record.type] ??= {}
    count(tally.types[record.type]!, outcome)
    noteDay(tally, record, one.subject)
  }
  noteAge(tally, one.outcome, became)
}
/** The same place of every element of a list is one place. */
const ruleName = (rule: string, pointer: string) => `${rule} ${pointer.replace(/\/\d+(?=\/|$)/g, '/*')}`.trimEnd()

function noteDay(tally: Tally, { type, data, startAt, endAt }: NormalizedRecord, subject: number | undefined): void {
  if (subject === undefined || data === undefined) return
  const day = dayOfRecord({ type, data, startAt, endAt })
  const today = Math.floor(tally.receivedAt / DAY_MS)
  if (day < today - SUBJECT_DAYS || day > today + 1) return
  tally.days[type] ??= {}
  const subjects = tally.days[type][day]
  if (!subjects) tally.days[type][day] = [subject]
  else if (!subjects.includes(subject)) subjects.push(subject)
}
/** The local day that it is of: of a sleep, the one it ended on. */
function dayOfRecord({ type, data, startAt, endAt }: Pick<NormalizedRecord, 'type' | 'data' | 'startAt' | 'endAt'>) {
  const { metadata } = (data ?? {}) as { metadata?: { start_time?: string; end_time?: string } }
  const local = type === 'sleep' ? metadata?.end_time : metadata?.start_time
  const at = local === undefined ? Number.NaN : Date.parse(`${local.slice(0, 10)}T00:00:00Z`)
  return Math.floor((Number.isNaN(at) ? (type === 'sleep' ? endAt : startAt) : at) / DAY_MS)
}

/** Of new data alone: what is repeated or corrected was here before. */
function noteAge(tally: Tally, outcome: OutcomeCode, became: NonNullable<Counted['became']>): void {
  if (tally.origin === 'backfill' || outcome !== 'a') return
  const ends = became.flatMap(({ record }) => (record.data === undefined ? [] : [record.endAt]))
  if (ends.length === 0) return
  const age = Math.max(0, tally.receivedAt - Math.max(...ends))
  const edge = AGE_EDGES_MS.findIndex((edge) => age < edge)
  tally.ages[edge < 0 ? AGE_EDGES_MS.length : edge]!++
  const { freshness_p95_seconds } = tally.slas
  if (freshness_p95_seconds !== undefined && age > freshness_p95_seconds * SECOND_MS) tally.late++
}

/** Adds `more` to `sum`; without names where only numbers are wanted, which is most of the work. */
export function addCounters(sum: Counters, more: Counters, names = true): void {
  add(sum.outcomes, more.outcomes)
  for (const [type, outcomes] of Object.entries(more.types) as [DataType, Partial<Record<OutcomeCode, number>>][]) {
    sum.types[type] ??= {}
    add(sum.types[type]!, outcomes)
  }
  for (const kind of names ? (['rules', 'outliers', 'unread'] as const) : [])
    for (const [key, times] of Object.entries(more[kind])) name(sum[kind], key, times)
  add(sum.reasons, more.reasons)
  sum.odd += more.odd
  sum.drifted += more.drifted
  sum.late += more.late
  if (more.refused) sum.refused = (sum.refused ?? 0) + more.refused
  sum.ages = sum.ages.map((times, i) => times + (more.ages[i] ?? 0))
}
/** Without what is not counted in an hour. */
export const countersOf = ({ contract_id, contract, slas, receivedAt, origin, days, ...counters }: Tally): Counters =>
  counters

export const recordsOf = ({ outcomes }: Counters): number =>
  Object.values(outcomes).reduce((sum, times) => sum + (times ?? 0), 0)

type Counts = Partial<Record<string, number>>
const count = (counts: Counts, key: string, times = 1) => {
  counts[key] = (Object.hasOwn(counts, key) ? counts[key]! : 0) + times
}
function add(sum: Counts, more: Counts): void {
  for (const [key, times = 0] of Object.entries(more)) count(sum, key, times)
}
/** Names are a supplier's words: there may be any number of them, and one may be `__proto__`. */
function name(names: Record<string, number>, key: string, times = 1): void {
  const short = key.slice(0, 160)
  const known = Object.hasOwn(names, short)
  count(names, known || (Object.keys(names).length < MOST_NAMES && short !== '__proto__') ? short : OTHERS, times)
}
