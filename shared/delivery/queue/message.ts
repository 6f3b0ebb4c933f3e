import { Buffer } from 'node:buffer'
import { attributesOf, cloudEvent, cloudEventAt, told } from '../cloud-event.ts'
import type { SendContext } from '../define.ts'
import { storeEvent } from '../pointer.ts'
import type { ShippedEvent } from '../shipment.ts'
import type { WireUser } from '../types.ts'

/** How a queue wants its messages. */
export interface MessageStyle {
  /** pointer: each message is a link to its event. */
  mode: 'inline' | 'pointer'
  format: 'plain' | 'cloudevents'
  /** A larger message, its attributes counted, is sent as a link. */
  max_inline_bytes: number
}
export interface Message {
  body: string
  attributes: Record<string, { DataType: 'String' | 'Number'; StringValue: string }>
  /** As the queue counts: the body, and the name, the type and the value of each attribute. */
  bytes: number
}
/** The wire contract's: how long a link in a message is good for, seconds. */
const LINK_S = 600

/** An event as a message; what is too large for one is stored, and the message is a link to it. */
export async function messageOf(
  event: ShippedEvent,
  user: WireUser,
  cell: string,
  style: MessageStyle,
  context: Pick<SendContext<unknown, unknown>, 'destination_id' | 'delivery' | 'linkTo'>,
): Promise<Message> {
  const attributes = attributesFor(event, user, context.delivery.api_version)
  const envelope = style.format === 'cloudevents' ? attributesOf(told(event, user), context) : undefined
  if (style.mode === 'inline') {
    const message = sized(envelope ? cloudEvent(envelope, event.body) : event.body, attributes)
    if (message.bytes <= style.max_inline_bytes) return message
  }
  const { url, pointer } = await storeEvent(event, user, cell, LINK_S, context)
  return sized(envelope ? cloudEventAt(envelope, url) : pointer, attributes)
}

function attributesFor(event: ShippedEvent, { user_id }: WireUser, schemaVersion: string): Message['attributes'] {
  const { event_id, type, deleted, seq, prevSeq, origin, appendedAt, reference } = event
  return {
    event_id: text(event_id),
    ...(user_id !== '' && { user_id: text(user_id) }),
    type: text(deleted ? 'deletion' : type),
    seq: number(seq),
    ...(prevSeq !== undefined && { prev_seq: number(prevSeq) }),
    origin: text(origin),
    schema_version: text(schemaVersion),
    ordering_timestamp: number(appendedAt),
    reference: text(reference ?? event_id),
  }
}
const text = (value: string) => ({ DataType: 'String' as const, StringValue: value })
const number = (value: number) => ({ DataType: 'Number' as const, StringValue: String(value) })

export function sized(json: string, attributes: Message['attributes']): Message {
  const body = withoutNoncharacters(json)
  let bytes = Buffer.byteLength(body)
  for (const [name, { DataType, StringValue }] of Object.entries(attributes))
    bytes += name.length + DataType.length + Buffer.byteLength(StringValue)
  return { body, attributes, bytes }
}

/**
 * Queues take the characters that XML knows. JSON writes most others as `\\uXXXX` by itself; these two it does not, and
 * they can only be inside of its texts.
 */
const withoutNoncharacters = (json: string): string =>
  /[\uFFFE\uFFFF]/.test(json)
    ? json.replace(/[\uFFFE\uFFFF]/g, (char) => (char === '\uFFFE' ? '\\ufffe' : '\\uffff'))
    : json
