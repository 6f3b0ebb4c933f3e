import { DELIVERY_DEFAULTS } from '../../shared/delivery/defaults.ts'
import type { SendContext } from '../../shared/delivery/define.ts'
import type { CellDestination, DeliverySettings, Lease, LeasedEvent, LeasedGroup } from '../../shared/delivery/types.ts'

/** Leases as a cell gives them, for tests of what a worker makes of them. */
export const delivery = (more: Partial<DeliverySettings> = {}): DeliverySettings => ({
  ...DELIVERY_DEFAULTS,
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

/** What a unit is given for one send, in tests. */
export const context = <Settings, Secrets>(
  settings: Settings,
  secrets: Secrets,
  more: Partial<SendContext<Settings, Secrets>> = {},
): SendContext<Settings, Secrets> => ({
  destination_id: 'dst_1',
  settings,
  secrets,
  delivery: delivery(),
  signing: { signing_secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
  signal: new AbortController().signal,
  timeoutMs: 5_000,
  fetch,
  now: Date.now,
  insideAllowed: true,
  linkTo: async ({ id }) => ({ url: `https://fascia.example/v2/payloads/${id}`, payload_id: id }),
  ...more,
})
