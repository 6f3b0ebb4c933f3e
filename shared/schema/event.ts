import { z } from '../base/zod.ts'
import { Activity } from './activity.ts'
import { Athlete } from './athlete.ts'
import { Body } from './body.ts'
import { Daily } from './daily.ts'
import { text } from './kinds.ts'
import { Menstruation } from './menstruation.ts'
import { Nutrition } from './nutrition.ts'
import { Sleep } from './sleep.ts'
import { TerraUser } from './user.ts'
import { API_VERSION } from './version.ts'

/** What a webhook carries: one event, told apart by `type`. */

const version = z.literal(API_VERSION)
const user = TerraUser
const message = z.string()

/** Data events of one type. */
const dataEvent = <T extends string, S extends z.ZodType>(type: T, schema: S, name: string) =>
  z.object({ type: z.literal(type), user, version, data: z.array(schema) }).openapi(name)

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
  .object({ type: z.literal('athlete'), user, version, athlete: Athlete })
  .openapi('AthleteEvent')
export type AthleteEvent = z.infer<typeof AthleteEvent>

export const AuthSuccessEvent = z
  .object({
    type: z.literal('auth'),
    status: z.literal('success'),
    user,
    message: text,
    version,
    reference_id: text,
    flow_id: text,
    widget_session_id: text,
  })
  .openapi('AuthSuccessEvent')
export type AuthSuccessEvent = z.infer<typeof AuthSuccessEvent>

export const AuthErrorEvent = z
  .object({
    type: z.literal('auth_cancelled'),
    status: z.literal('error'),
    flow_id: text,
    reason: text,
    reference_id: text,
  })
  .openapi('AuthErrorEvent')
export type AuthErrorEvent = z.infer<typeof AuthErrorEvent>

export const DeauthEvent = z
  .object({ type: z.literal('deauth'), status: z.literal('success'), user, message, reference_id: text })
  .openapi('DeauthEvent')
export type DeauthEvent = z.infer<typeof DeauthEvent>

export const UserReauthEvent = z
  .object({
    type: z.literal('user_reauth'),
    status: z.literal('warning'),
    new_user: TerraUser,
    old_user: TerraUser.nullish(),
    message,
    version: version.optional(),
    reference_id: text,
  })
  .openapi('UserReauthEvent')
export type UserReauthEvent = z.infer<typeof UserReauthEvent>

export const AccessRevokedEvent = z
  .object({ type: z.literal('access_revoked'), status: z.literal('warning'), user, message, reference_id: text })
  .openapi('AccessRevokedEvent')
export type AccessRevokedEvent = z.infer<typeof AccessRevokedEvent>

export const ConnectionErrorEvent = z
  .object({ type: z.literal('connection_error'), status: z.literal('warning'), user, message, reference_id: text })
  .openapi('ConnectionErrorEvent')
export type ConnectionErrorEvent = z.infer<typeof ConnectionErrorEvent>

export const PermissionChangeEvent = z
  .object({
    type: z.literal('permission_change'),
    status: z.literal('warning'),
    user,
    message,
    version,
    scopes_added: z.string(),
    scopes_removed: z.string(),
    reference_id: text,
  })
  .openapi('PermissionChangeEvent')
export type PermissionChangeEvent = z.infer<typeof PermissionChangeEvent>

export const LargeRequestProcessingEvent = z
  .object({
    type: z.literal('large_request_processing'),
    status: z.literal('processing'),
    user,
    reference: z.string(),
    message,
    reference_id: text,
  })
  .openapi('LargeRequestProcessingEvent')
export type LargeRequestProcessingEvent = z.infer<typeof LargeRequestProcessingEvent>

export const LargeRequestSendingEvent = z
  .object({
    type: z.literal('large_request_sending'),
    user,
    reference: z.string(),
    message,
    expected_payloads: z.int(),
    reference_id: text,
  })
  .openapi('LargeRequestSendingEvent')
export type LargeRequestSendingEvent = z.infer<typeof LargeRequestSendingEvent>

export const S3PayloadEvent = z
  .object({ type: z.literal('s3_payload'), status: z.literal('success'), url: z.url(), expires_in: z.int() })
  .openapi('S3PayloadEvent')
export type S3PayloadEvent = z.infer<typeof S3PayloadEvent>

export const HealthcheckEvent = z
  .object({
    type: z.literal('healthcheck'),
    status: z.string(),
    creation_timestamp: z.string(),
    trend_percentage: z.number(),
    sent_webhooks_last_hour: z.int(),
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
  ])
  .openapi('WebhookEvent')
export type WebhookEvent = z.infer<typeof WebhookEvent>
