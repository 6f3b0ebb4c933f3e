import { CHUNK_OBJECTS } from '../base/limits.ts'
import { API_VERSION } from '../schema/version.ts'
import type { DeliverySettings } from './types.ts'

/** What holds where a destination says nothing. Destinations saved before a setting existed have its default. */
export const DELIVERY_DEFAULTS: DeliverySettings = {
  event_types: [],
  providers: [],
  users: [],
  scopes: [],
  deletions: false,
  test_mode: false,
  api_version: API_VERSION,
  fields: null,
  with_samples: true,
  retry_schedule_ms: [],
  timeout_ms: null,
  on_parked: 'skip',
  rate_per_second: null,
  max_records_per_call: CHUNK_OBJECTS,
  batch_events: 1,
  lag_alert_seconds: null,
}
