import { newId } from '../shared/base/ids.ts'
import type { Parcel } from '../shared/delivery/define.ts'
import { API_VERSION } from '../shared/schema/version.ts'

/** Calls of the last full hour and of the one before. */
export interface HourFigures {
  lastHour: number
  hourBefore: number
}

/** The event that says that a destination is reached: nobody's data, and no place in any order. */
export function healthcheckParcel({ lastHour, hourBefore }: HourFigures, now: number): Parcel {
  const trace_id = newId('evt')
  return {
    trace_id,
    reference: trace_id,
    type: 'healthcheck',
    body: JSON.stringify({
      type: 'healthcheck',
      status: 'normal',
      creation_timestamp: new Date(now).toISOString(),
      trend_percentage: hourBefore === 0 ? 0 : Math.round(((lastHour - hourBefore) / hourBefore) * 100),
      sent_webhooks_last_hour: lastHour,
      version: API_VERSION,
    }),
    user_id: '',
    connection: 0,
    seqs: [0],
    prevSeq: undefined,
    skipped: [],
    origin: 'live',
    orderingTimestamp: now,
    receivedAt: now,
  }
}
