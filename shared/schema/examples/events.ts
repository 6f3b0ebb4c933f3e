import type { z } from '../../base/zod.ts'
import type { WebhookEvent } from '../event.ts'
import { API_VERSION as version } from '../version.ts'
import { EXAMPLE_RECORDS as records } from './records.ts'
import { EXAMPLE_NEW_USER, EXAMPLE_PAYLOAD_ID, EXAMPLE_REFERENCE, EXAMPLE_USER as user } from './user.ts'

type Written = z.input<typeof WebhookEvent>
export type EventType = Written['type']

const destination = {
  version,
  destination_id: 'dst_8c1f0a6b2d3e4f50617283940a1b2c3d',
  destination_type: 'webhook',
} as const

/** One event of each type as a webhook receives it. */
export const EXAMPLE_EVENTS: { [T in EventType]: Extract<Written, { type: T }> } = {
  activity: { type: 'activity', user, version, data: [records.activity] },
  athlete: { type: 'athlete', user, version, athlete: records.athlete },
  body: { type: 'body', user, version, data: [records.body] },
  daily: { type: 'daily', user, version, data: [records.daily] },
  menstruation: { type: 'menstruation', user, version, data: [records.menstruation] },
  nutrition: { type: 'nutrition', user, version, data: [records.nutrition] },
  sleep: { type: 'sleep', user, version, data: [records.sleep] },
  auth: {
    type: 'auth',
    status: 'success',
    user,
    message: 'User has successfully authenticated',
    version,
    reference_id: 'user-42',
  },
  auth_cancelled: {
    type: 'auth_cancelled',
    status: 'error',
    reason: 'access_denied',
    reference_id: 'user-42',
    flow_id: null,
  },
  deauth: {
    type: 'deauth',
    status: 'success',
    user: { ...user, active: false },
    message: 'User has deauthenticated',
  },
  user_reauth: {
    type: 'user_reauth',
    status: 'warning',
    message: 'User has reauthenticated and old ID has been deleted',
    version,
    old_user: user,
    new_user: EXAMPLE_NEW_USER,
  },
  access_revoked: {
    type: 'access_revoked',
    status: 'warning',
    user: { ...user, active: false },
    message: 'User revoked access',
  },
  connection_error: { type: 'connection_error', status: 'warning', user, message: 'User connection degraded' },
  permission_change: {
    type: 'permission_change',
    status: 'warning',
    user: { ...user, scopes: 'daily,heartrate' },
    message: 'User permissions have been modified',
    version,
    scopes_added: '',
    scopes_removed: 'workout',
  },
  large_request_processing: {
    type: 'large_request_processing',
    status: 'processing',
    user,
    reference: EXAMPLE_REFERENCE,
    message: 'Large request is processing',
  },
  large_request_sending: {
    type: 'large_request_sending',
    user,
    reference: EXAMPLE_REFERENCE,
    message: 'Large request is being sent',
    expected_payloads: 4,
  },
  s3_payload: {
    type: 's3_payload',
    status: 'success',
    url: `https://fascia.example/v2/payloads/${EXAMPLE_PAYLOAD_ID}?expires=1783000000&signature=${'3f9a1c07d2e84b56'.repeat(4)}`,
    expires_in: 300,
  },
  healthcheck: {
    type: 'healthcheck',
    status: 'normal',
    creation_timestamp: '2026-07-01T21:15:00.000Z',
    trend_percentage: 0,
    sent_webhooks_last_hour: 0,
    version,
  },
  'destination.failing': {
    type: 'destination.failing',
    status: 'error',
    ...destination,
    occurred_at: '2026-07-01T21:16:00.000Z',
    message: 'Deliveries have been failing for a minute; they are kept, and tried again',
    failing_since: '2026-07-01T21:15:00.000Z',
  },
  'destination.recovered': {
    type: 'destination.recovered',
    status: 'success',
    ...destination,
    occurred_at: '2026-07-01T21:40:12.000Z',
    message: 'Deliveries get through again',
    failing_since: '2026-07-01T21:15:00.000Z',
  },
  'destination.disabled': {
    type: 'destination.disabled',
    status: 'error',
    ...destination,
    occurred_at: '2026-07-01T21:15:00.000Z',
    message: 'The destination is disabled',
    reason: 'answered 410 (gone) three times in a row',
  },
  'destination.lagging': {
    type: 'destination.lagging',
    status: 'warning',
    ...destination,
    occurred_at: '2026-07-01T21:45:00.000Z',
    message: 'The oldest event has waited for 1800 seconds',
    threshold_seconds: 900,
    lag_seconds: 1_800,
    oldest_event_at: '2026-07-01T21:15:00.000Z',
  },
  'event.parked': {
    type: 'event.parked',
    status: 'warning',
    ...destination,
    occurred_at: '2026-07-04T22:41:00.000Z',
    message: '2 events are out of attempts and parked',
    events: 2,
    parked_ids: ['prk_2468ace013579bdf2468ace013579bdf', 'prk_13579bdf2468ace013579bdf2468ace0'],
    statuses: { '422': 2 },
    first_parked_at: '2026-07-04T22:40:12.000Z',
    last_parked_at: '2026-07-04T22:40:48.000Z',
  },
  'provider.drift': {
    type: 'provider.drift',
    status: 'warning',
    version,
    provider: 'OURA',
    occurred_at: '2026-07-05T09:12:00.000Z',
    message:
      'Oura changed the structure of its data in a place that is read: fields may be missing until it is seen to',
    changes: 1,
    drift: [
      {
        drift_id: 'drf_0f1e2d3c4b5a69788796a5b4c3d2e1f0',
        endpoint: 'sleep',
        change: 'vanished',
        path: 'data.*.average_hrv',
        detail: '',
        first_seen: '2026-07-05T09:11:00.000Z',
        share: 0.99,
      },
    ],
  },
}
