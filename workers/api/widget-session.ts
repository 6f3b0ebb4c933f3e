import type { Context } from 'hono'
import { WIDGET_SESSION_MS } from '../../shared/base/limits.ts'
import { z } from '../../shared/base/zod.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import type { ApiEnv } from '../access.ts'
import { baseUrlOf } from '../base-url.ts'
import { newSession } from '../connect/session.tsx'
import type { Errand } from '../connect/start.ts'
import { bodyOf } from '../read-input.ts'

/** Where a user goes who came to connect several sources; the older clients' word for `multi_auth`. */
const MULTI_AUTH = 'multi-auth'
/** Redirects may go to an app's own scheme, but not run in the page. */
const RedirectUrl = z
  .url()
  .max(4_000)
  .refine((url) => !/^(javascript|data|vbscript|file|blob):/i.test(url), 'is not an address to go back to')

/** Unknown members are tolerated: clients of several generations send more than is needed. */
export const WidgetSessionInput = z.object({
  providers: z.string().max(10_000).nullish().describe('Comma-separated; ALL or nothing: those that are enabled'),
  language: z.string().max(35).nullish().describe('Two-letter code'),
  reference_id: z.string().max(512).nullish(),
  auth_success_redirect_url: z.union([z.literal(MULTI_AUTH), RedirectUrl]).nullish(),
  auth_failure_redirect_url: RedirectUrl.nullish(),
  multi_auth: z.boolean().nullish().describe('Back to the list after each source'),
  connected_uids: z.array(z.string()).max(100).nullish().describe('Connections shown as connected'),
})
type Input = Pick<
  z.infer<typeof WidgetSessionInput>,
  'language' | 'reference_id' | 'auth_success_redirect_url' | 'auth_failure_redirect_url'
> & { multi_auth?: boolean | null }

export function errandOf(asked: Input): Errand {
  const several = asked.auth_success_redirect_url === MULTI_AUTH
  return {
    reference_id: asked.reference_id ?? null,
    language: asked.language ?? undefined,
    auth_success_redirect_url: several ? undefined : (asked.auth_success_redirect_url ?? undefined),
    auth_failure_redirect_url: asked.auth_failure_redirect_url ?? undefined,
    multi_auth: several || asked.multi_auth === true || undefined,
  }
}

/** A new session and what is odd in what was asked. */
export async function widgetSession(c: Context<ApiEnv>) {
  const asked = WidgetSessionInput.parse({ ...(await bodyOf(c)), ...c.req.query() })
  const named = (asked.providers ?? '')
    .split(',')
    .map((name) => name.trim().toUpperCase())
    .filter((name) => name !== '' && name !== 'ALL')
  const known = new Set(Object.values(PROVIDERS).map((provider) => provider.resource))
  const warnings = named.filter((name) => !known.has(name)).map((name) => `provider ${name} is not known`)
  const session_id = await newSession(c.env, c.get('developer'), {
    ...errandOf(asked),
    providers: named.filter((name) => known.has(name)),
    connected_uids: asked.connected_uids ?? [],
  })
  return {
    status: 'success' as const,
    session_id,
    url: `${baseUrlOf(c)}/connect/session/${session_id}`,
    expires_in: WIDGET_SESSION_MS / 1000,
    ...(warnings.length > 0 ? { warnings } : {}),
  }
}
