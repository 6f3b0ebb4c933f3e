import type { AppendPayload, PendingPayload } from '../shared/source/record.ts'

/** Payloads that are kept run again through the maps of now: a renormalization, or what is in quarantine. */

export type RerunChange = 'changed' | 'added' | 'dropped'
/** By type of record. */
export type RerunDiff = Record<
  string,
  {
    changed: number
    added: number
    dropped: number
    /** Paths of fields, and in how many records each differs. */
    fields: Record<string, number>
    samples: { user_id: string; summary_id: string; change: RerunChange }[]
  }
>
/** Payloads by when they came in. */
export interface RerunRange {
  kind: 'renormalization'
  provider: string
  fromAt: number
  toAt: number
  userId?: string
}
export interface QuarantineFilter {
  payloadId?: string
  userId?: string
  provider?: string
  resource?: string
  fromAt?: number
  toAt?: number
}
export type RerunAsked = RerunRange | { kind: 'redrive'; filter: QuarantineFilter }
export interface NewRerun {
  job_id: string
  what: RerunAsked
  /** Only tells what would change. */
  dryRun: boolean
  madeAt: number
}
export interface RerunCounts {
  /** Payloads that ran again, and those of them that still have something that does not normalize. */
  payloads: number
  quarantined: number
  records: number
  /** Records that a newer payload outside of the range is part of: they stay as they are. */
  skipped: number
  /** New seqs. */
  events: number
}
export interface RerunView {
  job_id: string
  what: RerunAsked
  dryRun: boolean
  state: 'running' | 'done' | 'cancelled'
  madeAt: number
  endedAt: number | null
  /** Of the payloads that were there when it began: how far it is, in numbers of payloads. */
  at: number
  of: number
  counts: RerunCounts
  diff: RerunDiff
}
/** What a worker runs next. It tells `rerun` the place that it began at, so that a turn counts once. */
export interface RerunTurn {
  payloads: PendingPayload[]
  after: number
  to: number
  /** Nothing is behind it. */
  over: boolean
}
export interface RerunResult {
  job_id: string
  after: number
  to: number
  over: boolean
  processed: (AppendPayload & Pick<PendingPayload, 'parent' | 'kind' | 'resource' | 'payload_id'>)[]
}

export interface QuarantineQuery extends QuarantineFilter {
  after?: QuarantinePlace
  limit: number
}
/** Where a reader of the list is: after this item. */
export interface QuarantinePlace {
  payload: number
  connection: number
  path: string
}
export interface QuarantineView {
  user_id: string
  provider: string
  payload_number: number
  /** null in items of before it was kept with them. */
  payload_id: string | null
  resource: string
  path: string
  reason: string
  quarantinedAt: number
}
export interface QuarantinePage {
  items: QuarantineView[]
  /** null: nothing is after it. */
  to: QuarantinePlace | null
}
