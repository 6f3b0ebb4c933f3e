import { Hono } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { Fault } from '../../shared/base/fault.ts'
import { newId } from '../../shared/base/ids.ts'
import { MAX_INGEST_BYTES } from '../../shared/base/limits.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { settings } from '../../shared/base/settings.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { countDropped } from '../../shared/db/counters.ts'
import { open } from '../../shared/db/open.ts'
import { callsUs } from '../../shared/source/define.ts'
import { receive } from '../../shared/source/receive.ts'
import { acceptSlices } from './accept.ts'
import { express, expressFree, nudgePayloads } from './express.ts'
import { readBody } from './read-body.ts'

const REFUSED = { 400: 'bad_request', 401: 'unauthorized', 405: 'method_not_allowed' } as const

/** Where providers call. Nothing is stored of what is not verified; a 2xx means that every slice is committed. */
export const ingest = new Hono<{ Bindings: Env }>()

ingest.all('/:provider/:secret', async (c) => {
  const { env } = c
  const receivedAt = Date.now()
  const provider = PROVIDERS[c.req.param('provider')]
  const app = provider && settings(env).PROVIDER_APPS[provider.slug]
  if (!provider || !app || !callsUs(provider)) throw new Fault('not_found', 'no such provider here')
  const url = new URL(c.req.url)
  const body = await readBody(c.req.raw, MAX_INGEST_BYTES)
  const call = {
    method: c.req.method,
    secret: c.req.param('secret'),
    query: url.searchParams,
    headers: c.req.raw.headers,
    body,
  }
  const received = receive(provider, call, app, receivedAt)
  if (received.kind === 'answer')
    return new Response(received.body, { status: received.status, headers: { 'content-type': received.contentType } })
  if (received.kind === 'refused') {
    logLine('call refused', { provider: provider.slug, status: received.status, reason: received.reason })
    throw new Fault(REFUSED[received.status], received.reason)
  }
  const bulk = url.searchParams.get('origin') === 'backfill'
  const goesOn = !bulk && expressFree()
  const accepted = await acceptSlices(
    env,
    { provider: provider.slug, origin: bulk ? 'backfill' : 'live', trace: newId('req'), receivedAt },
    received.slices,
    goesOn,
  )
  if (received.ownerless > 0) c.executionCtx.waitUntil(countDropped(open(env.DB), 'ownerless item', received.ownerless))
  for (const one of accepted) {
    c.executionCtx.waitUntil(nudgePayloads(env, one, bulk ? 'bulk' : goesOn ? 'express' : 'queue'))
    if (goesOn) c.executionCtx.waitUntil(express(env, one, (told) => c.executionCtx.waitUntil(told)))
  }
  return c.body(null, received.ok as 200)
})
