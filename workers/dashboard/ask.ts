import type { Context } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import type { Session } from './session.ts'

export type DashboardEnv = { Bindings: Env; Variables: { session: Session; api: Api } }

/** The Worker's own API: the dashboard may do what the key may do, by the same doors, and nothing else. */
export type Api = (request: Request) => Promise<Response>

export type Answer<T> = { ok: true; body: T } | { ok: false; status: number; detail: string }

/** Asks the API as the developer who is signed in; as somebody else only where they are named by headers. */
export async function ask<T>(
  c: Context<DashboardEnv>,
  method: string,
  path: string,
  body?: unknown,
  as: Record<string, string> = keyOf(c),
): Promise<Answer<T>> {
  const request = new Request(new URL(`/v2${path}`, c.req.url), {
    method,
    headers: { ...as, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const response = await c.get('api')(request)
  const answer = (await response.json()) as { detail?: string }
  if (response.ok) return { ok: true, body: answer as T }
  return { ok: false, status: response.status, detail: answer.detail ?? `the answer was ${response.status}` }
}

/** The key that signed in, as the API reads it. */
export function keyOf(c: Context<DashboardEnv>): Record<string, string> {
  const { dev_id, api_key } = c.get('session')
  return { 'dev-id': dev_id, 'x-api-key': api_key }
}
