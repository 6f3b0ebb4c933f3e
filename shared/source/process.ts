import type { ProviderDefinition } from './define.ts'
import type { Files } from './file.ts'
import { normalizePayload } from './normalize.ts'
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
  const { number, user_id, origin, trace } = pending
  return { number, user_id, origin, trace, ...normalizePayload(provider, pending, files) }
}
