import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DataType } from '../../shared/schema/data-types.ts'
import { type Client, createClient } from '../../shared/sdk/client.ts'
import { connectUser } from '../../shared/sdk/connect.ts'
import { type Doubles, startProviderDoubles } from '../doubles/providers/start.ts'
import { Runtime } from '../harness/runtime.ts'
import { testBuild } from '../harness/test-build.ts'
import { Judge } from '../local/judge.ts'
import { copyMigrated } from '../local/migrated.ts'
import { type Receiver, startReceiver } from '../local/receiver.ts'
import { readStored, type Stored } from './stored.ts'

const PROVIDERS = [
  { slug: 'garmin', resource: 'GARMIN', type: 'sleep' },
  { slug: 'oura', resource: 'OURA', type: 'sleep' },
  { slug: 'withings', resource: 'WITHINGS', type: 'body' },
] as const
const FROM = '2026-07-01'
const TO = '2026-07-06'
const PATIENCE = { timeout: 20_000, interval: 50 }
const secret = () => randomBytes(24).toString('base64url')

const folder = mkdtempSync(join(tmpdir(), 'fascia-flow-'))
const state = join(folder, 'state')
const rootKey = randomBytes(32).toString('base64')
const operatorToken = secret()
let runtime: Runtime
let doubles: Doubles
let receiver: Receiver
let account: { dev_id: string; api_key: string }
let hook: string
const client = (): Client => createClient({ baseUrl: runtime.url, devId: account.dev_id, apiKey: account.api_key })

beforeAll(async () => {
  const apps = Object.fromEntries(
    PROVIDERS.map(({ slug }) => [
      slug,
      { client_id: `flow-${slug}`, client_secret: secret(), ingest_secret: secret() },
    ]),
  )
  receiver = await startReceiver()
  doubles = await startProviderDoubles({ apps, fasciaUrl: 'http://127.0.0.1:9' })
  const [bundle] = await Promise.all([testBuild(), copyMigrated(state)])
  runtime = new Runtime(bundle, state, {
    ROOT_KEY: rootKey,
    OPERATOR_TOKEN: operatorToken,
    ALLOW_PRIVATE_DESTINATIONS: 'true',
    PROVIDER_APPS: JSON.stringify(apps),
    PROVIDER_ORIGINS: JSON.stringify(doubles.origins),
    DELIVERY_TIMEOUT_MS: '1000',
    // Small, so that raw payloads leave the inbox during the test.
    SEGMENT_BYTES: '12000',
  })
  await start()
  account = await createClient({ baseUrl: runtime.url, operatorToken }).operator.createDeveloper({ name: 'flow' })
  hook = `/${secret()}`
  const added = await client().destinations.add({ type: 'webhook', settings: { url: receiver.url + hook } })
  await receiver.secret(hook, added.signing_secret)
}, 120_000)
afterAll(async () => {
  await runtime?.stop()
  await Promise.all([doubles?.close(), receiver?.close()])
  rmSync(folder, { recursive: true, force: true })
})

async function start(): Promise<void> {
  await runtime.start()
  doubles.aim(runtime.url)
}
/** The runtime is stopped for it. */
async function stored(): Promise<Stored> {
  await runtime.stop()
  const found = await readStored(state, rootKey, account.dev_id)
  await start()
  return found
}
const arrived = (userId: string, type: string) =>
  receiver.arrivals.filter((arrival) => arrival.userId === userId && arrival.type === type)
const read = (userId: string, type: DataType) =>
  client().data(type, { user_id: userId, start_date: FROM, end_date: TO })

describe('the whole way of a connection', () => {
  const users = new Map<string, string>()

  test.each(PROVIDERS)('$resource: signed in, sent, landed, read back', async ({ slug, resource, type }) => {
    const person = slug === 'withings' ? '12345678' : `${slug}-person`
    const userId = await connectUser(client(), { resource, reference_id: person, account: person })
    users.set(slug, userId)
    await expect.poll(() => arrived(userId, 'auth').length, PATIENCE).toBe(1)

    const judge = new Judge()
    judge.connected(userId, resource)
    const { items } = await doubles.days({ provider: slug, provider_user_id: person, from: FROM, to: TO })
    judge.sent(items.map((item) => ({ ...item, userId, provider: resource })))
    let seen = 0
    await expect
      .poll(() => {
        for (; seen < receiver.arrivals.length; seen++) judge.landed(receiver.arrivals[seen]!)
        return judge.missing()
      }, PATIENCE)
      .toEqual([])
    const { data } = await read(userId, type)
    expect(data!.length).toBeGreaterThanOrEqual(6)
    expect(receiver.arrivals.filter(({ terra, standard }) => terra !== 'valid' || standard !== 'valid')).toEqual([])
    expect(receiver.summary()).toMatchObject({ reordered: 0, altered: 0, gaps: 0 })
  })

  test('the raw payloads are kept sealed, each under its own connection’s key', async () => {
    const ofAll = [...users.values()].sort()
    // They leave the inbox after they have landed.
    await expect
      .poll(
        async () => {
          const { keys, opened } = await stored()
          return { keys: keys.sort(), opened: [...new Set(opened.map(({ user_id }) => user_id))].sort() }
        },
        { timeout: 60_000, interval: 1_000 },
      )
      .toEqual({ keys: ofAll, opened: ofAll })
  })

  test.each(PROVIDERS)('$resource: deauthenticated, told, and nothing can be read any more', async ({ slug, type }) => {
    const userId = users.get(slug)!
    await client().deauthenticateUser(userId)
    await expect.poll(() => arrived(userId, 'deauth').length, PATIENCE).toBe(1)
    await expect(read(userId, type)).rejects.toMatchObject({ status: 404 })
    await expect(client().userInfo(userId)).rejects.toMatchObject({ status: 404 })
  })

  test('their keys are destroyed: the segments are still there, and nothing in them opens', async () => {
    // Erasing waits for leases that are out and for the fence after the restart.
    await expect
      .poll(
        async () => {
          const { keys, payloads, opened } = await stored()
          return { keys, kept: payloads > 0, opened: opened.length }
        },
        { timeout: 40_000, interval: 4_000 },
      )
      .toEqual({ keys: [], kept: true, opened: 0 })
  })
})
