import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DESTINATIONS } from '../../shared/catalog/units.ts'
import { type Local, readPrivate } from '../../shared/cli/home.ts'
import type { DataType } from '../../shared/schema/data-types.ts'
import { withoutSamples } from '../../shared/schema/sample-paths.ts'
import { type Client, createClient } from '../../shared/sdk/client.ts'
import { connectUser } from '../../shared/sdk/connect.ts'
import { sendDays } from '../../shared/sdk/sandbox.ts'
import { garminDay } from '../doubles/providers/garmin-days.ts'
import type { Secrets } from '../local/secrets.ts'
import { serve } from '../local/spawned.ts'
import { addPlaces, type Place, type Services, TABLES } from './places.ts'
import { keyOf, latest, TYPES } from './readers.ts'
import { startServices } from './services.ts'
import { until } from './sinks/sink.ts'
import { startWebhook, type Webhook } from './sinks/webhook.ts'

type Json = Record<string, unknown>
const [DAY, NEXT_DAY] = ['2026-07-01', '2026-07-02']
const QUERY = { start_date: DAY, end_date: '2026-07-03', with_samples: true }
const PROVIDERS = ['garmin', 'oura']
const ACCOUNT = (provider: string) => `seven-${provider}`

/** The product as `npm start` runs it, and seven destinations, each on a real server. */
describe('one event and seven destinations', () => {
  let services: Services
  let product: Awaited<ReturnType<typeof serve>>
  let webhook: Webhook
  let client: Client
  let local: Local
  let secrets: Secrets
  let places: Place[]
  /** user_id by provider. */
  const users: Record<string, string> = {}

  beforeAll(async () => {
    services = await startServices('postgres', 'pooled', 'mariadb', 'kafka', 'sqs', 's3')
    // The runtime trusts this authority beside the system's.
    process.env.NODE_EXTRA_CA_CERTS = services.authority.caFile
    product = await serve()
    local = readPrivate<Local>('local.json', product.home) as Local
    secrets = readPrivate<Secrets>('secrets.json', product.home) as Secrets
    const operator = createClient({ baseUrl: product.url, operatorToken: local.operator_token })
    const { dev_id, api_key } = await operator.operator.createDeveloper({ name: 'Seven' })
    client = createClient({ baseUrl: product.url, devId: dev_id, apiKey: api_key })
    webhook = await startWebhook()
    places = await addPlaces(client, services, webhook)
    for (const provider of PROVIDERS) {
      const person = { reference_id: provider, account: ACCOUNT(provider) }
      users[provider] = await connectUser(client, { resource: provider.toUpperCase(), ...person })
    }
  })
  afterAll(async () => {
    delete process.env.NODE_EXTRA_CA_CERTS
    await product?.stop()
    await webhook?.close()
    await services?.close()
  })

  /** What the log holds, by the API. */
  async function source(provider: string): Promise<Map<string, Json>> {
    const held = new Map<string, Json>()
    for (const type of TYPES as DataType[]) {
      const { data = [] } = await client.data(type, { user_id: users[provider]!, ...QUERY })
      for (const record of data) held.set(keyOf(type, record), record)
    }
    return held
  }
  /** What a destination holds: the newest of each record that is not deleted. */
  async function held({ all }: Place, provider: string): Promise<Map<string, Json>> {
    const newest = [...latest(await all(), users[provider]!)]
    return new Map(newest.flatMap(([key, { record }]) => (record ? [[key, record] as const] : [])))
  }
  /** Waits until a destination holds what the log holds; then each record must be the same. */
  async function expectEverywhere(provider: string): Promise<Map<string, Json>> {
    const log = await source(provider)
    for (const place of places) {
      const expected = new Map([...log].map(([key, record]) => [key, asHeld(place, key, record)]))
      const whole = async () => JSON.stringify(sorted(await held(place, provider))) === JSON.stringify(sorted(expected))
      // Where it does not come, what there is says why.
      await until(whole, place.type).catch(() => undefined)
      expect({ at: place.type, records: sorted(await held(place, provider)) }).toEqual({
        ...{ at: place.type, records: sorted(expected) },
      })
    }
    return log
  }

  test('every kind that there is was added by the API', () => {
    expect(places.map(({ type }) => type).sort()).toEqual(Object.keys(DESTINATIONS).sort())
    expect(places).toHaveLength(7)
  })

  test('one event of a provider lands at each, as it was sent', async () => {
    const daily = garminDay(ACCOUNT('garmin'), DAY).dailies[0]!
    const { ingest_secret, client_id } = secrets.apps.garmin!
    const response = await fetch(`${product.url}/ingest/garmin/${ingest_secret}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'garmin-client-id': client_id },
      body: JSON.stringify({ dailies: [daily] }),
    })
    expect(response.status).toBe(200)
    const log = await expectEverywhere('garmin')
    // What was eaten is a record of its own.
    expect([...log.keys()].map((key) => key.split(' ')[0])).toEqual(['daily', 'nutrition'])
    // The provider's own figures, read off what landed.
    for (const place of places) {
      const [, record] = [...(await held(place, 'garmin'))].find(([key]) => key.startsWith('daily '))!
      expect(record).toMatchObject({ distance_data: { steps: daily.steps, distance_meters: daily.distanceInMeters } })
    }
  })

  test('two days of two people at two providers land whole', async () => {
    for (const provider of PROVIDERS)
      await sendDays(local.sandbox_url!, { provider, provider_user_id: ACCOUNT(provider), from: DAY!, to: NEXT_DAY! })
    const garmin = await expectEverywhere('garmin')
    expect([...garmin.keys()].map((key) => key.split(' ')[0]).sort()).toEqual([...TYPES, ...TYPES].sort())
    const oura = await expectEverywhere('oura')
    expect([...oura.keys()].filter((key) => /^(activity|daily|sleep) /.test(key))).toHaveLength(6)
  })

  test('readings are in the tables too, each once', async () => {
    for (const place of places.filter(({ type }) => TABLES.includes(type))) {
      const [daily] = [...(await source('garmin'))].find(([key]) => key === `daily ${DAY}T00:00:00.000000+02:00`)!
      const count = await readings(place.type)
      expect({ at: place.type, of: daily, count }).toEqual({ at: place.type, of: daily, count: 240 })
    }
  })

  test('nothing landed twice, and each user’s events in order, where a destination keeps what happened', async () => {
    for (const { type, all } of places.filter(({ type }) => !TABLES.includes(type)))
      for (const user of Object.values(users)) {
        const order = (await all()).filter((landed) => landed.user === user).map(({ seq }) => seq)
        expect({ at: type, order }).toEqual({ at: type, order: [...new Set(order)].sort((a, b) => a - b) })
        expect(order.length).toBeGreaterThan(6)
      }
  })

  test('what the source deletes is deleted at each', async () => {
    const before = await source('oura')
    await deletedAtOura(`${ACCOUNT('oura')}-${DAY}-workout`)
    await until(async () => (await source('oura')).size < before.size, 'the log to drop it')
    const after = await expectEverywhere('oura')
    const gone = [...before.keys()].filter((key) => !after.has(key))
    expect(gone).toEqual([expect.stringMatching(/^activity /)])
    for (const { type, all } of places) {
      const deleted = [...latest(await all(), users.oura!)].filter(([, one]) => one.deleted)
      expect({ at: type, deleted: deleted.map(([key]) => key) }).toEqual({ at: type, deleted: gone })
    }
  })

  test('who takes consent back is told of at each, and gone from tables', async () => {
    await client.deauthenticateUser(users.garmin!)
    for (const place of places) {
      const ended = async () => (await place.all()).some(({ type, user }) => type === 'deauth' && user === users.garmin)
      await until(ended, `${place.type} to hear of the deauth`)
      const rows = await held(place, 'garmin')
      expect({ at: place.type, any: rows.size > 0 }).toEqual({ at: place.type, any: !TABLES.includes(place.type) })
    }
    // The other person's data stay.
    await expectEverywhere('oura')
  })

  /** Readings of the heart rate of the first day, by the database's own client. */
  async function readings(type: string): Promise<number> {
    const { postgres, pooled, mariadb } = services
    const select = (schema: string) =>
      `select s.value from ${schema}samples s join ${schema}daily d on d.user_id = s.user_id and d.summary_id = s.summary_id
       where s.type = 'daily' and s.path = 'heart_rate_data.detailed.hr_samples' and d.user_id = '${users.garmin}'
       and d.local_date = '${DAY}' and s.value is not null`
    if (type === 'mysql') return (await mariadb.rows(select(''))).length
    return (await (type === 'supabase' ? pooled : postgres).rows(select('fascia.'))).length
  }

  async function deletedAtOura(object_id: string): Promise<void> {
    const { client_secret, ingest_secret } = secrets.apps.oura!
    const about = { data_type: 'workout', object_id, event_time: new Date().toISOString() }
    const body = JSON.stringify({ event_type: 'delete', ...about, user_id: ACCOUNT('oura') })
    const timestamp = String(Math.floor(Date.now() / 1_000))
    const signature = createHmac('sha256', client_secret)
      .update(timestamp + body)
      .digest('hex')
      .toUpperCase()
    const response = await fetch(`${product.url}/ingest/oura/${ingest_secret}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-oura-signature': signature, 'x-oura-timestamp': timestamp },
      body,
    })
    expect(response.status).toBe(200)
  }
})

/** Tables hold a record without its readings, which have a table of their own. */
const asHeld = ({ type }: Place, key: string, record: Json): Json =>
  TABLES.includes(type) ? (withoutSamples(key.split(' ')[0] as DataType, record) as Json) : record

/** Databases keep the members of an object in an order of their own. */
function sorted(value: unknown): unknown {
  if (value instanceof Map) return sorted(Object.fromEntries(value))
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, sorted(field)]),
  )
}
