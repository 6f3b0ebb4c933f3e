import { Buffer } from 'node:buffer'
import { attributesOf, CLOUD_EVENT, cloudEvent, cloudEventAt, kafkaHeaders, told } from '../../delivery/cloud-event.ts'
import type { SendContext } from '../../delivery/define.ts'
import { storeEvent } from '../../delivery/pointer.ts'
import type { ShippedEvent } from '../../delivery/shipment.ts'
import type { WireUser } from '../../delivery/types.ts'
import type { KafkaSecrets, KafkaSettings } from './settings.ts'

export interface KafkaRecord {
  topic: string
  /** The user: all of a user's events are in one partition, in order. */
  key: string
  value: string
  headers: Record<string, string>
  /** About what it takes in a batch, uncompressed. */
  bytes: number
}
type Context = SendContext<KafkaSettings, KafkaSecrets>

/** More than the format takes of a record beside its parts, and of a header beside its name and value. */
const RECORD_BYTES = 100
const HEADER_BYTES = 8

/** An event as a record. */
export function recordOf(event: ShippedEvent, user: WireUser, context: Context): KafkaRecord {
  const { format, content_mode } = context.settings
  if (format === 'plain') return record(event, user, context, event.body, plainHeaders(event, user, context))
  const attributes = attributesOf(told(event, user), context)
  if (content_mode === 'binary') return record(event, user, context, event.body, kafkaHeaders(attributes))
  return record(event, user, context, cloudEvent(attributes, event.body), structuredHeaders(attributes))
}

/** The same event as a record that says where it is. */
export async function pointerOf(
  event: ShippedEvent,
  user: WireUser,
  cell: string,
  context: Context,
): Promise<KafkaRecord> {
  const { format, link_seconds } = context.settings
  const { url, pointer } = await storeEvent(event, user, cell, link_seconds, context)
  if (format === 'plain') return record(event, user, context, pointer, plainHeaders(event, user, context))
  // In binary mode there would be no value, which means deletion to whoever reads the topic as a table. Receivers tell the
  // modes apart by the content type of each record.
  const attributes = attributesOf(told(event, user), context)
  return record(event, user, context, cloudEventAt(attributes, url), structuredHeaders(attributes))
}

export const topicOf = ({ topic, topic_per_type }: KafkaSettings, type: string): string =>
  topic_per_type ? `${topic}.${type}` : topic

function record(
  event: ShippedEvent,
  user: WireUser,
  { settings }: Context,
  value: string,
  headers: Record<string, string>,
): KafkaRecord {
  const key = user.user_id
  const texts = [key, value, ...Object.entries(headers).flat()]
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), RECORD_BYTES)
  return {
    topic: topicOf(settings, event.type),
    key,
    value,
    headers,
    bytes: bytes + Object.keys(headers).length * HEADER_BYTES,
  }
}

/** Enough to tell a repetition, to keep the order and to route, without reading the value. */
function plainHeaders(event: ShippedEvent, { user_id }: WireUser, { delivery }: Context): Record<string, string> {
  return {
    'content-type': 'application/json',
    event_id: event.event_id,
    user_id,
    seq: String(event.seq),
    ...(event.prevSeq !== undefined && { prev_seq: String(event.prevSeq) }),
    type: event.deleted ? 'deletion' : event.type,
    schema_version: delivery.api_version,
    origin: event.origin,
    appended_at: String(event.appendedAt),
    ...(event.reference !== undefined && { reference: event.reference }),
  }
}
/** The attributes are headers too, as the specification allows: a repetition is told without reading the value. */
const structuredHeaders = (attributes: Record<string, string>) => ({
  ...kafkaHeaders(attributes),
  'content-type': CLOUD_EVENT,
})
