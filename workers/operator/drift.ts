import { Hono } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { providerHealth } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { FRESHNESS_S, LATENCY_MS } from '../../shared/source/observed.ts'

export const drift = new Hono<{ Bindings: Env }>()

/** How payloads of all providers changed in structure; what breaks data first. */
drift.get('/drift', async (c) => {
  const all = await Promise.all(
    Object.keys(PROVIDERS).map(async (provider) => {
      const health = await providerHealth(c.env, provider).health()
      return health.drift.map((one) => ({ provider, ...one }))
    }),
  )
  return c.json({ drift: all.flat() })
})

/** A provider by the minute for a day, what was learned of its endpoints, and its drift. */
drift.get('/providers/:slug/health', async (c) => {
  const slug = slugOf(c.req.param('slug'))
  const { minutes, endpoints, drift } = await providerHealth(c.env, slug).health()
  return c.json({
    provider: slug,
    latency_bounds_ms: LATENCY_MS,
    freshness_bounds_seconds: FRESHNESS_S,
    minutes: minutes.map(({ minute, observed }) => ({ minute: new Date(minute).toISOString(), ...observed })),
    endpoints,
    drift,
  })
})

/** That is how it is from now on: the record goes, and the same is no drift any more. */
drift.post('/providers/:slug/drift/:drift_id/accept', async (c) => {
  const slug = slugOf(c.req.param('slug'))
  const accepted = await providerHealth(c.env, slug).accept(c.req.param('drift_id'))
  if (!accepted) throw new Fault('not_found', `${slug} has no drift of this id: list them at /operator/drift`)
  return c.json({ accepted })
})

function slugOf(slug: string): string {
  if (!Object.hasOwn(PROVIDERS, slug)) throw new Fault('not_found', 'no such provider')
  return slug
}
