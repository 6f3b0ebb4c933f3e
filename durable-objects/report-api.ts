import type { ReportFilter } from '../shared/supply/report.ts'

/** A report's rows as a desk answers them: opened and cut into lines by whoever asked. */
export interface StoredPiece {
  firstLine: number
  codes: string
  /** Packed. */
  problems: string
}
export interface ReportRows {
  pieces: StoredPiece[]
  /** The line up to which was looked; null: there is nothing after it. */
  to: number | null
}

export interface ReportApi {
  /** Rows that may hold lines of a filter, after a line; none and a `to`: they are further on. */
  reportRows(batchId: string, after: number, filter: ReportFilter): Promise<ReportRows>
}
