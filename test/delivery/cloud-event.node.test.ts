import { describe, expect, test } from 'vitest'
import {
  attributesOf,
  cloudEvent,
  cloudEventAt,
  cloudEvents,
  kafkaHeaders,
  type Told,
  told,
} from '../../shared/delivery/cloud-event.ts'
import { shipmentOf } from '../../shared/delivery/ship.ts'
import { EVENT_TYPES } from '../../shared/schema/event-types.ts'
import { wrongInCloudEvent } from './cloud-events-schema.ts'
import { context, event, group, lease } from './leases.ts'

const where = context({}, {})
const some: Told = {
  id: 'evt_1',
  type: 'sleep',
  user_id: 'user-1',
  seq: 42,
  prevSeq: 41,
  origin: 'live',
  appendedAt: Date.UTC(2026, 6, 1, 6, 30),
  receivedAt: Date.UTC(2026, 6, 1, 6, 29),
}
const attributes = attributesOf(some, where)

describe('an event as a CloudEvent', () => {
  test('has the attributes that receivers route and order by', () => {
    expect(attributes).toEqual({
      specversion: '1.0',
      id: 'evt_1',
      source: 'urn:fascia:destination:dst_1',
      type: 'com.fascia.sleep.v1',
      subject: 'user-1',
      time: '2026-07-01T06:30:00.000Z',
      datacontenttype: 'application/json',
      dataschema: 'urn:fascia:schema:2022-03-16:sleep',
      sequence: '0000000000000042',
      prevsequence: '0000000000000041',
      origin: 'live',
      receivedtime: '2026-07-01T06:29:00.000Z',
    })
  })
  test.each([...new Set([...EVENT_TYPES, 'deletion'])])(
    'of the type %s keeps the rules of the specification',
    (type) => {
      const text = cloudEvent(attributesOf({ ...some, type: type as Told['type'] }, where), '{"a":1}')
      expect(wrongInCloudEvent(JSON.parse(text))).toEqual([])
    },
  )
  test('carries its data as it is, digit by digit', () => {
    expect(cloudEvent(attributes, '{"n":1.10}').endsWith(',"data":{"n":1.10}}')).toBe(true)
  })
  test('that is nobody’s has no subject, the first of a connection nothing before it', () => {
    const first = attributesOf({ ...some, user_id: '', prevSeq: undefined }, where)
    expect(first).not.toHaveProperty('subject')
    expect(first).not.toHaveProperty('prevsequence')
    expect(wrongInCloudEvent(first)).toEqual([])
  })
  test('whose data is elsewhere refers to it and has none', () => {
    const at = JSON.parse(cloudEventAt(attributes, 'https://fascia.example/v2/payloads/evt_1'))
    expect(wrongInCloudEvent(at)).toEqual([])
    expect(at).toMatchObject({ dataref: 'https://fascia.example/v2/payloads/evt_1' })
    expect(at).not.toHaveProperty('data')
  })
  test('sorts by its sequence as text as by its number', () => {
    const sequences = [9, 10, 99, 1_000, Number.MAX_SAFE_INTEGER].map(
      (seq) => attributesOf({ ...some, seq }, where).sequence!,
    )
    expect([...sequences].sort()).toEqual(sequences)
  })
  test('stands in a batch as one of a JSON array', () => {
    const batch = JSON.parse(cloudEvents([cloudEvent(attributes, '1'), cloudEvent(attributes, '2')]))
    expect(batch.map((one: { data: number }) => one.data)).toEqual([1, 2])
  })
  test('in headers of Kafka has each attribute, and its content type by that header’s own name', () => {
    expect(kafkaHeaders(attributes)).toMatchObject({
      'content-type': 'application/json',
      ce_id: 'evt_1',
      ce_specversion: '1.0',
    })
    expect(kafkaHeaders(attributes)).not.toHaveProperty('ce_datacontenttype')
  })
  test('of a shipment tells the deletion of a record as one', () => {
    const deletion = event(7, { type: 'sleep', body: undefined, prevSeq: 5 })
    const [shipped] = shipmentOf('cell', lease([group(1, [deletion])])).groups
    expect(told(shipped!.events[0]!, shipped!.user)).toMatchObject({
      type: 'deletion',
      user_id: 'user-1',
      seq: 7,
      prevSeq: 5,
    })
  })
})

describe('the rules of the specification', () => {
  const good = JSON.parse(cloudEvent(attributes, '{}'))
  test.each([
    ['no id', { id: undefined }],
    ['an empty subject', { subject: '' }],
    ['another version', { specversion: '0.3' }],
    ['a time without a zone', { time: '2026-07-01T06:30:00' }],
    ['a schema that is no URI', { dataschema: 'sleep' }],
    ['an attribute in capitals', { prevSeq: '1' }],
    ['an attribute with an underscore', { user_id: 'a' }],
    ['a long name', { abcdefghijklmnopqrstu: 'a' }],
    ['an attribute that is an object', { origin: {} }],
    ['data twice', { data_base64: 'AA==' }],
    ['a line break in an attribute', { origin: 'a\nb' }],
  ])('refuse %s', (_, wrong) => {
    expect(wrongInCloudEvent(JSON.parse(JSON.stringify({ ...good, ...wrong })))).not.toEqual([])
  })
})
