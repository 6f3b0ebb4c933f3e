import { SECOND_MS } from '../base/time.ts'

/** A token bucket shared by cells: it fills at `rate` a second and holds one second's worth. */
export interface Bucket {
  tokens: number
  filledAt: number
}
export const newBucket = (rate: number, now: number): Bucket => ({ tokens: rate, filledAt: now })

function fill(bucket: Bucket, rate: number, now: number): void {
  bucket.tokens = Math.min(Math.max(rate, 1), bucket.tokens + ((now - bucket.filledAt) / SECOND_MS) * rate)
  bucket.filledAt = now
}

/** Takes as many as are there, at most what is wanted; → how many, which may be none. */
export function draw(bucket: Bucket, rate: number, wanted: number, now: number): number {
  fill(bucket, rate, now)
  const drawn = Math.max(0, Math.min(Math.floor(bucket.tokens), wanted))
  bucket.tokens -= drawn
  return drawn
}

/** Takes this caller's share of what is there, at least one; → how many, or when there will be one. */
export function take(
  bucket: Bucket,
  rate: number,
  callers: number,
  now: number,
): { budget: number } | { waitUntil: number } {
  fill(bucket, rate, now)
  const budget = Math.max(1, Math.floor(bucket.tokens / Math.max(1, callers)))
  if (bucket.tokens < 1) return { waitUntil: now + Math.ceil(((1 - bucket.tokens) / rate) * SECOND_MS) }
  bucket.tokens -= budget
  return { budget }
}
