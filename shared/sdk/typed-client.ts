import createFetchClient, { type Client as FetchClient } from 'openapi-fetch'
import type { components, paths } from './generated/api.ts'

/** Every schema of the document by its name: `Schemas['Destination']`, `Schemas['WebhookEvent']`. */
export type Schemas = components['schemas']
export type TypedClient = FetchClient<paths>

export interface TypedClientOptions {
  /** Where Fascia is: `https://fascia.example`. */
  baseUrl: string
  devId: string
  apiKey: string
  fetch?: typeof fetch
}

/**
 * A client whose paths, parameters, bodies and answers are those of the OpenAPI document, checked by the compiler.
 *
 *     const fascia = createTypedClient({ baseUrl, devId, apiKey })
 *     const { data, error } = await fascia.GET('/sleep', {
 *       params: { query: { user_id, start_date: '2026-07-01', to_webhook: false } },
 *     })
 *
 * It does not throw on a refusal: `error` is then the problem, and `data` undefined.
 */
export function createTypedClient({ baseUrl, devId, apiKey, fetch }: TypedClientOptions): TypedClient {
  return createFetchClient<paths>({
    baseUrl: `${baseUrl.replace(/\/+$/, '')}/api/v2`,
    headers: { 'dev-id': devId, 'x-api-key': apiKey },
    ...(fetch && { fetch: (request: Request) => fetch(request) }),
  })
}
