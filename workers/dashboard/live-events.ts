import type { Context } from 'hono'
import { type DashboardEnv, keyOf } from './ask.ts'

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-content-type-options': 'nosniff',
}

/**
 * The developer's stream, as our own API sends it, for a page that holds no key. A browser that lost the link comes with the
 * id of the last event, and goes on there. A refusal is an event: a page cannot read the answer of an EventSource that failed.
 */
export async function liveEvents(c: Context<DashboardEnv>): Promise<Response> {
  const last = c.req.header('last-event-id')
  const url = new URL('/v2/stream', c.req.url)
  for (const name of ['after', 'users']) {
    const given = c.req.query(name)
    // The header is newer than the address, which is that of the first time.
    if (given !== undefined && !(name === 'after' && last)) url.searchParams.set(name, given)
  }
  const headers = { ...keyOf(c), accept: 'text/event-stream', ...(last && { 'last-event-id': last }) }
  const response = await c.get('api')(new Request(url, { headers, signal: c.req.raw.signal }))
  if (response.ok) return new Response(response.body, { headers: HEADERS })
  const { detail = `the answer was ${response.status}` } = (await response.json()) as { detail?: string }
  const refusal = JSON.stringify({ status: response.status, detail })
  return new Response(`event: refused\ndata: ${refusal}\n\n`, { headers: HEADERS })
}
