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

const dataEvent = <T extends string, S extends z.ZodType>(type: T, schema: S, name: string) =>
  z.object({ type: z.literal(type), user, version, data: z.array(schema) }).openapi(name)

export const ActivityEvent = dataEvent('activity', Activity, 'ActivityEvent')
export const BodyEvent = dataEvent('body', Body, 'BodyEvent')
export const DailyEvent = dataEvent('daily', Daily, 'DailyEvent')
export const MenstruationEvent = dataEvent('menstruation', Menstruation, 'MenstruationEvent')
export const NutritionEvent = dataEvent('nutrition', Nutrition, 'NutritionEvent')
export const SleepEvent = dataEvent('sleep', Sleep, 'SleepEvent')
export const AthleteEvent = z
  .object({ type: z.literal('athlete'), user, version, athlete: Athlete })
  .openapi('AthleteEvent')

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
export const AuthErrorEvent = z
  .object({
    type: z.literal('auth_cancelled'),
    status: z.literal('error'),
    flow_id: text,
    reason: text,
    reference_id: text,
  })
  .openapi('AuthErrorEvent')
export const DeauthEvent = z
  .object({ type: z.literal('deauth'), status: z.literal('success'), user, message })
  .openapi('DeauthEvent')
export const UserReauthEvent = z
  .object({
    type: z.literal('user_reauth'),
    status: z.literal('warning'),
    new_user: TerraUser,
    old_user: TerraUser.nullish(),
    message,
    version,
  })
  .openapi('UserReauthEvent')
export const AccessRevokedEvent = z
  .object({ type: z.literal('access_revoked'), status: z.literal('warning'), user, message })
  .openapi('AccessRevokedEvent')
export const ConnectionErrorEvent = z
  .object({ type: z.literal('connection_error'), status: z.literal('warning'), user, message })
  .openapi('ConnectionErrorEvent')
export const PermissionChangeEvent = z
  .object({
    type: z.literal('permission_change'),
    status: z.literal('warning'),
    user,
    message,
    version,
    scopes_added: z.string(),
    scopes_removed: z.string(),
  })
  .openapi('PermissionChangeEvent')
export const LargeRequestProcessingEvent = z
  .object({
    type: z.literal('large_request_processing'),
    status: z.literal('processing'),
    user,
    reference: z.string(),
    message,
  })
  .openapi('LargeRequestProcessingEvent')
export const LargeRequestSendingEvent = z
  .object({
    type: z.literal('large_request_sending'),
    user,
    reference: z.string(),
    message,
    expected_payloads: z.int(),
  })
  .openapi('LargeRequestSendingEvent')
export const S3PayloadEvent = z
  .object({ type: z.literal('s3_payload'), status: z.literal('success'), url: z.url(), expires_in: z.int() })
  .openapi('S3PayloadEvent')
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
