import type { Env } from '../../durable-objects/env.ts'
import { providerHttp } from '../../shared/base/http.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { settings } from '../../shared/base/settings.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { keepSubscriptions } from '../../shared/source/subscriptions.ts'

/**
 * Once a day: subscriptions of the deployment's apps that have gone are made again, and those that end soon are renewed. Only
 * where they can be listed, so that none is made twice, and where the deployment says what its address is.
 */
export async function keepAllSubscriptions(env: Env, now: number): Promise<void> {
  const { PROVIDER_APPS, BASE_URL } = settings(env)
  if (BASE_URL === '') return
  for (const [slug, app] of Object.entries(PROVIDER_APPS)) {
    const provider = PROVIDERS[slug]
    if (!provider?.connected.subscribe?.upkeep) continue
    const callbackUrl = `${BASE_URL}/ingest/${slug}/${app.ingest_secret}`
    try {
      const done = await keepSubscriptions(provider, { http: providerHttp(settings(env)), app, now, callbackUrl })
      // Secrets that are shown once are for the operator's command, which shows them.
      if (done)
        logLine('subscriptions kept', { provider: slug, made: done.made, renewed: done.renewed, kept: done.kept })
    } catch (error) {
      logLine('subscriptions not kept', { provider: slug, reason: error instanceof Error ? error.message : 'unknown' })
    }
  }
}
