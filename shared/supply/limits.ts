import { DAY_MS, MINUTE_MS, SECOND_MS } from '../base/time.ts'
import { z } from '../base/zod.ts'
import type { Environment } from './document.ts'

/** What one supplier may send in one environment. */
export const SupplierLimits = z
  .strictObject({
    records_per_second: z.int().min(1).max(1_000_000).describe('Records a second, in the long run'),
    burst_records: z.int().min(1).max(100_000_000).describe('Records that may come at once after a rest'),
    bytes_per_day: z
      .int()
      .min(1_000)
      .max(10 ** 13)
      .describe('Bytes of bodies as they are sent, in a day of UTC'),
    concurrent_batches: z.int().min(1).max(1_000).describe('Batches that are received, waiting or being worked at'),
  })
  .openapi('SupplierLimits')
export type SupplierLimits = z.infer<typeof SupplierLimits>
/** What a developer changes; what is left out is as it is for everyone. */
export const SupplierLimitsInput = SupplierLimits.partial()
export type SupplierLimitsInput = z.infer<typeof SupplierLimitsInput>

const DEFAULTS: Record<Environment, SupplierLimits> = {
  production: {
    records_per_second: 2_000,
    burst_records: 500_000,
    bytes_per_day: 20 * 1024 ** 3,
    concurrent_batches: 16,
  },
  sandbox: { records_per_second: 500, burst_records: 100_000, bytes_per_day: 1024 ** 3, concurrent_batches: 8 },
}
export const limitsOf = (environment: Environment, given: SupplierLimitsInput = {}): SupplierLimits => ({
  ...DEFAULTS[environment],
  ...given,
})

/** How many records a batch holds is known when it is here: it may make a debt, but none that keeps its sender away longer. */
const LONGEST_DEBT_MS = 5 * MINUTE_MS

/** Fills at `records_per_second` and holds `burst_records`; below zero it is a debt. */
export interface Bucket {
  tokens: number
  filledAt: number
}
export const newBucket = ({ burst_records }: SupplierLimits, now: number): Bucket => ({
  tokens: burst_records,
  filledAt: now,
})
export function fill(bucket: Bucket, { records_per_second, burst_records }: SupplierLimits, now: number): void {
  const more = (Math.max(0, now - bucket.filledAt) / SECOND_MS) * records_per_second
  bucket.tokens = Math.min(burst_records, bucket.tokens + more)
  bucket.filledAt = now
}
export function spend(bucket: Bucket, limits: SupplierLimits, records: number, now: number): void {
  fill(bucket, limits, now)
  const deepest = -(LONGEST_DEBT_MS / SECOND_MS) * limits.records_per_second
  bucket.tokens = Math.max(Math.min(deepest, bucket.tokens), bucket.tokens - records)
}

/** What a supplier has under way and behind it. */
export interface Load {
  bucket: Bucket
  /** Of the day of UTC that `now` is in, with what is promised to requests under way. */
  bytesToday: number
  openBatches: number
  /** Until then nothing is taken, because we are behind; undefined: we are not. */
  pressedUntil: number | undefined
}
export interface Want {
  kind: 'batch' | 'records'
  /** As far as it is known before the body is read. */
  records?: number
  bytes?: number
}
export type LimitName = 'records' | 'bytes' | 'batches'
export type Decision =
  /** `bytesLeft`: where the body's length is not told, it ends there. */
  | { kind: 'granted'; bytesLeft: number }
  | { kind: 'refused'; status: 429; limit: LimitName; untilAt: number; message: string }
  | { kind: 'refused'; status: 503; untilAt: number; message: string }

/** When a place among the batches is free is not known: it is asked for again after this. */
const PLACE_MS = 5 * SECOND_MS

/** Whether a request may go on. Fills the bucket, takes nothing. */
export function decide(limits: SupplierLimits, load: Load, want: Want, now: number): Decision {
  if (load.pressedUntil !== undefined && load.pressedUntil > now) {
    const message = 'we are behind with what has come: nothing of this request was taken; send it again'
    return { kind: 'refused', status: 503, untilAt: load.pressedUntil, message }
  }
  const refused = (limit: LimitName, untilAt: number, message: string): Decision => ({
    ...{ kind: 'refused', status: 429, limit, untilAt, message },
  })
  fill(load.bucket, limits, now)
  // A request of more than a burst goes on with a full bucket: it could never otherwise.
  const needed = Math.min(Math.max(want.records ?? 1, 1), limits.burst_records)
  // A thousandth of a record is what adding up fractions of seconds can be wrong by.
  if (load.bucket.tokens < needed - 0.001) {
    const untilAt = now + Math.ceil(((needed - load.bucket.tokens) / limits.records_per_second) * SECOND_MS)
    return refused('records', untilAt, `more than ${limits.records_per_second} records a second`)
  }
  const bytesLeft = limits.bytes_per_day - load.bytesToday
  if (bytesLeft <= 0 || (want.bytes ?? 0) > bytesLeft)
    return refused('bytes', dayEnd(now), `more than ${limits.bytes_per_day} bytes in this day (UTC)`)
  if (want.kind === 'batch' && load.openBatches >= limits.concurrent_batches)
    return refused('batches', now + PLACE_MS, `${load.openBatches} batches are under way, as many as there may be`)
  return { kind: 'granted', bytesLeft }
}
/** When the day of UTC is over. */
export const dayEnd = (now: number) => now - (now % DAY_MS) + DAY_MS

/** Whole seconds, rounded up: who waits that long is not too early. */
export const secondsUntil = (at: number, now: number): number => Math.max(1, Math.ceil((at - now) / SECOND_MS))

/** The fields of draft-ietf-httpapi-ratelimit-headers, each limit a policy of its own. */
export function limitHeaders(limits: SupplierLimits, load: Load, now: number): Record<string, string> {
  const { records_per_second, burst_records, bytes_per_day, concurrent_batches } = limits
  fill(load.bucket, limits, now)
  const window = Math.max(1, Math.ceil(burst_records / records_per_second))
  const fullAt = now + ((burst_records - load.bucket.tokens) / records_per_second) * SECOND_MS
  const rest = (number: number) => Math.max(0, Math.floor(number))
  return {
    'ratelimit-policy': [
      `"records";q=${burst_records};w=${window}`,
      `"bytes";q=${bytes_per_day};qu="content-bytes";w=${DAY_MS / SECOND_MS}`,
      `"batches";q=${concurrent_batches};qu="concurrent-requests"`,
    ].join(', '),
    ratelimit: [
      `"records";r=${rest(load.bucket.tokens)};t=${secondsUntil(fullAt, now)}`,
      `"bytes";r=${rest(bytes_per_day - load.bytesToday)};t=${secondsUntil(dayEnd(now), now)}`,
      `"batches";r=${rest(concurrent_batches - load.openBatches)}`,
    ].join(', '),
  }
}

/** What waits in a desk, and how fast it goes away. */
export interface Backlog {
  records: number
  /** Worked at in the last minute. */
  perSecond: number
  /** Something it needs said that it takes nothing until then (a full cell). */
  blockedUntil?: number
}
/** More than this waiting is not taken: each sender would wait for hours without being told. */
export const MOST_WAITING_RECORDS = 5_000_000
/** While nothing goes on, no more than this: what has come is safe, and so much is soon done when it does. */
export const MOST_WAITING_BLOCKED = 200_000
const LEAST_PRESSED_MS = 5 * SECOND_MS
const MOST_PRESSED_MS = 5 * MINUTE_MS
/** Until when a supplier is told to wait because we are behind; undefined: it is not. */
export function pressedUntil({ records, perSecond, blockedUntil }: Backlog, now: number): number | undefined {
  const blocked = blockedUntil !== undefined && blockedUntil > now
  if (blocked && records > MOST_WAITING_BLOCKED) return Math.min(blockedUntil, now + MOST_PRESSED_MS)
  if (records <= MOST_WAITING_RECORDS) return undefined
  const over = ((records - MOST_WAITING_RECORDS * 0.8) / Math.max(perSecond, 1)) * SECOND_MS
  return now + Math.min(MOST_PRESSED_MS, Math.max(LEAST_PRESSED_MS, Math.ceil(over)))
}
