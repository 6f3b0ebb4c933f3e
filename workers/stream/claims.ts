import { PROVIDERS } from '../../shared/catalog/units.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'

/** What a producer's token says of its user. */
export const producerClaims = ({ developer_id, region, user_id, provider }: ConnectionRow) => ({
  developer_id,
  region,
  user_id,
  ...(PROVIDERS[provider]?.synthetic && { synthetic: true }),
})
