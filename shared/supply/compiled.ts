import type { DataType } from '../schema/data-types.ts'
import type { NormalizedRecord } from '../source/record.ts'
import type { ContractDocument } from './document.ts'
import type { RecordProblem } from './problem.ts'

/** A contract, ready to read records: made once by `compileContract`, used for many. Pure. */
export interface CompiledContract {
  readonly document: ContractDocument
  /** The data types that its records can become. */
  readonly types: readonly DataType[]
  /** Reads the text of one record: all but whose connection it is. */
  inspect(text: string): Inspected
  /** The same of a record that is parsed already: one that was corrected by hand, or came by itself. */
  inspectValue(value: unknown): Inspected
  /** The records of an item, under the ids of a connection. */
  map(item: RecordItem, userId: string, receivedAt: number): Mapped
}

export type Inspected =
  | { kind: 'rejected'; problems: RecordProblem[] }
  | {
      kind: 'item'
      item: RecordItem
      subject: string
      reference_id?: string
      consent?: string
      /** Its version, epoch ms, where the contract says how records tell it. */
      versionAt?: number
      /** Values that no living person has. */
      outliers: Outlier[]
      /** Paths that the contract's schema does not name (`heart.zones`): drift. */
      unread: string[]
    }

/** What `map` goes on with; nobody else looks into it. */
export interface RecordItem {
  readonly drafts: readonly RecordDraft[]
  readonly problems: readonly RecordProblem[]
}
/** A record that has no owner yet. */
export interface RecordDraft {
  type: DataType
  /** Its natural key: the supplier's id, or the date. */
  key: string
  slice?: string
  /** undefined: it is taken back. */
  data: object | undefined
  startAt: number
  endAt: number
}

export type Mapped = { kind: 'records'; records: NormalizedRecord[] } | { kind: 'unmapped'; problems: RecordProblem[] }

/** A value out of the range that a living person can have. */
export interface Outlier {
  type: DataType
  /** Field of our schema: `heart_rate_data.summary.avg_hr_bpm`. */
  field: string
  expected: string
}
