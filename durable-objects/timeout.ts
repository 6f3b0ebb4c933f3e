import type { Settings } from '../shared/base/settings.ts'
import { DESTINATIONS } from '../shared/catalog/units.ts'
import type { CellDestination } from '../shared/delivery/types.ts'

/** How long one send to a destination may take: its own setting, its kind's, or the deployment's. ms */
export const timeoutOf = ({ type, delivery }: CellDestination, { DELIVERY_TIMEOUT_MS }: Settings): number =>
  delivery.timeout_ms ?? DESTINATIONS[type]?.timeoutMs ?? DELIVERY_TIMEOUT_MS
