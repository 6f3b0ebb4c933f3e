import { z } from '../../shared/base/zod.ts'
import { DATA_TYPES } from '../../shared/schema/data-types.ts'
import { EVENT_TYPES } from '../../shared/schema/event-types.ts'
import { VERSIONS } from '../../shared/schema/version.ts'

const DAYS_3_MS = 3 * 86_400_000

const names = z.array(z.string().min(1).max(200)).max(1_000).optional()
/** By type of data, or for all as `*`. */
const paths = z.partialRecord(
  z.enum([...DATA_TYPES, '*']),
  z.array(z.string().regex(/^\w+(\.\w+)*$/, 'is not a path such as heart_rate_data.summary')).max(200),
)

/** Settings that every kind of destination has, as callers give them. */
export const DeliveryInput = z.strictObject({
  event_types: z
    .array(z.enum(EVENT_TYPES))
    .max(50)
    .optional()
    .describe(
      'Which events are sent; none named = all, but for `healthcheck` and those about your destinations, the providers and your suppliers (`destination.…`, `event.parked`, `provider.drift`, `supplier.alert`), which are sent only where they are named',
    ),
  providers: names.describe('Of which sources, by slug; none named = all'),
  users: names.describe('Of which users, by `user_id` or by your `reference_id`; none named = all'),
  scopes: names.describe('Of connections that were granted one of these; none named = all'),
  test_mode: z
    .boolean()
    .optional()
    .describe('Only what a test sends is sent. What happens meanwhile is passed over, not kept for later'),
  api_version: z.enum(VERSIONS).optional().describe('The version of the schema that events have'),
  fields: z
    .strictObject({
      only: paths.optional().describe('Only these sections of a record, and its `metadata`'),
      without: paths.optional().describe('Everything but these'),
    })
    .nullable()
    .optional()
    .describe('Sends less: `{"only": {"daily": ["distance_data.steps"]}}`; null = all fields'),
  lag_alert_seconds: z
    .int()
    .min(60)
    .max(7 * 86_400)
    .nullable()
    .optional()
    .describe('An event `destination.lagging` tells when something waits for longer than this; null = never'),
  retry_schedule_ms: z
    .array(z.int().min(50).max(DAYS_3_MS))
    .max(40)
    .optional()
    .describe('Waits between attempts; none named = the deployment’s'),
  timeout_ms: z.int().min(100).max(60_000).nullable().optional(),
  on_parked: z.enum(['skip', 'hold']).optional().describe('What a parked event does to those after it'),
  rate_per_second: z.number().positive().max(100_000).nullable().optional(),
  max_records_per_call: z.int().min(1).max(100).optional(),
  batch_events: z
    .int()
    .min(1)
    .max(500)
    .optional()
    .describe('Up to this many events of several connections in one call; 1 = off'),
  with_samples: z.boolean().optional(),
  deletions: z.boolean().optional(),
})

export const CreateInput = z.strictObject({
  type: z.string(),
  settings: z.record(z.string(), z.unknown()),
  secrets: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Passwords, keys and the like: sealed, never shown again'),
  delivery: DeliveryInput.optional(),
})
export const ChangeInput = z.strictObject({
  settings: z.record(z.string(), z.unknown()).optional(),
  secrets: z.record(z.string(), z.unknown()).optional().describe('Only those named change'),
  delivery: DeliveryInput.optional(),
  state: z.enum(['active', 'paused']).optional(),
})

export const DestinationView = z
  .object({
    destination_id: z.string(),
    type: z.string(),
    state: z.enum(['starting', 'active', 'paused', 'disabled']),
    reason: z.string().nullable(),
    settings: z.record(z.string(), z.unknown()),
    delivery: z.record(z.string(), z.unknown()),
    secrets: z.record(z.string(), z.unknown()).describe('Masked'),
    created_at: z.string(),
  })
  .openapi('Destination')
