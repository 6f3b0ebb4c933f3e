import type { Context } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { Fault } from '../../shared/base/fault.ts'

/** A file of Static Assets at the address that was asked for: put there by `make-assets.ts`. */
export async function sendAsset<E extends { Bindings: Env }>(c: Context<E>): Promise<Response> {
  const found = await c.env.ASSETS.fetch(new Request(c.req.url))
  if (!found.ok) throw new Fault('not_found', `nothing is at ${c.req.path}`)
  const response = new Response(found.body, found)
  response.headers.set('cache-control', 'public, max-age=300')
  response.headers.set('x-content-type-options', 'nosniff')
  return response
}
