import type { Context } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { type Answer, type Api, callApi } from '../pages/call-api.ts'
import type { Session } from './session.ts'

export type DashboardEnv = { Bindings: Env; Variables: { session: Session; api: Api } }

/** Asks the API as the developer who is signed in; as somebody else only where they are named by headers. */
export const ask = <T>(
  c: Context<DashboardEnv>,
  method: string,
  path: string,
  body?: unknown,
  as: Record<string, string> = keyOf(c),
): Promise<Answer<T>> =>
  callApi<T>(c.get('api'), {
    url: new URL(`/v2${path}`, c.req.url),
    method,
    headers: { ...as, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })

/** The key that signed in, as the API reads it. */
export function keyOf(c: Context<DashboardEnv>): Record<string, string> {
  const { dev_id, api_key } = c.get('session')
  return { 'dev-id': dev_id, 'x-api-key': api_key }
}
