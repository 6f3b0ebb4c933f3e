import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { shipmentOf } from '../../shared/delivery/ship.ts'
import type { GroupShipped, Shipment, Shipped } from '../../shared/delivery/shipment.ts'
import type { LeasedEvent } from '../../shared/delivery/types.ts'
import { wrongInCloudEvent } from '../delivery/cloud-events-schema.ts'
import { event, group, lease } from '../delivery/leases.ts'
import { type Kafka, type KafkaRecord, type Listener, startKafka } from './kafka.ts'
import { type Links, startLinks } from './links.ts'
import { startServices } from './services.ts'

const STRICT = {
  'auto.create.topics.enable': 'false',
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': 'User:ANONYMOUS',
}
let services: Awaited<ReturnType<typeof startServices<'kafka'>>>
let kafka: Kafka
/** Nobody may do what was not allowed, and no topic comes by itself. */
let strict: Kafka
let links: Links
beforeAll(async () => {
  services = await startServices('kafka')
  kafka = services.kafka
  ;[strict, links] = await Promise.all([
    startKafka(services.authority, { settings: STRICT }),
    startLinks(services.authority.caFile),
  ])
})
afterAll(async () => {
  await Promise.all([links?.close(), strict?.close()])
  await services?.close()
})

const at = (listener: Listener, broker = kafka) => [`127.0.0.1:${broker.ports[listener]}`]
const asked = (settings: object, secrets: object = {}) => ({
  type: 'kafka',
  settings: { brokers: at('plaintext'), tls: false, ...settings },
  secrets: secrets as Record<string, unknown>,
  timeoutMs: 15_000,
  event_types: [],
})
const account = () => ({ username: kafka.user, password: kafka.password })

/** `events` of each of `users`, their seqs dealt in turns; `done`: how many of each are left out at the beginning. */
function shipment(
  users: number,
  events: number,
  more: Partial<LeasedEvent> = {},
  cell = 'cell',
  done: number[] = [],
): Shipment {
  const groups = Array.from({ length: users }, (_, u) =>
    group(u + 1, Array.from({ length: events }, (_, i) => event(1 + u + i * users, more)).slice(done[u] ?? 0)),
  )
  return shipmentOf(cell, lease(groups.filter(({ events }) => events.length > 0)))
}
const groupsOf = (shipped: Shipped | undefined): GroupShipped[] => (shipped?.kind === 'done' ? shipped.groups : [])
/** All of it is in. */
const wholly = ({ groups }: Shipment): Shipped => ({
  kind: 'done',
  groups: groups.map(({ connection, lane, events }) => ({ connection, lane, delivered: events.length })),
})
const headersOf = ({ headers = [] }: KafkaRecord): Record<string, string> =>
  Object.fromEntries(Array.from({ length: headers.length / 2 }, (_, i) => [headers[i * 2], headers[i * 2 + 1]]))
/** In the order of the partition, which is the same for all of a user's. */
function ofUser(records: KafkaRecord[], user: string): KafkaRecord[] {
  const own = records.filter(({ key }) => key === user)
  expect(new Set(own.map(({ partition }) => partition)).size).toBe(1)
  return own.sort((a, b) => a.offset - b.offset)
}
const seqsOf = (records: KafkaRecord[]) => records.map((record) => Number(headersOf(record).seq))

describe('events in a topic', () => {
  test('are keyed by user and in order, from several cells at once, with headers that tell them', async () => {
    const [one, two] = [shipment(20, 10, {}, 'cell-1'), shipment(1, 1, { type: 'sleep' }, 'cell-2')]
    expect(await links.ship('plain', asked({ topic: 'health' }), [one, two])).toEqual([wholly(one), wholly(two)])
    const records = await kafka.records('health')
    expect(records).toHaveLength(201)
    for (let u = 2; u <= 20; u++)
      expect(seqsOf(ofUser(records, `user-${u}`))).toEqual(Array.from({ length: 10 }, (_, i) => u + i * 20))
    expect(new Set(records.map(({ partition }) => partition)).size).toBe(3)
    const [sent] = two.groups[0]!.events
    const sleep = records.find((record) => headersOf(record).type === 'sleep')!
    expect(sleep.payload).toBe(sent!.body)
    expect(headersOf(sleep)).toEqual({
      'content-type': 'application/json',
      event_id: sent!.event_id,
      user_id: 'user-1',
      seq: '1',
      type: 'sleep',
      schema_version: '2022-03-16',
      origin: 'live',
      appended_at: '1001',
    })
  })
  test('are compressed where that is asked for', async () => {
    const one = shipment(1, 50, { body: JSON.stringify({ x: 'x'.repeat(2_000) }) })
    expect(await links.ship('gzip', asked({ topic: 'gzip', compression: 'gzip' }), [one])).toEqual([wholly(one)])
    const records = await kafka.records('gzip')
    expect(records.map(({ payload }) => payload)).toEqual(one.groups[0]!.events.map(({ body }) => body))
    const file = `log/gzip-${records[0]!.partition}/00000000000000000000.log`
    const dump = await kafka.tool('org.apache.kafka.tools.DumpLogSegments', ['--files', file])
    expect(dump).toMatch(/compresscodec: gzip/)
    expect(Number(/ size: (\d+)/.exec(dump)?.[1])).toBeLessThan(20_000)
  })
  test('go to a topic for each type where that is asked for', async () => {
    const settings = asked({ topic: 'typed', topic_per_type: true })
    const types = ['sleep', 'activity'] as const
    await links.ship(
      'typed',
      settings,
      types.map((type, i) => shipment(1, 2, { type }, `cell-${i}`)),
    )
    for (const type of types) {
      const records = await kafka.records(`typed.${type}`)
      expect(records.map((record) => headersOf(record).type)).toEqual([type, type])
    }
  })
  test.each(['structured', 'binary'])('are CloudEvents in %s mode where that is asked for', async (content_mode) => {
    const topic = `cloudevents-${content_mode}`
    const one = shipment(1, 1, { type: 'sleep' })
    await links.ship(topic, asked({ topic, format: 'cloudevents', content_mode }), [one])
    const [record] = await kafka.records(topic)
    const headers = headersOf(record!)
    const { event_id, body } = one.groups[0]!.events[0]!
    expect(headers).toMatchObject({ ce_id: event_id, ce_type: 'com.fascia.sleep.v1' })
    if (content_mode === 'binary') {
      expect([headers['content-type'], record!.payload]).toEqual(['application/json', body])
    } else {
      expect(headers['content-type']).toBe('application/cloudevents+json')
      expect(wrongInCloudEvent(JSON.parse(record!.payload!))).toEqual([])
      expect(JSON.parse(record!.payload!)).toMatchObject({ id: event_id, data: JSON.parse(body) })
    }
  })
})

describe('the way in', () => {
  const ways = (['plain', 'scram-sha-256', 'scram-sha-512'] as const).flatMap((sasl) =>
    [false, true].map((tls) => [sasl, tls] as const),
  )
  test.each([['none', true] as const, ...ways])('by SASL %s, TLS %s', async (sasl, tls) => {
    const listener = `${sasl === 'none' ? '' : 'sasl_'}${tls ? 'ssl' : 'plaintext'}` as Listener
    const topic = `by-${sasl}-${tls}`
    const settings = asked({ brokers: at(listener), topic, sasl, tls }, sasl === 'none' ? {} : account())
    expect(await links.check(settings)).toEqual({ refused: null })
    const one = shipment(2, 2)
    expect(await links.ship(topic, settings, [one])).toEqual([wholly(one)])
    expect(await kafka.records(topic)).toHaveLength(4)
    if (sasl === 'none') return
    const { refused, field } = await links.check({ ...settings, secrets: { ...account(), password: 'another' } })
    expect(refused).toMatch(/SASL .* authentication failed.*look at username, password and sasl/)
    expect([field, refused!.includes('another')]).toEqual(['secrets.password', false])
  })
  test('where it is the wrong one, is refused with what the broker says and the setting to look at', async () => {
    const topic = 'health'
    const refused = async (settings: object, secrets: object = {}) =>
      await links.check(asked({ topic, ...settings }, secrets))
    expect(await refused({ brokers: ['127.0.0.1:1'] })).toMatchObject({
      refused: expect.stringMatching(/cannot connect.*127\.0\.0\.1:1.*look at brokers/),
      field: 'settings.brokers',
    })
    expect(await refused({ brokers: at('ssl') })).toMatchObject({
      refused: expect.stringMatching(/tls/),
      field: 'settings.brokers',
    })
    expect(await refused({ tls: true })).toMatchObject({
      refused: expect.stringMatching(/tls/),
      field: 'settings.brokers',
    })
    expect(await refused({ brokers: at('sasl_plaintext') })).toMatchObject({
      refused: expect.stringMatching(/Closed connection/),
    })
    expect(await refused({ sasl: 'plain' }, account())).toMatchObject({
      refused: expect.stringMatching(/ILLEGAL_SASL_STATE.*do not want SASL/),
      field: 'settings.sasl',
    })
  })
  test('to a topic that is not there, is refused where brokers do not create topics', async () => {
    expect(await links.check(asked({ brokers: at('plaintext', strict), topic: 'not-there' }))).toEqual({
      refused: 'there is no topic not-there, and the brokers do not create topics; create it first',
      field: 'settings.topic',
    })
    expect(await strict.topics()).toEqual([])
    const [answer] = await links.ship('not-there', asked({ brokers: at('plaintext', strict), topic: 'not-there' }), [
      shipment(1, 1),
    ])
    expect(answer).toMatchObject({
      kind: 'failed',
      sent: {
        blame: 'destination',
        reason: expect.stringMatching(/UNKNOWN_TOPIC_OR_PARTITION.*for not-there; create the topic/),
      },
    })
  })
  test('leaves no record and no topic behind', async () => {
    expect(await links.check(asked({ topic: 'only-looked-for' }))).toEqual({ refused: null })
    expect(await kafka.topics()).not.toContain('only-looked-for')
  })
  test('is open as far as the user is allowed: what is missing is named', async () => {
    const topic = 'guarded'
    const brokers = at('plaintext', strict).join()
    const run = (main: string, args: string[]) => strict.tool(main, ['--bootstrap-server', brokers, ...args])
    const allow = (operation: string) =>
      run('org.apache.kafka.tools.AclCommand', [
        '--add',
        '--allow-principal',
        `User:${strict.user}`,
        '--operation',
        operation,
        '--topic',
        topic,
      ])
    await run('org.apache.kafka.tools.TopicCommand', ['--create', '--topic', topic])
    const settings = asked({ brokers: at('sasl_plaintext', strict), topic, sasl: 'scram-sha-512' }, account())
    expect(await links.check(settings)).toMatchObject({
      refused: expect.stringMatching(/TOPIC_AUTHORIZATION_FAILED.*for guarded; allow the user Write and Describe/),
      field: 'settings.topic',
    })
    const [answer] = await links.ship('guarded', settings, [shipment(1, 1)])
    expect(answer).toMatchObject({
      kind: 'failed',
      sent: { blame: 'destination', reason: expect.stringMatching(/AUTHORIZATION_FAILED/) },
    })
    await allow('Describe')
    expect((await links.check(settings)).refused).toMatch(/CLUSTER_AUTHORIZATION_FAILED.*IdempotentWrite/)
    await allow('Write')
    expect(await links.check(settings)).toEqual({ refused: null })
    expect(groupsOf((await links.ship('guarded', settings, [shipment(1, 1)]))[0])).toMatchObject([{ delivered: 1 }])
  })
})

describe('an event that is too large', () => {
  const sizes = (...bytes: number[]) =>
    shipmentOf(
      'cell',
      lease([
        group(
          1,
          bytes.map((size, i) => event(1 + i * 2, { body: JSON.stringify({ x: 'x'.repeat(size) }) })),
        ),
        group(2, [event(2)]),
      ]),
    )
  test('is sent as a pointer, between its neighbours', async () => {
    const one = sizes(10, 1_500_000, 10)
    expect(await links.ship('pointer', asked({ topic: 'pointer' }), [one])).toEqual([wholly(one)])
    const records = ofUser(await kafka.records('pointer'), 'user-1')
    expect(seqsOf(records)).toEqual([1, 3, 5])
    const { event_id } = one.groups[0]!.events[1]!
    expect(JSON.parse(records[1]!.payload!)).toMatchObject({
      type: 's3_payload',
      url: `https://fascia.example/v2/payloads/${event_id}`,
      expires_in: 600,
      user_id: 'user-1',
    })
    expect(headersOf(records[1]!)).toMatchObject({ event_id, type: 'daily' })
  })
  test('by the topic’s own limit is refused alone where it is to be parked; nothing of its user goes in after it', async () => {
    const topic = 'small'
    const create = ['--create', '--topic', topic, '--partitions', '1', '--config', 'max.message.bytes=20000']
    await kafka.tool('org.apache.kafka.tools.TopicCommand', ['--bootstrap-server', kafka.brokers, ...create])
    const [answer] = await links.ship(topic, asked({ topic, large: 'park' }), [sizes(9_000, 9_000, 50_000, 10)])
    expect(groupsOf(answer)).toEqual([
      {
        connection: 1,
        lane: false,
        delivered: 2,
        failed: { kind: 'rejected', reason: expect.stringMatching(/too large.*MESSAGE_TOO_LARGE/) },
      },
      { connection: 2, lane: false, delivered: 1 },
    ])
    const records = await kafka.records(topic)
    expect(new Set(seqsOf(ofUser(records, 'user-1')))).toEqual(new Set([1, 3]))
    expect(seqsOf(ofUser(records, 'user-2'))).toContain(2)
  })
})

describe('brokers that go away', () => {
  test('while nothing is sent are found again within the next delivery', async () => {
    const settings = asked({ topic: 'idle' })
    await links.ship('idle', settings, [shipment(1, 1)])
    await kafka.kill()
    await kafka.restart()
    const [answer] = await links.ship('idle', settings, [shipment(1, 2, {}, 'cell', [1])])
    expect(groupsOf(answer)).toMatchObject([{ delivered: 1 }])
    expect(seqsOf(ofUser(await kafka.records('idle'), 'user-1'))).toEqual([1, 2])
  })
  test('in the middle of it lose nothing and keep the order; what is there twice has one id', async () => {
    const [users, events, kills] = [30, 60, 2]
    const settings = asked({ topic: 'restarted' })
    const done = Array.from({ length: users }, () => 0)
    const body = JSON.stringify({ x: 'x'.repeat(3_000) })
    const owed = () => done.some((n) => n < events)
    let failed = 0
    /** As a cell does it: the next events of each, as many as were not told to be in. */
    const turn = async () => {
      const window = shipment(users, events, { body }, 'cell', done)
      for (const one of window.groups) one.events.splice(5)
      const [answer] = await links.ship('restarted', settings, [window])
      for (const { connection, delivered } of groupsOf(answer)) done[connection - 1]! += delivered
      if (answer!.kind === 'failed') failed++
    }
    await turn()
    for (let kill = 0; kill < kills; kill++) {
      const turns = [turn(), kafka.kill()]
      await Promise.all(turns)
      // Nobody is there.
      await turn()
      await kafka.restart()
      await turn()
    }
    while (owed()) await turn()
    const records = await kafka.records('restarted')
    const ids = records.map((record) => headersOf(record).event_id)
    for (let u = 1; u <= users; u++) {
      const first = [...new Set(seqsOf(ofUser(records, `user-${u}`)))]
      expect(first).toEqual(Array.from({ length: events }, (_, i) => u + i * users))
    }
    expect(failed).toBeGreaterThanOrEqual(kills)
    expect(new Set(ids).size).toBe(users * events)
    console.log(
      `Kafka killed ${kills} times: ${users * events} events, lost 0, reordered 0, there twice ${ids.length - users * events}`,
    )
  })
})
