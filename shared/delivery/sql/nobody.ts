import { DATA_TYPES } from '../../schema/data-types.ts'
import { SAMPLE_PATHS } from '../../schema/sample-paths.ts'
import type { ShippedEvent, ShippedGroup } from '../shipment.ts'
import type { EventType } from '../types.ts'

/** Events of a user that does not exist, for trying out what a database allows: each type once with a reading, then erased. */
export const NOBODY: ShippedGroup = {
  connection: 0,
  lane: false,
  user: {
    user_id: '00000000-0000-8000-8000-000000000000',
    provider: 'NONE',
    created_at: '2026-01-01T00:00:00.000Z',
    reference_id: null,
    scopes: null,
    active: true,
    last_webhook_update: null,
  },
  events: [...DATA_TYPES, 'deauth' as const].map((type, i) => eventOf(type, i + 1)),
}

function eventOf(type: EventType, seq: number): ShippedEvent {
  const body = JSON.stringify(type in SAMPLE_PATHS ? recordOf(type as keyof typeof SAMPLE_PATHS) : { type })
  return {
    event_id: `evt_check_${seq}`,
    seq,
    prevSeq: seq - 1,
    type,
    deleted: false,
    body,
    records: type in SAMPLE_PATHS ? [{ type, summary_id: 'check', seq, revision: 1, body }] : [],
    origin: 'live',
    appendedAt: 0,
    receivedAt: 0,
    reference: undefined,
  }
}

function recordOf(type: keyof typeof SAMPLE_PATHS): object {
  const time = '2026-01-01T00:00:00.000000+00:00'
  const metadata = { start_time: time, end_time: time }
  const [path] = SAMPLE_PATHS[type]
  if (!path) return {}
  const list = path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), [{ timestamp: time }])
  return { metadata, ...(list as object) }
}
