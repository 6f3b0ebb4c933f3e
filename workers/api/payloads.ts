import type { Context } from 'hono'
import { isPayloadThere, openPayload } from '../../durable-objects/payload-link.ts'
import { isSigned, linkToPayload, type PayloadPlace, placeOfPayload } from '../../shared/access/payload-links.ts'
import { Fault } from '../../shared/base/fault.ts'
import { LONGEST_PAYLOAD_LINK_S, PAYLOAD_LINK_S } from '../../shared/base/limits.ts'
import { settings } from '../../shared/base/settings.ts'
import { SECOND_MS } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import { EXAMPLE_EVENTS } from '../../shared/schema/examples/events.ts'
import { EXAMPLE_PAYLOAD_ID } from '../../shared/schema/examples/user.ts'
import type { ApiEnv } from '../access.ts'
import { baseUrlOf } from '../base-url.ts'
import { inputOf } from '../read-input.ts'
import { type Api, queryOf, route } from './route.ts'

const tag = 'Deliveries'
const { url } = EXAMPLE_EVENTS.s3_payload
const example = Object.fromEntries(new URL(url).searchParams)

const PayloadId = z.object({
  payload_id: z.string().openapi({ description: 'A payload, as links name it', example: EXAMPLE_PAYLOAD_ID }),
})
const Signed = z.object({
  expires: z
    .string()
    .regex(/^\d{1,11}$/, 'is not a time in seconds')
    .openapi({ description: 'When the link ends: seconds since 1970', example: example.expires }),
  signature: z.string().max(200).openapi({ description: 'Of the id and the end', example: example.signature }),
})
const LinkInput = z.strictObject({
  expires_in: z
    .int()
    .min(1)
    .max(LONGEST_PAYLOAD_LINK_S)
    .default(PAYLOAD_LINK_S)
    .describe('Seconds that the link is good for'),
})

function placeOf(c: Context<ApiEnv>): PayloadPlace {
  const place = placeOfPayload(c.req.param('payload_id') ?? '')
  if (!place) throw new Fault('not_found', 'payload not found')
  return place
}

export function addPayloads(api: Api): void {
  route(
    api,
    {
      id: 'getPayload',
      method: 'get',
      path: '/payloads/:payload_id',
      open: true,
      tag,
      summary: 'What a link leads to',
      description:
        'Events of the type `s3_payload` carry such links; they need no key, and end. The answer is the event, byte for byte as it would have been sent. It is kept for 30 days, and goes with its connection before.',
      params: PayloadId,
      query: Signed,
      answer: z.looseObject({ type: z.string() }),
      example: EXAMPLE_EVENTS.deauth,
      fails: [403, 410],
    },
    async (c) => {
      const place = placeOf(c)
      const query = queryOf(c, Signed)
      if (!isSigned(settings(c.env).ROOT_KEY, c.req.param('payload_id')!, query))
        throw new Fault('forbidden', 'the signature is not ours; use the link as it was given, to its last character')
      if (Number(query.expires) * SECOND_MS <= Date.now())
        throw new Fault('forbidden', `the link has ended; POST ${new URL(c.req.url).pathname}/link makes another`)
      const body = await openPayload(c.env, place)
      if (body === undefined)
        throw new Fault('gone', 'the payload is gone: it was kept for 30 days, or its connection was erased')
      return c.body(body, 200, { 'content-type': 'application/json', 'cache-control': 'private, no-store' })
    },
  )
  route(
    api,
    {
      id: 'createPayloadLink',
      method: 'post',
      path: '/payloads/:payload_id/link',
      // Not `deliveries:read`: what the link opens are the data themselves.
      scope: 'data:read',
      tag,
      summary: 'A new link to a payload',
      description: 'Where the one that was sent has ended. The request needs no body.',
      params: PayloadId,
      body: LinkInput,
      bodyOptional: true,
      bodyExample: { expires_in: PAYLOAD_LINK_S },
      answer: z.object({ url: z.url(), expires_in: z.int() }),
      example: { url, expires_in: PAYLOAD_LINK_S },
    },
    async (c) => {
      const place = placeOf(c)
      const { expires_in } = await inputOf(c, LinkInput)
      if (place.developer_id !== c.get('developer').developer_id || !(await isPayloadThere(c.env, place)))
        throw new Fault('not_found', 'payload not found')
      const expiresAt = Date.now() + expires_in * SECOND_MS
      const id = c.req.param('payload_id')!
      return c.json({ url: linkToPayload(settings(c.env).ROOT_KEY, baseUrlOf(c), id, expiresAt), expires_in })
    },
  )
}
