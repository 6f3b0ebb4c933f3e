import type { EventType, LifecycleType } from '../../shared/delivery/types.ts'
import { DATA_TYPES } from '../../shared/schema/data-types.ts'
import type { OperationalType } from '../../shared/schema/operational-event.ts'

/** Types as numbers in keys; numbers are given once and for ever. */
const LIFECYCLE: (LifecycleType | OperationalType)[] = [
  'auth',
  'auth_cancelled',
  'deauth',
  'user_reauth',
  'access_revoked',
  'connection_error',
  'permission_change',
  'large_request_processing',
  'large_request_sending',
  'healthcheck',
  'destination.failing',
  'destination.recovered',
  'destination.disabled',
  'destination.lagging',
  'event.parked',
  'provider.drift',
  'supplier.alert',
]
const LIFECYCLE_FROM = 100
const DATA_CODES: EventType[] = ['activity', 'athlete', 'body', 'daily', 'menstruation', 'nutrition', 'sleep']
/** Data that a request asked for: its summary_id is `<data type>|<reference>|<chunk>|<chunks>`. */
export const REQUESTED = 200

for (const type of DATA_TYPES) if (!DATA_CODES.includes(type)) throw new Error(`no code for the data type ${type}`)

export const codeOf = (type: EventType): number => {
  const data = DATA_CODES.indexOf(type)
  return data >= 0 ? data + 1 : LIFECYCLE_FROM + LIFECYCLE.indexOf(type as LifecycleType)
}
export const isData = (code: number): boolean => code < LIFECYCLE_FROM
/** What destinations filter by and readers see. */
export const typeOf = (code: number, summaryId: string): EventType =>
  code === REQUESTED
    ? (summaryId.slice(0, summaryId.indexOf('|')) as EventType)
    : isData(code)
      ? DATA_CODES[code - 1]!
      : LIFECYCLE[code - LIFECYCLE_FROM]!
/** Hold no health data, are sealed with the developer's key and outlive their connection. */
export const outlivesConnection = (code: number): boolean => code >= LIFECYCLE_FROM && code !== REQUESTED
