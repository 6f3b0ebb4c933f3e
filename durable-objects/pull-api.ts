import type { BucketPlace } from '../shared/delivery/objects/bucket.ts'
import type { Listed } from '../shared/delivery/objects/listing.ts'
import type { BatchMode, NewBatch, PulledFrom } from './supplier-desk-api.ts'

/** What a supplier said of objects that we fetch. */
export interface PullSettings {
  /** As it was named: `name`, `name@1`, `name@1.2`. */
  contract: string
  place: BucketPlace
  access_key_id: string
  /** Objects whose keys begin so, and end so. */
  prefix: string
  suffix: string
  every_minutes: number
  /** Those written before are not taken; null: all are. */
  since: number | null
  /** undefined: as the contract says. */
  mode: BatchMode | undefined
  origin: 'live' | 'backfill'
}
export interface NewPull {
  pull_id: string
  settings: PullSettings
  /** `AwsKeys`, sealed for `pullContext(pull_id)`. */
  sealed: string
}
export interface PullChange {
  settings?: Partial<PullSettings>
  sealed?: string
  state?: PullState
  /** It is looked at now, whenever it was due. */
  now?: boolean
  /** Objects that failed are tried again. */
  failedAgain?: boolean
  /** The next look finds also what was written so long ago that it is remembered no longer. */
  olderToo?: boolean
}
export type PullState = 'active' | 'paused'
export interface PullProblem {
  message: string
  /** The object that could not be taken; undefined: it could not be looked. */
  number?: number | undefined
  whose?: 'object' | 'ours' | undefined
  /** Since when, and how often in a row. */
  since: number
  /** Since when it is this one of this kind. */
  sameSince: number
  times: number
  /** Both sides have heard of it. */
  alert_id?: string
}
export interface PullView {
  pull_id: string
  state: PullState
  settings: PullSettings
  created_at: number
  /** The last look that saw all objects. */
  looked_at: number | null
  /** null: it is paused. */
  next_look_at: number | null
  problem: PullProblem | null
  objects: Record<PulledState, number>
}

export type PulledState = 'waiting' | 'taken' | 'failed'
/** An object that was found. */
export interface PulledObject extends Omit<PulledFrom, 'pull_id'> {
  number: number
  state: PulledState
  batch_id: string | null
  reason: string | null
}

/** The right to look at a prefix, or to fetch an object of it. */
export type PullLease = {
  lease: string
  pull_id: string
  settings: PullSettings
  sealed: string
} & (
  | { work: 'look'; from: string | undefined }
  /** With a `batch_id` it was begun as that one. */
  | { work: 'object'; object: PulledObject }
)
export type PullResult =
  /** A page of the list; `next`: where it goes on. */
  | { kind: 'looked'; objects: Listed[]; next: string | undefined }
  /** The object is a batch now. */
  | { kind: 'taken' }
  /** It is not there any more; a newer one is found by the next look. */
  | { kind: 'gone' }
  /** As it is it will never be a batch. */
  | { kind: 'failed'; reason: string }
  /** Not now. `problem`: what has to be mended, by whom: of an object that is forbidden, or by us, not for ever. */
  | { kind: 'later'; delayMs?: number; problem?: string; whose?: 'object' | 'ours' }
  /** Never again: the supplier is gone, and the keys of all its pulls are forgotten. */
  | { kind: 'ended' }

/** Objects that we fetch from suppliers' buckets. All calls may be repeated. */
export interface PullApi {
  /** undefined: there are as many as there may be. */
  createPull(pull: NewPull): Promise<PullView | undefined>
  pulls(): Promise<PullView[]>
  /** With its sealed keys. */
  pull(pullId: string): Promise<(PullView & { sealed: string }) | undefined>
  changePull(pullId: string, change: PullChange): Promise<PullView | undefined>
  removePull(pullId: string): Promise<boolean>
  /** Their supplier is gone. */
  removePulls(): Promise<void>
  /** The newest first. */
  pulledObjects(pullId: string, query: { before?: number; limit: number; state?: PulledState }): Promise<PulledObject[]>
  /** The object's bytes begin to come. → false: it is somebody else's by now, or gone. */
  beginPulled(lease: string, batch: NewBatch): Promise<boolean>
  /** Of a lease that somebody else has by now, nothing. */
  endPull(lease: string, result: PullResult): Promise<void>
}
