import type { z } from '../../shared/base/zod.ts'
import { Problem } from '../problem.ts'
import type { Api } from './route.ts'

/** What a request may come to beside its answer. The ones a route does not name in `fails` follow from its shape. */
const FAILURES = {
  400: ['BadRequest', 'A parameter or a field is wrong; `detail` names it', 'limit is from 1 to 500'],
  401: ['Unauthorized', 'Missing or wrong credentials', 'dev-id or x-api-key headers are missing'],
  403: ['Forbidden', 'The key, or the link, does not allow this', 'this key lacks the scope destinations:write'],
  404: ['NotFound', 'Not there, or not yours', 'user not found'],
  409: [
    'Conflict',
    'The state of the thing does not allow it now',
    'the destination is disabled; set its state to active first',
  ],
  410: ['Gone', 'It was there and is no more', 'this sign-in is over; start a new one'],
  413: ['TooLarge', 'The body is too large', 'the body is larger than 1048576 bytes; send less in one call'],
  415: [
    'UnsupportedMediaType',
    'The body is of a kind that this path does not take',
    'send the file as multipart/form-data',
  ],
  421: [
    'WrongRegion',
    'Data of your region go by another host; `detail` and `location` name it',
    'us.api.example.com is of the region us, yours is eu: use eu.api.example.com',
  ],
  422: ['Unprocessable', 'Well-formed, but it cannot be used', 'the provider does not take this plan'],
  424: ['Upstream', 'The provider did not do its part', 'the provider did not answer in time; try again'],
  429: [
    'RateLimited',
    'Too many requests; `retry-after` says when to come again',
    'too many requests of this key; try again in 5 s',
  ],
  500: [
    'Mistake',
    'Our mistake; it was recorded',
    'this is our mistake; it was recorded, and the same request may be sent again',
  ],
  503: ['Unavailable', 'Not now; `retry-after` says when to come again', 'the inbox is full; send again later'],
} as const
export type Failure = keyof typeof FAILURES

const TITLES: Record<Failure, string> = {
  400: 'bad request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not found',
  409: 'conflict',
  410: 'gone',
  413: 'payload too large',
  415: 'unsupported media type',
  421: 'misdirected request',
  422: 'unprocessable entity',
  424: 'failed dependency',
  429: 'too many requests',
  500: 'internal server error',
  503: 'service unavailable',
}

export const REFERENCE_HEADER = { 'terra-reference': { $ref: '#/components/headers/TerraReference' } }
/** Of every answer to a key. */
export const LIMIT_HEADERS = {
  ratelimit: { $ref: '#/components/headers/RateLimit' },
  'ratelimit-policy': { $ref: '#/components/headers/RateLimitPolicy' },
}
export const REPLAYED_HEADER = { 'idempotent-replayed': { $ref: '#/components/headers/IdempotentReplayed' } }
export const failure = (status: Failure) => ({ $ref: `#/components/responses/${FAILURES[status][0]}` })

const RETRY_AFTER = { description: 'Seconds to wait', schema: { type: 'string' as const }, example: '5' }

/** Says each failure that a route names once; routes refer to it. */
export function addAnswers(api: Api): void {
  const registry = api.openAPIRegistry
  registry.registerComponent('headers', 'TerraReference', {
    description: 'Names this request; the data it asked for carries it too',
    schema: { type: 'string' },
    example: 'req_3f9a1c07d2e84b56a90b7c1e5d4f2a68',
  })
  registry.registerComponent('headers', 'RateLimitPolicy', {
    description: 'How many requests (q) of the key and of the developer are answered in so many seconds (w)',
    schema: { type: 'string' },
    example: '"key";q=6000;w=60, "developer";q=30000;w=60',
  })
  registry.registerComponent('headers', 'RateLimit', {
    description: 'How many are left (r), and the seconds until they begin anew (t)',
    schema: { type: 'string' },
    example: '"key";r=5999;t=43, "developer";r=29999;t=43',
  })
  registry.registerComponent('headers', 'IdempotentReplayed', {
    description: '`true`: the answer is that of the first request with this idempotency-key',
    schema: { type: 'string', enum: ['true'] },
    example: 'true',
  })
  registry.register('Problem', Problem)
  const named = new Set(
    registry.definitions.flatMap((one) => (one.type === 'route' ? Object.keys(one.route.responses) : [])),
  )
  for (const [text, [name, description, detail]] of Object.entries(FAILURES)) {
    const status = Number(text) as Failure
    if (!named.has(text)) continue
    const waits = status === 429 || status === 503
    registry.registerComponent('responses', name, {
      description,
      headers: {
        ...REFERENCE_HEADER,
        ...(waits && { 'retry-after': RETRY_AFTER }),
        ...(status === 429 && LIMIT_HEADERS),
      },
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/Problem' },
          example: exampleOf(status, detail),
        },
      },
    })
  }
}

const exampleOf = (status: Failure, detail: string): z.infer<typeof Problem> => ({
  type: 'about:blank',
  title: TITLES[status],
  instance: '/api/v2/destinations',
  detail,
  status: 'error',
  message: detail,
})
