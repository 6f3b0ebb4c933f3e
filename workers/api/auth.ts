import type { Context } from 'hono'
import { Fault } from '../../shared/base/fault.ts'
import { z } from '../../shared/base/zod.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'
import type { ApiEnv } from '../access.ts'
import { baseUrlOf } from '../base-url.ts'
import { newAppToken } from '../connect/app-token.ts'
import { disconnect } from '../connect/disconnect.ts'
import { startConnection } from '../connect/start.ts'
import { bodyOf } from '../read-input.ts'
import { UserId } from './params.ts'
import { type Api, queryOf, route } from './route.ts'
import { connectionOf } from './user-of.ts'
import { errandOf, WidgetSessionInput, widgetSession } from './widget-session.ts'

const EXAMPLE_SESSION = {
  status: 'success' as const,
  session_id: 'wgt_0b6e3a5f7c1d48299e4a8b2c6d0f1e37',
  url: 'https://fascia.example.com/connect/session/wgt_0b6e3a5f7c1d48299e4a8b2c6d0f1e37',
  expires_in: 900,
}
const EXAMPLE_TOKEN = {
  status: 'success' as const,
  token: '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
  expires_in: 180,
}
/** Unknown members are tolerated: old clients send more than is needed. */
const SignIn = WidgetSessionInput.pick({
  language: true,
  reference_id: true,
  auth_success_redirect_url: true,
  auth_failure_redirect_url: true,
}).extend({
  resource: z
    .string({ error: 'resource is missing: name the provider, e.g. ?resource=GARMIN' })
    .min(1, 'resource is empty: name the provider, e.g. ?resource=GARMIN'),
})
const Session = z.object({
  status: z.literal('success'),
  session_id: z.string(),
  url: z.url(),
  expires_in: z.int().describe('Seconds'),
})
const Token = z.object({ status: z.literal('success'), token: z.string(), expires_in: z.int().describe('Seconds') })
const UserQuery = z.object({ user_id: UserId })
const ReferenceQuery = z.object({
  reference_id: z
    .string()
    .min(1)
    .max(512)
    .openapi({ description: 'Your own name of the person', example: 'person-17' }),
})

export function addAuth(api: Api): void {
  route(
    api,
    {
      id: 'authenticateUser',
      method: 'post',
      path: '/auth/authenticateUser',
      scope: 'users:write',
      tag: 'Authentication',
      summary: 'Begins the sign-in of a user at a provider',
      query: z.object({
        resource: z.string().optional().openapi({ description: 'The provider', example: 'OURA' }),
      }),
      body: SignIn.partial(),
      description:
        'The user opens auth_url within 15 minutes, in a browser. The user_id becomes active when they have consented.',
      answer: z.object({ status: z.literal('success'), user_id: z.string(), auth_url: z.url() }),
      example: {
        status: 'success',
        user_id: EXAMPLE_USER.user_id,
        auth_url: 'https://fascia.example.com/connect/flow/flw_5c1d9e0f3b7a48268d0e4f1a2b3c4d5e',
      },
      bodyExample: {
        reference_id: 'person-17',
        auth_success_redirect_url: 'https://app.example.com/connected',
        auth_failure_redirect_url: 'https://app.example.com/not-connected',
      },
      bodyOptional: true,
      fails: [404],
    },
    async (c) => {
      const body = await bodyOf(c)
      const asked = SignIn.parse({ resource: body.provider, ...body, ...c.req.query() })
      const provider = Object.values(PROVIDERS).find((one) => one.resource === asked.resource.toUpperCase())
      if (!provider)
        throw new Fault('not_found', `resource ${asked.resource} is not known; GET /integrations lists them`)
      const developer = c.get('developer')
      const started = await startConnection(c.env, {
        developer,
        provider,
        errand: errandOf(asked),
        baseUrl: baseUrlOf(c),
      })
      return c.json({ status: 'success', ...started })
    },
  )
  route(
    api,
    {
      id: 'generateWidgetSession',
      method: 'post',
      path: '/auth/generateWidgetSession',
      scope: 'users:write',
      tag: 'Authentication',
      summary: 'Makes a session of the hosted page where a user picks a source',
      body: WidgetSessionInput.partial(),
      description: 'The user opens url within 15 minutes, in a browser or an in-app browser tab.',
      answer: Session,
      example: EXAMPLE_SESSION,
      bodyExample: {
        reference_id: 'person-17',
        auth_success_redirect_url: 'https://app.example.com/connected',
        auth_failure_redirect_url: 'https://app.example.com/not-connected',
      },
      bodyOptional: true,
    },
    async (c) => c.json(await widgetSession(c)),
  )
  route(
    api,
    {
      id: 'deauthenticateUser',
      method: 'delete',
      path: '/auth/deauthenticateUser',
      scope: 'users:write',
      tag: 'Authentication',
      summary: 'Ends a connection and erases its data',
      query: UserQuery,
      description: 'Access is taken back at the provider, the data here are erased, and destinations hear deauth.',
      answer: z.object({ status: z.literal('success') }),
      example: { status: 'success' },
      fails: [404],
    },
    async (c) => {
      const { user_id } = queryOf(c, UserQuery)
      await disconnect(c.env, await connectionOf(c, user_id), { replaced: false })
      return c.json({ status: 'success' })
    },
  )
  route(
    api,
    {
      id: 'generateAuthToken',
      method: 'post',
      path: '/auth/generateAuthToken',
      scope: 'users:write',
      tag: 'Authentication',
      summary: 'A token that lets an app on a phone connect once, within three minutes',
      description: 'Not bound to a person; single use.',
      answer: Token,
      example: EXAMPLE_TOKEN,
    },
    (c) => token(c, null),
  )
  route(
    api,
    {
      id: 'createAppToken',
      method: 'post',
      path: '/auth/tokens',
      scope: 'users:write',
      tag: 'Authentication',
      summary: 'A token as of generateAuthToken, for one reference_id',
      query: ReferenceQuery,
      description: 'Lets in only the person that it names; single use.',
      answer: Token,
      example: EXAMPLE_TOKEN,
    },
    (c) => token(c, queryOf(c, ReferenceQuery).reference_id),
  )
}

const token = async (c: Context<ApiEnv>, reference_id: string | null) =>
  c.json({ status: 'success', ...(await newAppToken(c.env, c.get('developer').developer_id, reference_id)) })
