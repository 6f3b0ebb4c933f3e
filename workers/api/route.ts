import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import type { Scope } from '../../shared/access/scopes.ts'
import { z } from '../../shared/base/zod.ts'
import { type ApiEnv, developerOnly, scoped } from '../access.ts'
import { idempotent } from '../idempotency.ts'
import { rateLimited } from '../rate-limit.ts'
import { type Failure, failure, LIMIT_HEADERS, REFERENCE_HEADER, REPLAYED_HEADER } from './answers.ts'
import type { Tag } from './tags.ts'

export type Api = OpenAPIHono<ApiEnv>
export const newApi = (): Api => new OpenAPIHono<ApiEnv>()

export interface About {
  /** operationId: its name in generated clients. */
  id: string
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  path: string
  tag: Tag
  summary: string
  description: string
  query?: z.ZodObject
  params?: z.ZodObject
  status?: number
  /** Where it is asked for something else, it answers this instead. */
  instead?: { status: number; what: string; answer: z.ZodType; example: unknown }
  /** What else can come of it; 400, 401, 404, 413 and 500 follow from the rest. */
  fails?: Failure[]
}
/** The body is bytes, of this kind; the handler reads them as they come. It is not one that an Idempotency-Key can tell. */
export type Streamed = { bytes: string; bytesAre: string; bytesExample?: string }
/** Either it needs no key, or a key that may do this. */
type Opened = { open: true; scope?: undefined } | { open?: false; scope: Scope }
/** Only 204 and redirects have no answer. `others`: answers that look different, by what they are. */
export type Answered<A extends z.ZodType> =
  | { answer?: undefined; example: string; others?: undefined; events: string }
  | { answer: A; example: z.input<A>; others?: Record<string, z.input<A>> }
  | { answer?: undefined; example?: undefined; others?: undefined; status: 204 | 302 | 303 }
export type Asked<B extends z.ZodType> =
  | { body: B; bodyExample: z.input<B>; bodyOptional?: boolean }
  | { body?: undefined; bodyExample?: undefined; bodyOptional?: undefined }

/**
 * Adds a route and its description from the same schemas. Inputs are parsed by the handler (`queryOf`, `inputOf`), because
 * the wire contract takes bodies in forms and places that the generated validators refuse.
 */
export function route<A extends z.ZodType, B extends z.ZodType>(
  api: Api,
  about: About & Opened & Answered<A> & (Asked<B> & Partial<Streamed>),
  handle: (c: Context<ApiEnv>) => Response | Promise<Response>,
): void {
  const { method, scope, bytes } = about
  guarded(
    api,
    about,
    scope
      ? {
          guards: guards(method, scope, bytes !== undefined),
          security: [{ devId: [], apiKey: [scope] }],
          needs: scope,
          limited: true,
          repeatable: method === 'post' && !bytes,
        }
      : { guards: [], security: [], limited: false, repeatable: false },
    handle,
  )
}

/** Who is let in, and how that is described. */
export interface Door<E extends ApiEnv> {
  guards: MiddlewareHandler<E>[]
  security: Record<string, string[]>[]
  /** The scope that its description names. */
  needs?: string
  /** Its calls are counted, and answers say how many are left. */
  limited: boolean
  /** It takes an Idempotency-Key. */
  repeatable: boolean
}
export function guarded<A extends z.ZodType, B extends z.ZodType, E extends ApiEnv>(
  api: Api,
  about: About & Answered<A> & (Asked<B> & Partial<Streamed>),
  door: Door<E>,
  handle: (c: Context<E>) => Response | Promise<Response>,
): void {
  const { id, method, path, tag, summary, description, query, params, status = 200 } = about
  const { answer, example, others, body, bodyExample, bodyOptional, bytes, bytesAre, bytesExample } = about
  const { instead } = about
  const events = 'events' in about ? about.events : undefined
  const config: RouteConfig = {
    operationId: id,
    method,
    path: path.replace(/:(\w+)/g, '{$1}'),
    tags: [tag],
    summary,
    description: door.needs ? `${description} Needs the scope \`${door.needs}\`.` : description,
    security: door.security,
    request: {
      query,
      params,
      headers: door.repeatable ? IdempotencyKey : undefined,
      body: bytes
        ? {
            required: true,
            description: bytesAre,
            content: {
              [bytes]: {
                schema: { type: 'string', format: 'binary' },
                ...(bytesExample !== undefined && { example: bytesExample }),
              },
            },
          }
        : body && { required: !bodyOptional, content: json(body, { example: bodyExample }) },
    },
    responses: {
      [status]: {
        description: events ?? 'Done',
        headers: {
          ...REFERENCE_HEADER,
          ...(door.limited && LIMIT_HEADERS),
          ...(door.repeatable && REPLAYED_HEADER),
        },
        content: events
          ? { 'text/event-stream': { schema: { type: 'string' }, example } }
          : answer && json(answer, others ? { examples: named({ Usually: example, ...others }) } : { example }),
      },
      ...(instead && {
        [instead.status]: {
          description: instead.what,
          headers: { ...REFERENCE_HEADER, ...(door.limited && LIMIT_HEADERS) },
          content: json(instead.answer, { example: instead.example }),
        },
      }),
      ...Object.fromEntries(failuresOf(about, door).map((one) => [one, failure(one)])),
    },
  }
  api.openAPIRegistry.registerPath(config)
  api.on(
    method.toUpperCase(),
    [path],
    ...(door.guards as unknown as MiddlewareHandler<ApiEnv>[]),
    handle as unknown as (c: Context<ApiEnv>) => Response | Promise<Response>,
  )
}

/** What stands before a handler. Not before paths: where nothing is, nobody needs a key to be told so. */
const guards = (method: About['method'], scope: Scope, streamed: boolean): MiddlewareHandler<ApiEnv>[] => [
  developerOnly,
  rateLimited,
  scoped(scope),
  ...(method === 'post' && !streamed ? [idempotent] : []),
]
const IdempotencyKey = z.object({
  'idempotency-key': z.string().min(1).max(255).optional().openapi({
    description:
      'The same request with the same key is done once, and answered for 24 hours as it was the first time, with `idempotent-replayed: true`',
    example: '6f1c2d3e-4a5b-4c6d-8e7f-901a2b3c4d5e',
  }),
})

const json = (schema: z.ZodType, shown: { example?: unknown; examples?: Record<string, { value: unknown }> }) => ({
  'application/json': { schema, ...shown },
})
const named = (examples: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }]))

function failuresOf(
  { query, params, fails = [], body, bytes }: About & { body?: z.ZodType; bytes?: string },
  { security, repeatable }: Pick<Door<ApiEnv>, 'security' | 'repeatable'>,
): Failure[] {
  const found = new Set<Failure>([...fails, 500])
  if (query || body) found.add(400)
  if (body || bytes) found.add(400).add(413).add(415)
  if (params) found.add(404)
  if (security.length > 0) found.add(401).add(403).add(429)
  if (repeatable) found.add(400).add(409).add(422)
  if (bytes) found.add(503)
  return [...found].sort((a, b) => a - b)
}

/** The query, parsed; refusals name the parameter. */
export const queryOf = <T>(c: Context, schema: z.ZodType<T>): T => schema.parse(c.req.query())

/** `true`/`false` as clients send them. */
export const queryFlag = (otherwise: boolean) =>
  z
    .enum(['true', 'false', 'True', 'False', '1', '0'])
    .optional()
    .transform((text) => (text === undefined ? otherwise : /^(true|1)$/i.test(text)))
