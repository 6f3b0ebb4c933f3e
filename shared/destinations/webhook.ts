import { z } from '../base/zod.ts'
import { beginning } from '../delivery/answer.ts'
import {
  attributesOf,
  CLOUD_EVENT,
  CLOUD_EVENTS,
  cloudEvent,
  cloudEventAt,
  cloudEvents,
} from '../delivery/cloud-event.ts'
import { defineDestination, type Parcel, type SendContext, type Signing } from '../delivery/define.ts'
import { linkMessage } from '../delivery/link-message.ts'
import { delivered, retry, retryAfterMs, type Sent } from '../delivery/outcome.ts'
import { batchOf } from '../delivery/parcel.ts'
import { signatureHeaders } from '../delivery/sign.ts'

/** Statuses that speak of this event rather than of the destination. */
const ABOUT_THE_EVENT = new Set([400, 406, 409, 411, 413, 414, 415, 422, 431])

/** The wire contract's: how long a link in a webhook is good for, seconds. */
const LINK_S = 300

/** What a call says of itself: receivers rely on it. */
const OUR_HEADERS = [
  'content-type',
  'content-length',
  'host',
  'user-agent',
  'terra-*',
  'x-terra-*',
  'webhook-*',
  'fascia-*',
]
const isOurs = (name: string): boolean =>
  OUR_HEADERS.some((ours) =>
    ours.endsWith('*') ? name.toLowerCase().startsWith(ours.slice(0, -1)) : name.toLowerCase() === ours,
  )

/**
 * POST of one event (or a batch). A request that timed out may still be processed by the receiver, later than newer
 * events: it is recognized by its old ordering timestamp and seq.
 */
export default defineDestination({
  type: 'webhook',
  title: 'Webhook',
  about: 'Each event is posted as JSON, signed, in order for each user. A 2xx answer takes it.',
  settings: z.strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .refine((url) => !/^[a-z]+:\/\/[^/]*@/i.test(url), 'has credentials in it; use the signature instead')
      .describe('Where events are posted'),
    double_signature: z
      .boolean()
      .default(false)
      .describe(
        'After a rotation, sign with both secrets until the older one ends. Some verifiers take one signature only',
      ),
    format: z
      .enum(['plain', 'cloudevents'])
      .default('plain')
      .describe(
        '`cloudevents`: each event in an envelope of CloudEvents 1.0 (structured mode; a batch is a JSON array of them)',
      ),
    payload: z
      .enum(['inline', 'link'])
      .default('inline')
      .describe(
        '`inline`: the call carries the event; `link`: the event is stored, and the call carries a link to it that is good for five minutes',
      ),
  }),
  secrets: z.strictObject({
    headers: z
      .record(z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'is not the name of a header'), z.string().max(4_096))
      .refine((headers) => Object.keys(headers).length <= 20, 'are more than 20 headers')
      .refine((headers) => !Object.keys(headers).some(isOurs), `cannot replace ${[...OUR_HEADERS].join(', ')}`)
      .optional()
      .describe('Headers of your own, sent with each call: a token of your gateway, for example'),
  }),
  hosts: (settings) => [new URL(settings.url).host],
  async send(parcel, context) {
    const { settings, secrets, signing, signal, fetch, now } = context
    const { contentType, body } = await written(parcel, context)
    const headers = {
      ...secrets.headers,
      'content-type': contentType,
      ...eventHeaders(parcel),
      ...signatureHeaders(
        body,
        parcel.trace_id,
        signingSecrets(signing, settings.double_signature ? now() : undefined),
        now(),
      ),
    }
    let response: Response
    try {
      response = await fetch(settings.url, { method: 'POST', headers, body, redirect: 'manual', signal })
    } catch (error) {
      return failure(error, signal)
    }
    if (response.ok) {
      // The answer's body is of no interest, but an unread one holds the connection.
      await response.body?.cancel().catch(() => undefined)
      return delivered(response.status)
    }
    return refused(response, signal, now())
  },
})

type Context = SendContext<{ format: string; payload: string }, unknown>
/** What a call carries: the event or a link to it, in an envelope or not. A retry leads to the same payload, by a new link. */
async function written(parcel: Parcel, context: Context): Promise<{ contentType: string; body: string }> {
  const { settings } = context
  const enveloped = settings.format === 'cloudevents'
  if (parcel.parts) {
    const parts = await Promise.all(parcel.parts.map((part) => written(part, context)))
    const bodies = parts.map(({ body }) => body)
    return enveloped ? { contentType: CLOUD_EVENTS, body: cloudEvents(bodies) } : plain(batchOf(parcel, bodies))
  }
  const { trace_id: id, type, user_id, body: text } = parcel
  const url = settings.payload === 'link' ? (await context.linkTo({ id, type, user_id, text }, LINK_S)).url : undefined
  if (!enveloped) return plain(url === undefined ? text : linkMessage(url, LINK_S))
  const { seqs, prevSeq, origin, orderingTimestamp, receivedAt } = parcel
  const attributes = attributesOf(
    { id, type, user_id, seq: seqs.at(-1)!, seqs, prevSeq, origin, appendedAt: orderingTimestamp, receivedAt },
    context,
  )
  const body = url === undefined ? cloudEvent(attributes, text) : cloudEventAt(attributes, url)
  return { contentType: CLOUD_EVENT, body }
}
const plain = (body: string) => ({ contentType: 'application/json', body })

const signingSecrets = ({ signing_secret, previous }: Signing, bothAt: number | undefined): string[] =>
  previous && bothAt !== undefined && previous.until > bothAt
    ? [signing_secret, previous.signing_secret]
    : [signing_secret]

function eventHeaders(parcel: Parcel): Record<string, string> {
  const headers: Record<string, string> = {
    'user-agent': 'Fascia/1',
    'terra-reference': parcel.reference,
    'X-Terra-Trace-Id': parcel.trace_id,
    'X-Terra-Ordering-Timestamp': String(parcel.orderingTimestamp),
    'fascia-event-seq': String(parcel.seqs.at(-1)),
    'fascia-event-seqs': parcel.seqs.join(','),
    'fascia-origin': parcel.origin,
    'fascia-received-at': String(parcel.receivedAt),
  }
  // A batch names the user of each of its events in its body.
  if (parcel.user_id !== '' && parcel.type !== 'batch') headers['fascia-user-id'] = parcel.user_id
  if (parcel.prevSeq !== undefined) headers['fascia-prev-seq'] = String(parcel.prevSeq)
  if (parcel.skipped.length > 0) headers['fascia-skipped'] = parcel.skipped.join(',')
  return headers
}

function failure(error: unknown, signal: AbortSignal): Sent {
  if (signal.aborted) return retry('destination', 'no answer in time', { status: 504 })
  return retry('destination', `connection failed: ${error instanceof Error ? error.message : 'unknown'}`, {
    status: 503,
  })
}

async function refused(response: Response, signal: AbortSignal, now: number): Promise<Sent> {
  const { status } = response
  const location = status >= 300 && status < 400 ? ' (redirects are not followed)' : ''
  const blame = ABOUT_THE_EVENT.has(status) ? 'event' : 'destination'
  return retry(blame, `status ${status}${location}`, {
    status,
    response: await beginning(response, signal),
    retryAfterMs: retryAfterMs(response.headers.get('retry-after'), now),
  })
}
