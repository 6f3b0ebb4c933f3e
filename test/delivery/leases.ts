import type { CellDestination, DeliverySettings, Lease, LeasedEvent, LeasedGroup } from '../../shared/delivery/types.ts'

/** Leases as a cell gives them, for tests of what a worker makes of them. */
export const delivery = (more: Partial<DeliverySettings> = {}): DeliverySettings => ({
  event_types: [],
  retry_schedule_ms: [],
  timeout_ms: null,
  on_parked: 'skip',
  rate_per_second: null,
  max_records_per_call: 10,
  batch_events: 1,
  with_samples: true,
  deletions: false,
  ...more,
})
export const event = (seq: number, more: Partial<LeasedEvent> = {}): LeasedEvent => ({
  seq,
  revision: 1,
  type: 'daily',
  summary_id: `day-${seq}`,
  origin: 'live',
  appendedAt: 1_000 + seq,
  receivedAt: 900,
  trace: 't',
  body: `{"n":${seq}}`,
  ...more,
})
export const group = (connection: number, events: LeasedEvent[], more: Partial<LeasedGroup> = {}): LeasedGroup => ({
  connection,
  user: {
    user_id: `user-${connection}`,
    provider: 'OURA',
    created_at: '2026-07-01T00:00:00.000Z',
    reference_id: null,
    scopes: null,
    active: true,
    last_webhook_update: null,
  },
  lane: false,
  attempts: 0,
  skipped: [],
  parcelTo: 0,
  events,
  ...more,
})
export const lease = (
  groups: LeasedGroup[],
  more: Partial<Lease> = {},
  settings: Partial<DeliverySettings> = {},
): Lease => ({
  lease_id: 'lse_1',
  destination_id: 'dst_1',
  expiresAt: 17_000,
  epoch: 1,
  destination: {
    destination_id: 'dst_1',
    developer_id: 'dev',
    type: 'webhook',
    version: 1,
    state: 'active',
    settings: {},
    secrets: '',
    delivery: delivery(settings),
  } satisfies CellDestination,
  groups,
  careful: false,
  ...more,
})
