import { SECOND_MS } from '../base/time.ts'

/** A token bucket shared by cells: it fills at `rate` a second and holds one second's worth. */
export interface Bucket {
  tokens: number
  filledAt: number
}
export const newBucket = (rate: number, now: number): Bucket => ({ tokens: rate, filledAt: now })

/** Takes this caller's share of what is there, at least one; → how many, or when there will be one. */
export function take(
  bucket: Bucket,
  rate: number,
  callers: number,
  now: number,
): { budget: number } | { waitUntil: number } {
  bucket.tokens = Math.min(Math.max(rate, 1), bucket.tokens + ((now - bucket.filledAt) / SECOND_MS) * rate)
  bucket.filledAt = now
  const budget = Math.max(1, Math.floor(bucket.tokens / Math.max(1, callers)))
  if (bucket.tokens < 1) return { waitUntil: now + Math.ceil(((1 - bucket.tokens) / rate) * SECOND_MS) }
  bucket.tokens -= budget
  return { budget }
}
