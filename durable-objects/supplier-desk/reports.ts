import type { RecordProblem } from '../../shared/supply/problem.ts'
import {
  lastLineOf,
  mayHold,
  OUTCOMES,
  type OutcomeCode,
  type OutcomeCounts,
  type ReportFilter,
  recode,
} from '../../shared/supply/report.ts'
import { packProblems, unpackProblems } from '../../shared/supply/report-pack.ts'
import type { ReportRows, StoredPiece } from '../report-api.ts'
import type { DeskStore } from './desk-store.ts'

/** Rows that one call looks at, and how much it answers: it is one of many calls on this object. */
const LOOKED_AT = 100
const ANSWERED_BYTES = 1024 * 1024

interface Row {
  first_line: number
  codes: string
  problems: string
}
/** Another outcome of one line; no problems: it has none now. */
export interface LineChange {
  code: OutcomeCode
  problems?: RecordProblem[]
}
/** How counts change. */
export type CountChange = Partial<OutcomeCounts>

/** What became of each record: one row per piece, a letter per record and the problems of those that have some. */
export class Reports {
  private readonly desk: DeskStore

  constructor(desk: DeskStore) {
    this.desk = desk
  }

  /** Inside a transaction. Key: the batch and the line; a piece that ran twice says the same again. */
  put(batchId: string, firstLine: number, codes: string, problems: ReadonlyMap<number, RecordProblem[]>): void {
    this.desk.tables.write(
      'report',
      `INSERT INTO reports VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET codes = excluded.codes, problems = excluded.problems`,
      batchId,
      firstLine,
      codes,
      packProblems(problems),
    )
  }

  /** Rows that may hold lines of a filter, after a line; none and a `to`: they are further on. */
  rows(batchId: string, after: number, filter: ReportFilter): ReportRows {
    const rows = this.desk.tables.read<Row>(
      `SELECT first_line, codes, problems FROM reports
         WHERE batch_id = ?1 AND first_line >= coalesce(
           (SELECT max(first_line) FROM reports WHERE batch_id = ?1 AND first_line <= ?2), 0)
         ORDER BY first_line LIMIT ${LOOKED_AT}`,
      batchId,
      after + 1,
    )
    const pieces: StoredPiece[] = []
    let [bytes, to] = [0, after]
    for (const { first_line: firstLine, codes, problems } of rows) {
      const piece = { firstLine, codes, problems }
      to = Math.max(to, lastLineOf(piece))
      if (to <= after || !mayHold({ ...piece, hasProblems: problems !== '' }, filter)) continue
      pieces.push(piece)
      bytes += codes.length + problems.length
      if (bytes >= ANSWERED_BYTES) return { pieces, to }
    }
    const ended = rows.length < LOOKED_AT || to >= (filter.toLine ?? Number.POSITIVE_INFINITY)
    return { pieces, to: ended ? null : to }
  }

  /** Inside a transaction: what else became of some lines. → how the batch's counts change, which sums up to nothing. */
  change(batchId: string, changes: ReadonlyMap<number, LineChange>): CountChange {
    const counted: CountChange = {}
    for (const [firstLine, lines] of this.byPiece(batchId, changes)) {
      const row = this.row(batchId, firstLine)!
      const problems = unpackProblems(row.problems)
      let { codes } = row
      for (const line of lines) {
        const place = line - firstLine
        const change = changes.get(line)!
        const was = OUTCOMES[codes[place] as OutcomeCode]
        const is = OUTCOMES[change.code]
        counted[was] = (counted[was] ?? 0) - 1
        counted[is] = (counted[is] ?? 0) + 1
        codes = recode(codes, place, change.code)
        if (change.problems) problems.set(place, change.problems)
        else problems.delete(place)
      }
      this.put(batchId, firstLine, codes, problems)
    }
    return counted
  }

  /** Inside a transaction: nothing of the batch was taken. Records without a problem were fine themselves. */
  refuse(batchId: string, hear: (was: OutcomeCode, problems?: RecordProblem[]) => void): void {
    const query = `SELECT first_line, codes, problems FROM reports WHERE batch_id = ?`
    for (const { first_line, codes, problems } of this.desk.tables.read<Row>(query, batchId)) {
      const found = unpackProblems(problems)
      this.put(batchId, first_line, 'r'.repeat(codes.length), found)
      for (let place = 0; place < codes.length; place++) hear(codes[place] as OutcomeCode, found.get(place))
    }
  }
  /** Inside a transaction: the batch is told of no more. */
  drop(batchId: string): void {
    this.desk.tables.write('report', `DELETE FROM reports WHERE batch_id = ?`, batchId)
  }

  /** A report that is told of no more has no lines to change. */
  private byPiece(batchId: string, changes: ReadonlyMap<number, LineChange>): Map<number, number[]> {
    const found = new Map<number, number[]>()
    for (const line of changes.keys()) {
      const [row] = this.desk.tables.read<{ first_line: number | null }>(
        `SELECT max(first_line) AS first_line FROM reports WHERE batch_id = ? AND first_line <= ?`,
        batchId,
        line,
      )
      const firstLine = row?.first_line ?? undefined
      if (firstLine !== undefined) found.set(firstLine, [...(found.get(firstLine) ?? []), line])
    }
    return found
  }
  private row(batchId: string, firstLine: number): Row | undefined {
    const query = `SELECT first_line, codes, problems FROM reports WHERE batch_id = ? AND first_line = ?`
    return this.desk.tables.read<Row>(query, batchId, firstLine)[0]
  }
}
