import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'

const USER = EXAMPLE_USER.user_id
const DELIVERY = 'evt_7d2f0c9b4e6a81357f9d0b2c4e6a8135'

export interface WebhookHeader {
  name: string
  description: string
  example: string
  /** Comes with every request. */
  always: boolean
}
const one = (name: string, description: string, example: string, always = true): WebhookHeader => ({
  name,
  description,
  example,
  always,
})

/** What comes with every event beside its body. */
export const WEBHOOK_HEADERS: WebhookHeader[] = [
  one(
    'terra-signature',
    'HMAC-SHA256 (hex) of `t.body`, keyed with the signing secret; made anew at each attempt. Several `v1` where a destination takes two after a rotation',
    't=1782940495,v1=9f2c41d07be8a35516c0de94b72f380a6e1d5c4b9382f7a06de1c5b4a3928170',
  ),
  one(
    'x-terra-signature',
    'The same as `terra-signature`',
    't=1782940495,v1=9f2c41d07be8a35516c0de94b72f380a6e1d5c4b9382f7a06de1c5b4a3928170',
  ),
  one('webhook-id', 'The delivery, by Standard Webhooks: the same at each attempt', DELIVERY),
  one('webhook-timestamp', 'Seconds; refuse what is older than five minutes', '1782940495'),
  one(
    'webhook-signature',
    'The signature by Standard Webhooks, with the same secret',
    'v1,Zx3kq0u1nB7m5oQeV2tYc9rLw8sHd4fGj6iKpXaUzEo=',
  ),
  one('x-terra-trace-id', 'The delivery: the key to drop a repetition by', DELIVERY),
  one('terra-reference', 'The request that asked for the data, or the delivery', DELIVERY),
  one(
    'x-terra-ordering-timestamp',
    'When this content was recorded, ms: let nothing lower overwrite it',
    '1782940495318',
  ),
  one('fascia-user-id', 'The user it is about; not in a batch, which names the user of each of its events', USER),
  one('fascia-event-seq', 'The event’s place in its connection’s order; of several records the last', '42'),
  one(
    'fascia-event-seqs',
    'The places of all records in the call, in order: the first follows `fascia-prev-seq`, each other the one before it. Their set is what a manifest counts',
    '41,42',
  ),
  one('fascia-prev-seq', 'The place of the event sent before it for this connection', '40', false),
  one('fascia-skipped', 'Places of events that were parked and skipped since the last delivery', '38,39', false),
  one('fascia-origin', '`live`, `backfill`, `replay` or `correction`', 'live'),
  one('fascia-received-at', 'When the source’s call came in, ms', '1782940495102'),
]
