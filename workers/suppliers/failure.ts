import { RetryLater } from '../../shared/source/ask.ts'
import type { Failure } from '../../shared/supply/trouble.ts'

/** Why work at records failed, as it is told and logged: what they hold may stand in an error's message. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RetryLater) return { reason: error.message, delayMs: error.delayMs }
  return { reason: `something of ours failed (${error instanceof Error ? error.name : 'unknown'})` }
}
/** Where, not what, for who mends it. */
export const placeOf = (error: unknown): string | undefined =>
  error instanceof Error && !(error instanceof RetryLater)
    ? (error.stack ?? '')
        .split('\n')
        .find((line) => /^\s+at /.test(line))
        ?.trim()
    : undefined
