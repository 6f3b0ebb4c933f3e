import { CHUNK_OBJECTS } from '../../shared/base/limits.ts'
import { z } from '../../shared/base/zod.ts'
import type { DeliverySettings } from '../../shared/delivery/types.ts'
import { EVENT_TYPES } from '../../shared/schema/event-types.ts'

const DAYS_3_MS = 3 * 86_400_000

/** Settings that every kind of destination has, as callers give them. */
export const DeliveryInput = z.strictObject({
  event_types: z.array(z.enum(EVENT_TYPES)).max(50).optional().describe('Which events are sent; none named = all'),
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

export const DELIVERY_DEFAULTS: DeliverySettings = {
  event_types: [],
  retry_schedule_ms: [],
  timeout_ms: null,
  on_parked: 'skip',
  rate_per_second: null,
  max_records_per_call: CHUNK_OBJECTS,
  batch_events: 1,
  with_samples: true,
  deletions: false,
}

export const CreateInput = z.strictObject({
  type: z.string(),
  settings: z.record(z.string(), z.unknown()),
  delivery: DeliveryInput.optional(),
})
export const ChangeInput = z.strictObject({
  settings: z.record(z.string(), z.unknown()).optional(),
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
    secrets: z.record(z.string(), z.string()).describe('Masked'),
    created_at: z.string(),
  })
  .openapi('Destination')
