import { Hono } from 'hono'
import { trimTrailingSlash } from 'hono/trailing-slash'
import type { Env } from '../durable-objects/env.ts'
import { newId } from '../shared/base/ids.ts'
import { type ApiEnv, operatorOnly } from './access.ts'
import { v2 } from './api/v2.ts'
import { baseUrlOf } from './base-url.ts'
import { browsers } from './browsers.ts'
import { connect } from './connect/routes.ts'
import { widgetDoor } from './connect/widget-door.ts'
import { dashboard } from './dashboard/routes.ts'
import { ingest } from './ingest/webhook.ts'
import { asyncApiDocument } from './manual/asyncapi.ts'
import { docs } from './manual/docs.tsx'
import { openApiDocument } from './manual/openapi.ts'
import { developers } from './operator/developers.ts'
import { drift } from './operator/drift.ts'
import { health } from './operator/health.ts'
import { providers } from './operator/providers.ts'
import { onError, problem } from './problem.ts'
import { streamSocket } from './stream/connect.ts'
import { strap } from './stream/strap.tsx'
import { streamTokens } from './stream/tokens.ts'
import { oauth } from './suppliers/oauth.ts'
import { portal } from './suppliers/portal/routes.ts'

const [legacy, current] = [v2(true), v2(false)]

export const app = new Hono<ApiEnv>()
app.use('*', async (c, next) => {
  const reference = newId('req')
  c.set('reference', reference)
  await next()
  // A socket's answer has headers that nobody can change.
  if (c.res.webSocket) return
  // An answer that is given again keeps the reference that it had.
  c.res.headers.set('terra-reference', c.get('reference'))
  c.res.headers.set('x-request-id', reference)
})
app.use('/v2/*', browsers)
app.use('/api/v2/*', browsers)
app.use('/oauth/*', browsers)
app.route('/v2', legacy)
app.route('/api/v2', current)
app.route('/ingest', ingest as unknown as Hono<ApiEnv>)
app.route('/', streamSocket)
app.route('/', streamTokens)
app.route('/', oauth as unknown as Hono<ApiEnv>)
app.route('/connect', connect as unknown as Hono<ApiEnv>)
app.route('/', widgetDoor)

const operator = new Hono<{ Bindings: Env }>()
operator.use('*', operatorOnly)
operator.route('/', developers)
operator.route('/', health)
operator.route('/', providers)
operator.route('/', drift)
app.route('/operator', operator as unknown as Hono<ApiEnv>)

// Pages' addresses are typed by people.
for (const room of ['dashboard', 'suppliers', 'docs', 'stream']) app.use(`/${room}/*`, trimTrailingSlash())
app.route(
  '/dashboard',
  dashboard((request, env, context) => app.fetch(request, env, context)) as unknown as Hono<ApiEnv>,
)
app.route('/suppliers', portal((request, env, context) => app.fetch(request, env, context)) as unknown as Hono<ApiEnv>)
app.route('/stream', strap as unknown as Hono<ApiEnv>)
app.route('/docs', docs as unknown as Hono<ApiEnv>)
app.get('/openapi.json', (c) => c.json(openApiDocument(current)))
app.get('/asyncapi.json', (c) => c.json(asyncApiDocument(baseUrlOf(c))))
app.get('/health', (c) => c.json({ status: 'ok' }))
app.get('/', (c) =>
  c.json({ name: 'Fascia', docs: '/docs', dashboard: '/dashboard', openapi: '/openapi.json', api: ['/v2', '/api/v2'] }),
)

/** A known path with another method says which it takes. */
app.notFound((c) => {
  const methods = new Set(
    app.routes
      .filter((route) => route.method !== 'ALL' && pattern(route.path).test(c.req.path))
      .map((route) => route.method),
  )
  if (methods.size === 0) return problem(c, 404, `nothing is at ${c.req.path}`)
  const allow = [...methods].join(', ')
  return problem(c, 405, `${c.req.method} is not for this path; use ${allow}`, { allow })
})
app.onError(onError)

const patterns = new Map<string, RegExp>()
function pattern(path: string): RegExp {
  let found = patterns.get(path)
  if (!found) {
    // A parameter may say what it is: `:environment{(?:sandbox|production)}`.
    const parameters = path.replace(/\/\*$/, '(/.*)?').replace(/:\w+(?:\{([^/]*)\})?/g, (_, is) => is ?? '[^/]+')
    found = new RegExp(`^${parameters}$`)
    patterns.set(path, found)
  }
  return found
}
