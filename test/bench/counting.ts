import type { Env } from '../../durable-objects/env.ts'
import garmin from '../../shared/providers/garmin.ts'
import { processPayload } from '../../shared/source/process.ts'
import { receive } from '../../shared/source/receive.ts'
import { toAppend } from '../../shared/source/record.ts'
import { schemaCheck } from '../../shared/supply/schema-check.ts'
import worker, * as product from '../../workers/index.ts'
import { NIGHTS } from '../suppliers/nights.ts'
import { countBindings, countClass, counts } from './counters.ts'

/**
 * The product with counters around it, for the counting runs of the benchmark only: the product holds none. Everything the
 * platform bills is counted where the product meets the platform.
 */
export const EventLog = countClass(product.EventLog)
export const Connection = countClass(product.Connection)
export const DestinationGate = countClass(product.DestinationGate)
export const OrphanBox = countClass(product.OrphanBox)
export const ProviderHealth = countClass(product.ProviderHealth)
export const RateBudget = countClass(product.RateBudget)
export const StreamHub = countClass(product.StreamHub)
export const StreamSession = countClass(product.StreamSession)
export const SupplierDesk = countClass(product.SupplierDesk)

export default {
  async fetch(
    request: Request<unknown, IncomingRequestCfProperties>,
    env: Env,
    ctx: ExecutionContext,
  ): Promise<Response> {
    const url = new URL(request.url)
    if (url.pathname === '/bench/counts') return Response.json(counts)
    if (url.pathname === '/bench/work') return work(url.searchParams, await request.text())
    countBindings(env)
    counts.requests = (counts.requests ?? 0) + 1
    return worker.fetch(request, env, ctx)
  },
  async queue(batch: MessageBatch<never>, env: Env, ctx: ExecutionContext): Promise<void> {
    countBindings(env)
    counts.queueBatches = (counts.queueBatches ?? 0) + 1
    counts.queueMessages = (counts.queueMessages ?? 0) + batch.messages.length
    return worker.queue(batch, env, ctx)
  },
  scheduled: (controller: ScheduledController, env: Env) => worker.scheduled(controller, env),
}

const encoder = new TextEncoder()

/** The same bytes many times, either through JSON alone or through the product's cutting, normalizing and writing. */
async function work(query: URLSearchParams, text: string): Promise<Response> {
  const times = Number(query.get('times'))
  let out = 0
  if (query.get('what') === 'json') {
    for (let i = 0; i < times; i++) out += JSON.stringify(JSON.parse(text)).length
    return Response.json({ out })
  }
  if (query.get('what') === 'validate') return Response.json({ good: validated(text, times) })
  const provider = garmin
  const app = { client_id: 'x', client_secret: 'x', ingest_secret: 'secret-of-the-benchmark' }
  const call = {
    method: 'POST',
    secret: app.ingest_secret,
    query: new URLSearchParams(),
    headers: new Headers({ 'garmin-client-id': 'x' }),
    body: encoder.encode(text),
  }
  let records = 0
  for (let i = 0; i < times; i++) {
    const received = receive(provider, call, app, 0)
    if (received.kind !== 'slices') throw new Error(`the benchmark's push was ${received.kind}`)
    for (const { resource, kind, body } of received.slices) {
      const about = {
        payload_id: 'p',
        user_id: 'u',
        origin: 'live',
        trace: 't',
        receivedAt: Date.now(),
        number: 1,
        provider: 'garmin',
      } as const
      const processed = toAppend(processPayload(provider, { ...about, resource, kind, body }), 0)
      records += processed.records.length
      for (const record of processed.records) out += record.body?.length ?? 0
    }
  }
  return Response.json({ out, records: records / times })
}

/** Records that are parsed and checked by their contract's schema, and nothing else. */
function validated(text: string, times: number): number {
  const check = schemaCheck(NIGHTS.schema)
  let good = 0
  for (let i = 0; i < times; i++) for (const line of text.split('\n')) if (check(JSON.parse(line)).length === 0) good++
  return good
}
