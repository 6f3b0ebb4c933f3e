import { z } from '../base/zod.ts'
import { Activity } from './activity.ts'
import { Athlete } from './athlete.ts'
import { Body } from './body.ts'
import { Daily } from './daily.ts'
import { text } from './kinds.ts'
import { Menstruation } from './menstruation.ts'
import { Nutrition } from './nutrition.ts'
import {
  DestinationDisabledEvent,
  DestinationFailingEvent,
  DestinationLaggingEvent,
  DestinationRecoveredEvent,
  EventParkedEvent,
  ProviderDriftEvent,
  SupplierAlertEvent,
} from './operational-event.ts'
import { Sleep } from './sleep.ts'
import { TerraUser } from './user.ts'
import { API_VERSION } from './version.ts'

/** What a webhook carries: one event, told apart by `type`. */

const version = z.literal(API_VERSION).describe('Of the schema')
const user = TerraUser
const message = z.string().describe('For people: its wording may change')
const reference = z.string().describe('Of the request: the same in `terra-reference` of all its events')
const typed = <T extends string>(type: T) => z.literal(type).describe('Which event it is')
const status = <S extends string>(value: S) => z.literal(value).describe('The same for all events of this type')
const reference_id = text.describe('Your own name of the person, as given at sign-in')
const flow_id = text.describe('The sign-in')
const widget_session_id = text.describe('The session of the hosted page, where the sign-in began there')

/** Data events of one type. */
const dataEvent = <T extends string, S extends z.ZodType>(type: T, schema: S, name: string) =>
  z.object({ type: typed(type), user, version, data: z.array(schema).describe('The records') }).openapi(name)

export const ActivityEvent = dataEvent('activity', Activity, 'ActivityEvent')
export type ActivityEvent = z.infer<typeof ActivityEvent>
export const BodyEvent = dataEvent('body', Body, 'BodyEvent')
export type BodyEvent = z.infer<typeof BodyEvent>
export const DailyEvent = dataEvent('daily', Daily, 'DailyEvent')
export type DailyEvent = z.infer<typeof DailyEvent>
export const MenstruationEvent = dataEvent('menstruation', Menstruation, 'MenstruationEvent')
export type MenstruationEvent = z.infer<typeof MenstruationEvent>
export const NutritionEvent = dataEvent('nutrition', Nutrition, 'NutritionEvent')
export type NutritionEvent = z.infer<typeof NutritionEvent>
export const SleepEvent = dataEvent('sleep', Sleep, 'SleepEvent')
export type SleepEvent = z.infer<typeof SleepEvent>
export const AthleteEvent = z
  .object({ type: typed('athlete'), user, version, athlete: Athlete })
  .openapi('AthleteEvent')
export type AthleteEvent = z.infer<typeof AthleteEvent>

export const AuthSuccessEvent = z
  .object({
    type: typed('auth'),
    status: status('success'),
    user,
    message: text.describe('For people: its wording may change'),
    version,
    reference_id,
    flow_id,
    widget_session_id,
  })
  .openapi('AuthSuccessEvent')
export type AuthSuccessEvent = z.infer<typeof AuthSuccessEvent>

export const AuthErrorEvent = z
  .object({
    type: typed('auth_cancelled'),
    status: status('error'),
    flow_id,
    reason: text.describe('A code'),
    reference_id,
  })
  .openapi('AuthErrorEvent')
export type AuthErrorEvent = z.infer<typeof AuthErrorEvent>

export const DeauthEvent = z
  .object({ type: typed('deauth'), status: status('success'), user, message, reference_id })
  .openapi('DeauthEvent')
export type DeauthEvent = z.infer<typeof DeauthEvent>

export const UserReauthEvent = z
  .object({
    type: typed('user_reauth'),
    status: status('warning'),
    new_user: TerraUser,
    old_user: TerraUser.nullish(),
    message,
    version: version.optional(),
    reference_id,
  })
  .openapi('UserReauthEvent')
export type UserReauthEvent = z.infer<typeof UserReauthEvent>

export const AccessRevokedEvent = z
  .object({ type: typed('access_revoked'), status: status('warning'), user, message, reference_id })
  .openapi('AccessRevokedEvent')
export type AccessRevokedEvent = z.infer<typeof AccessRevokedEvent>

export const ConnectionErrorEvent = z
  .object({ type: typed('connection_error'), status: status('warning'), user, message, reference_id })
  .openapi('ConnectionErrorEvent')
export type ConnectionErrorEvent = z.infer<typeof ConnectionErrorEvent>

export const PermissionChangeEvent = z
  .object({
    type: typed('permission_change'),
    status: status('warning'),
    user,
    message,
    version,
    scopes_added: z.string().describe('Comma-separated'),
    scopes_removed: z.string().describe('Comma-separated'),
    reference_id,
  })
  .openapi('PermissionChangeEvent')
export type PermissionChangeEvent = z.infer<typeof PermissionChangeEvent>

export const LargeRequestProcessingEvent = z
  .object({
    type: typed('large_request_processing'),
    status: status('processing'),
    user,
    reference,
    message,
    reference_id,
  })
  .openapi('LargeRequestProcessingEvent')
export type LargeRequestProcessingEvent = z.infer<typeof LargeRequestProcessingEvent>

export const LargeRequestSendingEvent = z
  .object({
    type: typed('large_request_sending'),
    user,
    reference,
    message,
    expected_payloads: z.int().describe('How many data events follow with this reference'),
    reference_id,
  })
  .openapi('LargeRequestSendingEvent')
export type LargeRequestSendingEvent = z.infer<typeof LargeRequestSendingEvent>

export const S3PayloadEvent = z
  .object({
    type: typed('s3_payload'),
    status: status('success'),
    url: z.url().describe('Where the body is'),
    expires_in: z.int().describe('Seconds'),
  })
  .openapi('S3PayloadEvent')
export type S3PayloadEvent = z.infer<typeof S3PayloadEvent>

export const HealthcheckEvent = z
  .object({
    type: typed('healthcheck'),
    status: z.string().describe('`normal`'),
    creation_timestamp: z.string().describe('When it was made'),
    trend_percentage: z.number().describe('0 in a test of a destination'),
    sent_webhooks_last_hour: z.int().describe('0 in a test of a destination'),
    version,
  })
  .openapi('HealthcheckEvent')
export type HealthcheckEvent = z.infer<typeof HealthcheckEvent>

export const WebhookEvent = z
  .discriminatedUnion('type', [
    ActivityEvent,
    AthleteEvent,
    BodyEvent,
    DailyEvent,
    MenstruationEvent,
    NutritionEvent,
    SleepEvent,
    AuthSuccessEvent,
    AuthErrorEvent,
    DeauthEvent,
    UserReauthEvent,
    AccessRevokedEvent,
    ConnectionErrorEvent,
    PermissionChangeEvent,
    LargeRequestProcessingEvent,
    LargeRequestSendingEvent,
    S3PayloadEvent,
    HealthcheckEvent,
    DestinationFailingEvent,
    DestinationRecoveredEvent,
    DestinationDisabledEvent,
    DestinationLaggingEvent,
    EventParkedEvent,
    ProviderDriftEvent,
    SupplierAlertEvent,
  ])
  .openapi('WebhookEvent')
export type WebhookEvent = z.infer<typeof WebhookEvent>
