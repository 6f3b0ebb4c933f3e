import { describe, expect, test } from 'vitest'
import { shipmentOf } from '../../shared/delivery/ship.ts'
import { pointerOf, recordOf } from '../../shared/destinations/kafka/records.ts'
import { KafkaSettings } from '../../shared/destinations/kafka/settings.ts'
import kafka from '../../shared/destinations/kafka.ts'
import { wrongInCloudEvent } from '../delivery/cloud-events-schema.ts'
import { context, event, group, lease } from '../delivery/leases.ts'

const contextOf = (more: object = {}) =>
  context(KafkaSettings.parse({ brokers: ['kafka.example:9092'], topic: 'health', ...more }), {})
function shipped(more: Parameters<typeof event>[1] = {}) {
  const [{ user, events }] = shipmentOf('cell', lease([group(1, [event(7, { type: 'sleep', prevSeq: 5, ...more })])]))
    .groups as [ReturnType<typeof shipmentOf>['groups'][number]]
  return [events[0]!, user] as const
}
const [sleep, user] = shipped()

describe('a record', () => {
  test('is keyed by its user, and its headers tell what there is to know without reading it', () => {
    const { bytes, ...record } = recordOf(sleep, user, contextOf())
    expect(record).toEqual({
      topic: 'health',
      key: 'user-1',
      value: sleep.body,
      headers: {
        'content-type': 'application/json',
        event_id: sleep.event_id,
        user_id: 'user-1',
        seq: '7',
        prev_seq: '5',
        type: 'sleep',
        schema_version: '2022-03-16',
        origin: 'live',
        appended_at: '1007',
      },
    })
    expect(bytes).toBeGreaterThan(sleep.body.length)
  })
  test('counts what it takes in bytes, not in letters', () => {
    const of = (text: string) => recordOf({ ...sleep, body: text }, user, contextOf()).bytes
    expect(of('é'.repeat(100)) - of('e'.repeat(100))).toBe(100)
  })
  test('of a deletion says so, and has a value: an empty one would mean something to readers of tables', () => {
    const { headers, value } = recordOf(...shipped({ body: undefined }), contextOf())
    expect(headers.type).toBe('deletion')
    expect(JSON.parse(value)).toMatchObject({ type: 'deletion', data_type: 'sleep' })
  })
  test('goes to the topic of its type where there is one for each, a deletion to that of what is deleted', () => {
    const settings = contextOf({ topic_per_type: true })
    expect(recordOf(sleep, user, settings).topic).toBe('health.sleep')
    expect(recordOf(...shipped({ body: undefined }), settings).topic).toBe('health.sleep')
  })
  test('of a requested event tells the request, the first of a connection nothing before it', () => {
    const { headers } = recordOf({ ...sleep, prevSeq: undefined, reference: 'ref-1' }, user, contextOf())
    expect(headers).toMatchObject({ reference: 'ref-1' })
    expect(headers).not.toHaveProperty('prev_seq')
  })
  test('in the envelope of CloudEvents is told by its content type, and its headers repeat the attributes', () => {
    const { headers, value } = recordOf(sleep, user, contextOf({ format: 'cloudevents' }))
    expect(headers).toMatchObject({ 'content-type': 'application/cloudevents+json', ce_id: sleep.event_id })
    const envelope = JSON.parse(value)
    expect(wrongInCloudEvent(envelope)).toEqual([])
    expect(envelope).toMatchObject({ id: sleep.event_id, subject: 'user-1', data: JSON.parse(sleep.body) })
  })
  test('in the binary mode of CloudEvents is the event alone, all attributes are headers', () => {
    const { headers, value } = recordOf(sleep, user, contextOf({ format: 'cloudevents', content_mode: 'binary' }))
    expect(value).toBe(sleep.body)
    expect(headers['content-type']).toBe('application/json')
    const attributes = Object.entries(headers).flatMap(([name, text]) =>
      name.startsWith('ce_') ? [[name.slice(3), text]] : [],
    )
    expect(wrongInCloudEvent(Object.fromEntries(attributes))).toEqual([])
  })
})

describe('a pointer', () => {
  test('is the wire contract’s message, with the headers of the event', async () => {
    const { key, headers, value } = await pointerOf(sleep, user, 'cell', contextOf({ link_seconds: 900 }))
    expect(JSON.parse(value)).toEqual({
      type: 's3_payload',
      status: 'success',
      url: `https://fascia.example/v2/payloads/${sleep.event_id}`,
      expires_in: 900,
      payload_reference: sleep.event_id,
      user_id: 'user-1',
      reference_id: null,
    })
    expect([key, headers.event_id, headers.type]).toEqual(['user-1', sleep.event_id, 'sleep'])
  })
  test.each(['structured', 'binary'])(
    'by CloudEvents (%s) refers to the data, and never is without a value',
    async (content_mode) => {
      const settings = contextOf({ format: 'cloudevents', content_mode })
      const { headers, value } = await pointerOf(sleep, user, 'cell', settings)
      expect(headers['content-type']).toBe('application/cloudevents+json')
      const envelope = JSON.parse(value)
      expect(wrongInCloudEvent(envelope)).toEqual([])
      expect(envelope).toMatchObject({ dataref: `https://fascia.example/v2/payloads/${sleep.event_id}` })
      expect(envelope).not.toHaveProperty('data')
    },
  )
})

describe('the settings', () => {
  const accepts = (more: object) =>
    kafka.settings.safeParse({ brokers: ['kafka.example:9092'], topic: 'health', ...more }).success
  test('take brokers by name and address, with a port', () => {
    expect(accepts({})).toBe(true)
    expect(accepts({ brokers: ['192.0.2.7:9092', '[2001:db8::1]:9092', 'b-1.msk.example:9096'] })).toBe(true)
    for (const wrong of [
      'kafka.example',
      'kafka.example:',
      'https://kafka.example:9092',
      'a b:1',
      'user:pw@kafka.example:9092',
    ])
      expect([wrong, accepts({ brokers: [wrong] })]).toEqual([wrong, false])
    expect(accepts({ brokers: [] })).toBe(false)
  })
  test('take names of topics that brokers take, and nothing that they do not know', () => {
    for (const wrong of ['', '.', '..', 'a b', 'ä', 'a/b', 'x'.repeat(201)])
      expect([wrong, accepts({ topic: wrong })]).toEqual([wrong, false])
    expect(accepts({ compression: 'snappy' })).toBe(false)
    expect(accepts({ retries: 3 })).toBe(false)
  })
  test('are encrypted unless told otherwise', () => {
    expect(contextOf().settings).toMatchObject({
      tls: true,
      sasl: 'none',
      large: 'pointer',
      max_message_bytes: 1_000_000,
    })
  })
  test('name the hosts that are checked', () => {
    expect(kafka.hosts(contextOf().settings)).toEqual(['kafka.example:9092'])
  })
})
