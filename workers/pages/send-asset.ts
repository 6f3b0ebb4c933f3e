import type { Context } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { Fault } from '../../shared/base/fault.ts'

/** The same for everybody, and nothing else than it says. */
const HEADERS = { 'cache-control': 'public, max-age=300', 'x-content-type-options': 'nosniff' }

/** A file of Static Assets at the address that was asked for: put there by `make-assets.ts`. */
export async function sendAsset<E extends { Bindings: Env }>(c: Context<E>): Promise<Response> {
  const found = await c.env.ASSETS.fetch(new Request(c.req.url))
  if (!found.ok) throw new Fault('not_found', `nothing is at ${c.req.path}`)
  const response = new Response(found.body, found)
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value)
  return response
}

/** A style sheet or a script that is in the code. */
export const sendText = (c: Context, text: string, type: 'css' | 'javascript') =>
  c.body(text, 200, { 'content-type': `text/${type}; charset=utf-8`, ...HEADERS })
