import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { z } from '../../shared/base/zod.ts'
import type { ApiEnv } from '../access.ts'
import { Problem } from '../problem.ts'

export type Api = OpenAPIHono<ApiEnv>
export const newApi = (): Api => new OpenAPIHono<ApiEnv>()

interface Route {
  method: 'get' | 'post' | 'patch' | 'delete'
  path: string
  summary: string
  tag: string
  query?: z.ZodObject
  params?: z.ZodObject
  body?: z.ZodType
  answer?: z.ZodType
  status?: number
  /** Needs no key. */
  open?: boolean
}

/**
 * Adds a route and its description from the same schemas. Inputs are parsed by the handler (`queryOf`, `inputOf`), because
 * the wire contract takes bodies in forms and places that the generated validators refuse.
 */
export function route(
  api: Api,
  { method, path, summary, tag, query, params, body, answer, status = 200, open = false }: Route,
  handle: (c: Context<ApiEnv>) => Response | Promise<Response>,
): void {
  const json = (schema: z.ZodType) => ({ 'application/json': { schema } })
  const problem = (description: string) => ({
    description,
    content: { 'application/problem+json': { schema: Problem } },
  })
  const config: RouteConfig = {
    method,
    path: path.replace(/:(\w+)/g, '{$1}'),
    summary,
    tags: [tag],
    security: open ? [] : [{ devId: [], apiKey: [] }],
    request: { query, params, body: body && { content: json(body) } },
    responses: {
      [status]: { description: 'Done', content: answer && json(answer) },
      400: problem('A parameter or field is wrong; detail names it'),
      401: problem('Missing or wrong credentials'),
      404: problem('Not there'),
    },
  }
  api.openAPIRegistry.registerPath(config)
  api.on(method.toUpperCase(), path, handle)
}

/** The query, parsed; refusals name the parameter. */
export const queryOf = <T>(c: Context, schema: z.ZodType<T>): T => schema.parse(c.req.query())

/** `true`/`false` as clients send them. */
export const queryFlag = (otherwise: boolean) =>
  z
    .enum(['true', 'false', 'True', 'False', '1', '0'])
    .optional()
    .transform((text) => (text === undefined ? otherwise : /^(true|1)$/i.test(text)))
