import { WebhookEvent } from '../../shared/schema/event.ts'
import { API_VERSION } from '../../shared/schema/version.ts'
import type { Api } from '../api/route.ts'

let document: object | undefined

/** One OpenAPI 3.1 document, from the schemas that the routes themselves use. */
export function openApiDocument(api: Api): object {
  if (document) return document
  const registry = api.openAPIRegistry
  registry.registerComponent('securitySchemes', 'devId', { type: 'apiKey', in: 'header', name: 'dev-id' })
  registry.registerComponent('securitySchemes', 'apiKey', { type: 'apiKey', in: 'header', name: 'x-api-key' })
  registry.registerWebhook({
    method: 'post',
    path: 'event',
    summary: 'What a webhook destination receives',
    request: { body: { content: { 'application/json': { schema: WebhookEvent } } } },
    responses: { 200: { description: 'Taken; anything but 2xx is retried' } },
  })
  document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Fascia',
      version: API_VERSION,
      description: 'Health data from any source, in one schema, delivered in order.',
    },
    servers: [{ url: '/api/v2' }, { url: '/v2' }],
  })
  return document
}
