import { PROVIDERS } from '../../shared/catalog/units.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import { isMadeUp } from '../../shared/source/define.ts'

/** What a producer's token says of its user. */
export const producerClaims = ({ developer_id, region, user_id, provider }: ConnectionRow) => ({
  developer_id,
  region,
  user_id,
  // Consumers tell their samples by it from those of people.
  ...(PROVIDERS[provider] && isMadeUp(PROVIDERS[provider]) && { synthetic: true }),
})
