import { z } from '../base/zod.ts'
import { API_VERSION } from './version.ts'

/**
 * What is told of the developer's own destinations, and of the providers that they have connections of. Nobody's data, and
 * no part of the wire contract: they are sent only to destinations whose `event_types` name them.
 */

const typed = <T extends string>(type: T) => z.literal(type).describe('Which event it is')
const about = {
  version: z.literal(API_VERSION).describe('Of the schema'),
  destination_id: z.string().describe('The destination that it is about'),
  destination_type: z.string().describe('Its kind: `webhook`, for example'),
  occurred_at: z.string().describe('When it was found'),
  message: z.string().describe('For people: its wording may change'),
}
const failing_since = z.string().describe('Since when nothing gets through')

export const DestinationFailingEvent = z
  .object({
    type: typed('destination.failing'),
    status: z.literal('error').describe('The same for all events of this type'),
    ...about,
    failing_since,
  })
  .openapi('DestinationFailingEvent')
export type DestinationFailingEvent = z.infer<typeof DestinationFailingEvent>

export const DestinationRecoveredEvent = z
  .object({
    type: typed('destination.recovered'),
    status: z.literal('success').describe('The same for all events of this type'),
    ...about,
    failing_since,
  })
  .openapi('DestinationRecoveredEvent')
export type DestinationRecoveredEvent = z.infer<typeof DestinationRecoveredEvent>

export const DestinationDisabledEvent = z
  .object({
    type: typed('destination.disabled'),
    status: z.literal('error').describe('The same for all events of this type'),
    ...about,
    reason: z.string().describe('What it came to'),
  })
  .openapi('DestinationDisabledEvent')
export type DestinationDisabledEvent = z.infer<typeof DestinationDisabledEvent>

export const DestinationLaggingEvent = z
  .object({
    type: typed('destination.lagging'),
    status: z.enum(['warning', 'success']).describe('`warning`: it lags; `success`: it lags no more'),
    ...about,
    threshold_seconds: z.int().describe('`lag_alert_seconds` of the destination'),
    lag_seconds: z.int().describe('Age of the oldest event that is not delivered; 0 when it lags no more'),
    oldest_event_at: z.string().nullable().describe('When that event was recorded'),
  })
  .openapi('DestinationLaggingEvent')
export type DestinationLaggingEvent = z.infer<typeof DestinationLaggingEvent>

export const EventParkedEvent = z
  .object({
    type: typed('event.parked'),
    status: z.literal('warning').describe('The same for all events of this type'),
    ...about,
    events: z.int().describe('How many were parked since it was told last'),
    parked_ids: z.array(z.string()).describe('The first ten of them'),
    statuses: z.record(z.string(), z.int()).describe('How many by the status of the last answer; `none` without one'),
    first_parked_at: z.string().describe('When the first of them was parked'),
    last_parked_at: z.string().describe('When the last of them was parked'),
  })
  .openapi('EventParkedEvent')
export type EventParkedEvent = z.infer<typeof EventParkedEvent>

/** How payloads of a provider changed: paths, kinds and words of lists, never a value. */
export const ProviderDrift = z
  .object({
    drift_id: z.string().describe('The same change keeps it'),
    endpoint: z.string().describe('The resource of the provider'),
    change: z
      .enum(['new', 'vanished', 'changed', 'word'])
      .describe('`changed`: another kind of value; `word`: a new one in a list'),
    path: z.string().describe('Where in its payloads; `*` is any element or key'),
    detail: z.string().describe('The kind of value that it is now, or the word'),
    first_seen: z.string().describe('When it was found'),
    share: z
      .number()
      .describe('Of the payloads since, how many are so, 0–1; of a path that vanished, how many had it before'),
  })
  .openapi('ProviderDrift')
export type ProviderDrift = z.infer<typeof ProviderDrift>

export const ProviderDriftEvent = z
  .object({
    type: typed('provider.drift'),
    status: z.literal('warning').describe('The same for all events of this type'),
    version: about.version,
    provider: z.string().describe('As in `user.provider`'),
    occurred_at: about.occurred_at,
    message: about.message,
    changes: z.int().describe('How many were found since it was told last'),
    drift: z.array(ProviderDrift).describe('The first twenty of them'),
  })
  .openapi('ProviderDriftEvent')
export type ProviderDriftEvent = z.infer<typeof ProviderDriftEvent>

export const OPERATIONAL_TYPES = [
  'destination.failing',
  'destination.recovered',
  'destination.disabled',
  'destination.lagging',
  'event.parked',
  'provider.drift',
] as const
export type OperationalType = (typeof OPERATIONAL_TYPES)[number]
export const isOperational = (type: string): type is OperationalType =>
  (OPERATIONAL_TYPES as readonly string[]).includes(type)
