import { aboutScope, SUPPLIER_SCOPES } from '../../shared/access/supplier-scopes.ts'
import { z } from '../../shared/base/zod.ts'
import { WebhookEvent } from '../../shared/schema/event.ts'
import { EXAMPLE_EVENTS } from '../../shared/schema/examples/events.ts'
import { API_VERSION } from '../../shared/schema/version.ts'
import { addAnswers } from '../api/answers.ts'
import type { Api } from '../api/route.ts'
import { TAGS } from '../api/tags.ts'
import { plainRefs } from './plain-refs.ts'
import { WEBHOOK_HEADERS } from './webhook-headers.ts'

const DESCRIPTION = `Health data from any source, in one schema, delivered in order.

Every call carries \`dev-id\` and \`x-api-key\`. Errors are \`application/problem+json\` (RFC 9457), and \`detail\` says what is wrong and
how to mend it. A key has scopes, and each operation names the one that it needs. A POST with an \`idempotency-key\` is done once, however
often it is sent within a day. \`ratelimit\` says how many calls are left in this minute. What a webhook receives is described under *Webhooks* and, one page for each event, at [/docs/events](/docs/events).`

const documents = new WeakMap<Api, object>()

/** One OpenAPI 3.1 document, from the schemas that the routes themselves use. */
export function openApiDocument(api: Api): object {
  const found = documents.get(api) ?? make(api)
  documents.set(api, found)
  return found
}

function make(api: Api): object {
  const registry = api.openAPIRegistry
  addAnswers(api)
  const key = (name: string, description: string) => ({ type: 'apiKey', in: 'header', name, description }) as const
  registry.registerComponent('securitySchemes', 'devId', key('dev-id', 'The developer'))
  registry.registerComponent('securitySchemes', 'apiKey', key('x-api-key', 'A key of theirs'))
  registry.registerComponent('securitySchemes', 'supplierToken', {
    type: 'oauth2',
    description: 'A token of a supplier, from `/oauth/token` of this deployment',
    flows: {
      clientCredentials: {
        tokenUrl: '/oauth/token',
        scopes: Object.fromEntries(SUPPLIER_SCOPES.map((scope) => [scope, aboutScope(scope)])),
      },
    },
  })
  registry.registerWebhook({
    operationId: 'receiveEvent',
    method: 'post',
    path: 'event',
    tags: ['Webhooks'],
    security: [],
    summary: 'What a webhook destination receives',
    description: 'One event, told apart by `type`. Answer 2xx within the time-out; anything else is tried again.',
    request: {
      headers: z.object(
        Object.fromEntries(
          WEBHOOK_HEADERS.map(({ name, description, example, always }) => {
            const text = z.string().openapi({ description, example })
            return [name, always ? text : text.optional()]
          }),
        ),
      ),
      body: { required: true, content: { 'application/json': { schema: WebhookEvent, examples: eventExamples() } } },
    },
    responses: {
      200: { description: 'Taken' },
      '4XX': { description: 'Refused: tried again, and parked when out of attempts' },
      '5XX': { description: 'Tried again' },
    },
  })
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Fascia',
      version: API_VERSION,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [
      { url: '/api/v2', description: 'This deployment' },
      { url: '/v2', description: 'The same, with the answers that older clients expect' },
    ],
    tags: [
      ...Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      { name: 'Webhooks', description: 'What is sent to you.' },
    ],
  })
  return plainRefs(document)
}

const eventExamples = () => Object.fromEntries(Object.entries(EXAMPLE_EVENTS).map(([type, value]) => [type, { value }]))
