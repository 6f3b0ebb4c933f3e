import { z } from '../../base/zod.ts'

/** What brokers take as a topic's name; room is left for the type of an event at its end. */
const TOPIC = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,200}$/
const BROKER = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?):\d{1,5}$/

export const KafkaSettings = z.strictObject({
  brokers: z
    .array(z.string().regex(BROKER, 'is not host:port'))
    .min(1)
    .max(10)
    .describe('Where to begin, as host:port; the cluster tells of its other brokers by itself'),
  topic: z
    .string()
    .regex(TOPIC, 'is no name of a topic: letters, digits, dot, dash and underscore')
    .describe('Where events go. One that is not there is created where the brokers allow that'),
  topic_per_type: z
    .boolean()
    .default(false)
    .describe('One topic for each type of event, named `<topic>.<type>`: `health.sleep`'),
  sasl: z
    .enum(['none', 'plain', 'scram-sha-256', 'scram-sha-512'])
    .default('none')
    .describe('How we sign in, with the user and password of the secrets'),
  tls: z
    .boolean()
    .default(true)
    .describe('The connection is encrypted, and the certificate verified against public authorities'),
  client_id: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}$/, 'is letters, digits, dot, dash and underscore')
    .default('fascia')
    .describe('How we are named in the brokers’ logs and quotas'),
  compression: z.enum(['none', 'gzip']).default('none').describe('Of the batches that are sent'),
  format: z
    .enum(['plain', 'cloudevents'])
    .default('plain')
    .describe('`plain`: the event as webhooks have it; `cloudevents`: by CloudEvents 1.0'),
  content_mode: z
    .enum(['structured', 'binary'])
    .default('structured')
    .describe(
      'Of CloudEvents: `structured` has all in one JSON; `binary` the event as the value and the rest in `ce_` headers',
    ),
  max_message_bytes: z
    .int()
    .min(1_000)
    .max(8_000_000)
    .default(1_000_000)
    .describe('The largest batch and record that the topic takes (its `max.message.bytes`)'),
  large: z
    .enum(['pointer', 'park'])
    .default('pointer')
    .describe('What becomes of a larger event: a message with a signed link to it, or it is parked with the reason'),
  link_seconds: z
    .int()
    .min(60)
    .max(7 * 86_400)
    .default(600)
    .describe('How long such a link is good'),
})
export type KafkaSettings = z.infer<typeof KafkaSettings>

export const KafkaSecrets = z.strictObject({
  username: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('The user that SASL signs in (an API key, with some vendors)'),
  password: z.string().min(1).max(2_000).optional().describe('Its password'),
})
export type KafkaSecrets = z.infer<typeof KafkaSecrets>
