import { Fault } from '../../shared/base/fault.ts'
import { z } from '../../shared/base/zod.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { baseUrlOf } from '../base-url.ts'
import { disconnect } from '../connect/disconnect.ts'
import { startConnection } from '../connect/start.ts'
import { bodyOf } from '../read-input.ts'
import { type Api, queryOf, route } from './route.ts'
import { connectionOf } from './user-of.ts'

/** Redirects may go to an app's own scheme, but not run in the page. */
const RedirectUrl = z
  .url()
  .refine((url) => !/^(javascript|data|vbscript|file|blob):/i.test(url), 'is not an address to go back to')
/** Unknown members are tolerated: old clients send more than is needed. */
const SignIn = z.object({
  resource: z.string({ error: 'resource is missing: name the provider, e.g. ?resource=GARMIN' }).min(1),
  language: z.string().nullish(),
  reference_id: z.string().max(512).nullish(),
  auth_success_redirect_url: RedirectUrl.nullish(),
  auth_failure_redirect_url: RedirectUrl.nullish(),
})

export function addAuth(api: Api): void {
  route(
    api,
    {
      method: 'post',
      path: '/auth/authenticateUser',
      tag: 'Authentication',
      summary: 'Begins the sign-in of a user at a provider',
      query: z.object({ resource: z.string().optional() }),
      body: SignIn.partial(),
      answer: z.object({ status: z.literal('success'), user_id: z.string(), auth_url: z.url() }),
    },
    async (c) => {
      const body = await bodyOf(c)
      const asked = SignIn.parse({ resource: body.provider, ...body, ...c.req.query() })
      const provider = Object.values(PROVIDERS).find((one) => one.resource === asked.resource.toUpperCase())
      if (!provider)
        throw new Fault('not_found', `resource ${asked.resource} is not known; GET /integrations lists them`)
      const started = await startConnection(c.env, {
        developer: c.get('developer'),
        provider,
        reference_id: asked.reference_id ?? null,
        auth_success_redirect_url: asked.auth_success_redirect_url ?? undefined,
        auth_failure_redirect_url: asked.auth_failure_redirect_url ?? undefined,
        baseUrl: baseUrlOf(c as never),
      })
      return c.json({ status: 'success', ...started })
    },
  )
  route(
    api,
    {
      method: 'delete',
      path: '/auth/deauthenticateUser',
      tag: 'Authentication',
      summary: 'Ends a connection and erases its data',
      query: z.object({ user_id: z.string() }),
      answer: z.object({ status: z.literal('success') }),
    },
    async (c) => {
      const { user_id } = queryOf(c, z.object({ user_id: z.string().min(1) }))
      await disconnect(c.env, await connectionOf(c, user_id), { replaced: false })
      return c.json({ status: 'success' })
    },
  )
}
