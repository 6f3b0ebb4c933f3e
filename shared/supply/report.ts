import type { RecordProblem } from './problem.ts'

/** What a batch's report tells of each record, read off the rows that are kept of its pieces. */

/** One letter per record; together they are the piece's `codes`. */
export const OUTCOMES = {
  a: 'accepted',
  u: 'updated',
  d: 'duplicate',
  r: 'rejected',
  q: 'quarantined',
} as const
export type OutcomeCode = keyof typeof OUTCOMES
export type OutcomeName = (typeof OUTCOMES)[OutcomeCode]
export const OUTCOME_CODES = Object.keys(OUTCOMES) as OutcomeCode[]
export const OUTCOME_NAMES = Object.values(OUTCOMES)

export interface ReportPiece {
  /** The batch's line of its first record; the others follow one by one. */
  firstLine: number
  codes: string
  /** Of records that are not simply taken, by their place in `codes`. */
  problems: ReadonlyMap<number, RecordProblem[]>
}

export interface ReportFilter {
  outcomes?: readonly OutcomeName[]
  /** A rule that a problem names. */
  rule?: string
  /** Both included. */
  fromLine?: number
  toLine?: number
}

export interface ReportLine {
  line: number
  outcome: OutcomeName
  problems?: RecordProblem[]
}

export const lastLineOf = ({ firstLine, codes }: Pick<ReportPiece, 'firstLine' | 'codes'>): number =>
  firstLine + codes.length - 1

/** The lines of a piece that a filter wants, after a line, in order. */
export function* linesOf(piece: ReportPiece, filter: ReportFilter, after = 0): Generator<ReportLine> {
  const { firstLine, codes, problems } = piece
  const wanted = filter.outcomes && new Set<OutcomeName>(filter.outcomes)
  const from = Math.max(after + 1, filter.fromLine ?? 1, firstLine)
  const to = Math.min(filter.toLine ?? Number.POSITIVE_INFINITY, lastLineOf(piece))
  for (let line = from; line <= to; line++) {
    const place = line - firstLine
    const outcome = OUTCOMES[codes[place] as OutcomeCode]
    if (wanted && !wanted.has(outcome)) continue
    const found = problems.get(place)
    if (filter.rule !== undefined && !found?.some(({ rule }) => rule === filter.rule)) continue
    yield found ? { line, outcome, problems: found } : { line, outcome }
  }
}

/** Whether a piece may hold lines of a filter, told without opening its problems. */
export function mayHold(
  piece: Pick<ReportPiece, 'firstLine' | 'codes'> & { hasProblems: boolean },
  { outcomes, rule, fromLine = 1, toLine = Number.POSITIVE_INFINITY }: ReportFilter,
): boolean {
  if (lastLineOf(piece) < fromLine || piece.firstLine > toLine) return false
  if (rule !== undefined && !piece.hasProblems) return false
  return !outcomes || OUTCOME_CODES.some((code) => outcomes.includes(OUTCOMES[code]) && piece.codes.includes(code))
}

export type OutcomeCounts = Record<OutcomeName, number>
export const noCounts = (): OutcomeCounts => ({ accepted: 0, updated: 0, duplicate: 0, rejected: 0, quarantined: 0 })
export const sumOf = (counts: OutcomeCounts): number => OUTCOME_NAMES.reduce((sum, name) => sum + counts[name], 0)

export function countCodes(codes: string): OutcomeCounts {
  const counts = noCounts()
  for (const code of codes) counts[OUTCOMES[code as OutcomeCode]]++
  return counts
}

export const recode = (codes: string, place: number, code: OutcomeCode): string =>
  codes.slice(0, place) + code + codes.slice(place + 1)
