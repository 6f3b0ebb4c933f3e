import { z } from '../base/zod.ts'
import { API_VERSION } from './version.ts'

/**
 * What is told of the developer's own destinations, of the providers that they have connections of, and of their suppliers. Nobody's data, and
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

/** What may go wrong of what a contract promises, in its window; shares of all. */
export const SupplierErrorBudget = z
  .object({
    allowed: z.number().describe('Share that may go wrong in the contract’s window'),
    spent: z.number().describe('Share that did'),
    left: z.number().describe('Below zero: more went wrong than may'),
  })
  .openapi('SupplierErrorBudget')
export type SupplierErrorBudget = z.infer<typeof SupplierErrorBudget>

/** A supplier's data are not as the contract promises, or are again. Names of rules and counts, never a value. */
export const SupplierAlertEvent = z
  .object({
    type: typed('supplier.alert'),
    status: z.enum(['warning', 'success']).describe('`warning`: it was raised; `success`: it is over'),
    version: about.version,
    supplier_id: z.string().describe('The supplier that it is about'),
    name: z.string().describe('The supplier’s name'),
    environment: z.enum(['sandbox', 'production']).describe('Where its data came'),
    alert_id: z.string().describe('The same when it is raised and when it is over'),
    contract: z
      .string()
      .describe('All versions of one major: `name@1`; of a pull that takes the newest of all: `name`'),
    objective: z
      .enum(['validity', 'freshness', 'completeness', 'duplicates', 'volume', 'processing', 'fetching'])
      .describe(
        'What the contract promises; `processing`: a batch waits for a mend of ours; `fetching`: a pull cannot fetch its objects. Both are tried again by themselves',
      ),
    state: z.enum(['raised', 'cleared']).describe('Whether it begins or is over'),
    target: z.number().describe('As the contract has it: a share 0–1, seconds, or records a day'),
    measured: z.number().nullable().describe('In the same unit, when it was raised'),
    error_budget: SupplierErrorBudget.describe('When it was raised'),
    action: z
      .enum(['alert', 'quarantine', 'suspend'])
      .describe('What was done by rule: nothing more; its records are held back; the supplier is suspended'),
    redrive_id: z
      .string()
      .optional()
      .describe('When it is over: the redrive that reads the records that were held back until then'),
    occurred_at: about.occurred_at,
    message: about.message,
  })
  .openapi('SupplierAlertEvent')
export type SupplierAlertEvent = z.infer<typeof SupplierAlertEvent>

export const OPERATIONAL_TYPES = [
  'destination.failing',
  'destination.recovered',
  'destination.disabled',
  'destination.lagging',
  'event.parked',
  'provider.drift',
  'supplier.alert',
] as const
export type OperationalType = (typeof OPERATIONAL_TYPES)[number]
export const isOperational = (type: string): type is OperationalType =>
  (OPERATIONAL_TYPES as readonly string[]).includes(type)
