import { Hono } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { Fault } from '../../shared/base/fault.ts'
import { providerHttp } from '../../shared/base/http.ts'
import { settings } from '../../shared/base/settings.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { keepSubscriptions } from '../../shared/source/subscriptions.ts'
import { baseUrlOf } from '../base-url.ts'

export const providers = new Hono<{ Bindings: Env }>()

/** Makes the app's subscriptions at a provider what they should be. Secrets in the answer are shown this once. */
providers.post('/providers/:slug/subscriptions', async (c) => {
  const provider = PROVIDERS[c.req.param('slug')]
  const app = provider && settings(c.env).PROVIDER_APPS[provider.slug]
  if (!provider) throw new Fault('not_found', 'no such provider')
  if (!app)
    throw new Fault('not_found', `${provider.slug} is not set up in this deployment: add its app to PROVIDER_APPS`)
  const deps = {
    http: providerHttp(settings(c.env)),
    app,
    now: Date.now(),
    callbackUrl: `${baseUrlOf(c)}/ingest/${provider.slug}/${app.ingest_secret}`,
  }
  try {
    const done = await keepSubscriptions(provider, deps)
    if (!done) throw new Fault('bad_request', `${provider.slug} has no subscriptions of the app: nothing is to be done`)
    return c.json(done)
  } catch (error) {
    if (error instanceof Fault) throw error
    throw new Fault('upstream', error instanceof Error ? error.message : 'the provider does not answer')
  }
})
