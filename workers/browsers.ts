import { cors } from 'hono/cors'

/** Pages of any origin may call: what lets a caller in is a header, which no browser sends by itself. */
export const browsers = cors({
  origin: '*',
  allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowHeaders: [
    'dev-id',
    'x-api-key',
    'authorization',
    'content-type',
    'idempotency-key',
    // Of suppliers: what they send, how it is packed, and who signed it.
    'content-encoding',
    'content-digest',
    'signature',
    'signature-input',
    // Sent by the official client with every request.
    'x-fern-language',
    'x-fern-sdk-name',
    'x-fern-sdk-version',
    'x-fern-runtime',
    'x-fern-runtime-version',
  ],
  exposeHeaders: [
    'terra-reference',
    'x-request-id',
    'ratelimit',
    'ratelimit-policy',
    'retry-after',
    'idempotent-replayed',
    'www-authenticate',
    'accept-signature',
    'x-terra-ratelimit-limit',
    'x-terra-ratelimit-remaining',
    'x-terra-ratelimit-reset-after',
    'x-terra-ratelimit-rule',
  ],
  maxAge: 600,
})
