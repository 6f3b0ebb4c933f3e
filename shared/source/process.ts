import { FUTURE_MS } from '../base/limits.ts'
import { HOUR_MS } from '../base/time.ts'
import type { ProviderDefinition } from './define.ts'
import type { Files } from './file.ts'
import { type Normalized, normalizePayload } from './normalize.ts'
import type { PendingPayload, ProcessedPayload } from './record.ts'

/**
 * What one payload of the inbox becomes; pure, so a second run gives the same. A notification gives only what it says
 * itself: `fetchPayloads` gets the data that it is about, which are accepted as payloads of their own first.
 */
export function processPayload(
  provider: ProviderDefinition,
  pending: PendingPayload,
  files: Files = {},
): ProcessedPayload {
  const { number, user_id, origin, trace, receivedAt } = pending
  const made = normalizePayload(provider, pending, files)
  // Days of people who do not exist are made ahead of the clock.
  return { number, user_id, origin, trace, ...(provider.synthetic ? made : withoutFuture(made, receivedAt)) }
}

/** What is to begin long after it came was told by a clock that is wrong: it would be the newest of its kind for ever. */
function withoutFuture({ records, quarantined, notices }: Normalized, receivedAt: number): Normalized {
  const late = records.filter(({ startAt, data }) => data !== undefined && startAt - receivedAt > FUTURE_MS)
  if (late.length === 0) return { records, quarantined, notices }
  const reasons = late.map(({ type, startAt }) => {
    const hours = Math.round((startAt - receivedAt) / HOUR_MS)
    return { path: '', reason: `${type}: it begins ${hours} hours after it came: the clock of its source is wrong` }
  })
  return { records: records.filter((one) => !late.includes(one)), quarantined: [...quarantined, ...reasons], notices }
}
