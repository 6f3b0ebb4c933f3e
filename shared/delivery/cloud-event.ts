import type { SendContext } from './define.ts'
import type { ShippedEvent } from './shipment.ts'
import type { EventType, WireUser } from './types.ts'

/** Of a body that is one CloudEvent, and of one that is a JSON array of them. */
export const CLOUD_EVENT = 'application/cloudevents+json'
export const CLOUD_EVENTS = 'application/cloudevents-batch+json'

/** How the names of attributes begin in the headers of a Kafka record. */
const KAFKA_PREFIX = 'ce_'

/** What is told of an event beside its data. */
export interface Told {
  /** The same at each attempt: receivers may take two with one id for one. */
  id: string
  type: EventType | 'batch' | 'deletion'
  /** Empty: a test, nobody's data. */
  user_id: string
  seq: number
  /** Where one event has several records of the feed: all of them. */
  seqs?: number[]
  prevSeq: number | undefined
  origin: string
  appendedAt: number
  receivedAt: number
}
export const told = (event: ShippedEvent, { user_id }: Pick<WireUser, 'user_id'>): Told => ({
  id: event.event_id,
  type: event.deleted ? 'deletion' : event.type,
  user_id,
  seq: event.seq,
  prevSeq: event.prevSeq,
  origin: event.origin,
  appendedAt: event.appendedAt,
  receivedAt: event.receivedAt,
})

type Where = Pick<SendContext<unknown, unknown>, 'destination_id' | 'delivery'>

/**
 * The attributes of an event as a CloudEvent 1.0, all of them strings. `source` is the destination, within which ids are
 * unique. Names of our own are extensions: small letters and digits alone, and at most 20 of them. `sequence` is that
 * of the specification's documented extensions, which wants strings that sort as the numbers do.
 */
export function attributesOf(event: Told, { destination_id, delivery }: Where): Record<string, string> {
  return {
    specversion: '1.0',
    id: event.id,
    source: `urn:fascia:destination:${destination_id}`,
    type: `com.fascia.${event.type}.v1`,
    ...(event.user_id !== '' && { subject: event.user_id }),
    time: new Date(event.appendedAt).toISOString(),
    datacontenttype: 'application/json',
    dataschema: `urn:fascia:schema:${delivery.api_version}:${event.type}`,
    sequence: sortable(event.seq),
    ...(event.seqs && event.seqs.length > 1 && { sequences: event.seqs.join(',') }),
    ...(event.prevSeq !== undefined && { prevsequence: sortable(event.prevSeq) }),
    origin: event.origin,
    receivedtime: new Date(event.receivedAt).toISOString(),
  }
}
/** The digits of the largest number that is exact. */
const sortable = (seq: number) => String(seq).padStart(16, '0')

/** The event in one JSON text, its data as it is. */
export const cloudEvent = (attributes: Record<string, string>, data: string): string =>
  `${JSON.stringify(attributes).slice(0, -1)},"data":${data}}`

/** The event without its data, which is at `url`: the documented extension for what is too large to be sent. */
export const cloudEventAt = (attributes: Record<string, string>, url: string): string =>
  JSON.stringify({ ...attributes, dataref: url })

/** The body of a batch. */
export const cloudEvents = (events: string[]): string => `[${events.join(',')}]`

/**
 * Binary mode in Kafka: the value is the data alone, and this says what it is. Never for an event whose data is elsewhere:
 * a record without a value is a deletion to whoever reads the topic as a table.
 */
export function kafkaHeaders({ datacontenttype, ...attributes }: Record<string, string>): Record<string, string> {
  return {
    'content-type': datacontenttype!,
    ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`${KAFKA_PREFIX}${name}`, value])),
  }
}
