import type { HeldReason } from '../shared/supply/outcome.ts'
import type { RecordProblem } from '../shared/supply/problem.ts'
import type { QuarantineFilter, QuarantineState, Redriven } from '../shared/supply/quarantine.ts'
import type { OutcomeName } from '../shared/supply/report.ts'
import type { Failure, Trouble } from '../shared/supply/trouble.ts'

export interface QuarantinedView {
  batch_id: string
  line: number
  state: QuarantineState
  reason: HeldReason
  problems: RecordProblem[]
  /** `name@1.2` that it came under. */
  contract: string
  held_at: number
  expires_at: number
  ended_at: number | null
  /** The last one that it was in, and how often it was in one. */
  redrive_id: string | null
  tries: number
  /** What the redrive that took it made of it. */
  outcome: OutcomeName | null
}
export interface QuarantineQuery extends QuarantineFilter {
  /** Older ones than this number; left out: from the newest. */
  before?: number
  limit: number
}
export interface QuarantinedPage {
  items: QuarantinedView[]
  /** null: there are no more. */
  to: number | null
}
/** `sealed`: null where nothing of it is kept any more. */
export interface QuarantinedDetail {
  view: QuarantinedView
  sealed: Uint8Array | null
}

/** The contract that each `name@1` is read by: its newest minor version when the redrive began. */
export type RedriveContracts = Record<string, { contract_id: string; contract: string }>
export interface NewRedrive {
  redrive_id: string
  contracts: RedriveContracts
  filter: QuarantineFilter
  /** Of one item only; `corrected`: a record to be read in its place, sealed for the same context. */
  item?: { batch_id: string; line: number; corrected?: Uint8Array }
}
export interface RedriveView {
  redrive_id: string
  state: 'running' | 'done'
  made_at: number
  ended_at: number | null
  contracts: RedriveContracts
  filter: QuarantineFilter
  /** Items that it found when it began. */
  matched: number
  accepted: number
  updated: number
  duplicate: number
  /** Still there. */
  kept: number
  /** Its next records could not be read again, for a reason of ours, and are tried again; of one that ended: its last were not. */
  trouble: Trouble | null
}
export type Redriving =
  | { kind: 'begun'; redrive: RedriveView }
  | { kind: 'absent' }
  | { kind: 'busy'; state: QuarantineState }
export interface RedriveChunk {
  redrive_id: string
  /** Names it: what was taken by it in a run that broke off is known again. */
  chunk: number
  contract_id: string
  /** All are of one. */
  batch_id: string
  /** `place`: in the source order; a corrected record comes now. */
  records: { number: number; line: number; sealed: Uint8Array; place?: number }[]
  /** A rule holds records of the contract back. */
  held: boolean
  /** When the redrive began, and now: by the desk's clock. */
  received_at: number
  now: number
}
export interface RedriveResult {
  redrive_id: string
  chunk: number
  results: ({ number: number } & Redriven)[]
}

/** What doors and the queue's consumer say to a desk about its quarantine. All calls may be repeated. */
export interface QuarantineApi {
  quarantined(query: QuarantineQuery): Promise<QuarantinedPage>
  quarantinedItem(batchId: string, line: number): Promise<QuarantinedDetail | undefined>
  /** How many of a batch are in which state. */
  quarantineOf(batchId: string): Promise<Partial<Record<QuarantineState, number>>>
  /** Contracts (`name@1`) of what a filter finds waiting. */
  quarantineContracts(filter: QuarantineFilter): Promise<string[]>
  beginRedrive(redrive: NewRedrive): Promise<Redriving>
  redrives(): Promise<RedriveView[]>
  redrive(redriveId: string): Promise<RedriveView | undefined>
  /** `only`: of this redrive. */
  leaseRedrive(only?: string): Promise<RedriveChunk | undefined>
  commitRedrive(result: RedriveResult): Promise<void>
  /** It could not be done now: another turn takes the chunk after a while, ever later; at last its records stay. */
  releaseRedrive(redriveId: string, chunk: number, failure: Failure): Promise<void>
}
