import type { DataType } from '../shared/schema/data-types.ts'
import type { Origin } from '../shared/source/record.ts'

/** Where the content of a record is from. */
export interface RecordOrigin {
  /** Of the request, or in a batch `bat_…/line`. */
  trace: string
  origin: Origin
  revision: number
  received_at: number
  appended_at: number
}
export interface OriginApi {
  /** The number of the last payload that was accepted: what comes now has a higher one. */
  newestPayload(): Promise<number>
  /** undefined: there is no such record. */
  originOf(record: { user_id: string; type: DataType; summary_id: string }): Promise<RecordOrigin | undefined>
}
