import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient } from '../../shared/sdk/client.ts'
import { connectUser } from '../../shared/sdk/connect.ts'
import { startProviderDoubles } from '../doubles/providers/start.ts'
import type { Load, Sent } from './generator.ts'
import { cpuMs, Helper, workerdBelow } from './process.ts'
import { type Kind, startProduct } from './product.ts'
import type { ReceiverAnswer, ReceiverCommand } from './receiver.ts'

export interface Developer {
  client: Client
  /** Accounts at the provider, as pushes name them. */
  accounts: string[]
  destinationId: string
}
export interface World {
  url: string
  client: Client
  receiver: Helper<ReceiverCommand, ReceiverAnswer>
  generator: Helper<Load, Sent>
  /** Another source, for load beside load. */
  second: Helper<Load, Sent>
  receiverUrl: string
  developer(options: DeveloperOptions): Promise<Developer>
  /** Numbers for the next items; never used twice. */
  take(items: number): number
  load(load: Omit<Load, 'url' | 'headers' | 'first'> & { first: number; bulk?: boolean }): Load
  cpuMs(): number
  workerd: number
  close(): Promise<void>
}
export interface DeveloperOptions {
  connections: number
  delivery?: Record<string, unknown>
  /** Where events are posted; the receiver, where nothing is said. */
  webhook?: string
}

const INGEST_SECRET = randomBytes(18).toString('base64url')
const APP = { client_id: 'bench', client_secret: randomBytes(18).toString('base64url'), ingest_secret: INGEST_SECRET }
const CONNECTING_AT_ONCE = 6

/** A runtime with its state on disk, the providers' doubles, a receiver and two generators, each in a process of its own. */
export async function openWorld(kind: Kind): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'fascia-bench-'))
  const clean = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', clean)
  const receiver = new Helper<ReceiverCommand, ReceiverAnswer>('receiver.ts')
  const listening = await receiver.next()
  if (listening.kind !== 'listening') throw new Error('the receiver did not start')
  const doubles = await startProviderDoubles({ apps: { garmin: APP }, fasciaUrl: 'http://127.0.0.1:9' })
  const operatorToken = randomBytes(24).toString('base64url')
  const product = await startProduct(kind, folder, {
    OPERATOR_TOKEN: operatorToken,
    ROOT_KEY: randomBytes(32).toString('base64'),
    ALLOW_PRIVATE_DESTINATIONS: 'true',
    API_KEY_PER_MINUTE: '0',
    API_DEVELOPER_PER_MINUTE: '0',
    PROVIDER_APPS: JSON.stringify({ garmin: APP }),
    PROVIDER_ORIGINS: JSON.stringify(doubles.origins),
  })
  const client = createClient({ baseUrl: product.url, operatorToken })
  const generator = new Helper<Load, Sent>('generator.ts')
  const second = new Helper<Load, Sent>('generator.ts')
  const workerd = workerdBelow(product.pid)
  let items = 0
  let developers = 0
  return {
    url: product.url,
    client,
    receiver,
    generator,
    second,
    receiverUrl: listening.url,
    workerd,
    developer: (options) => newDeveloper(client, listening.url, `bench-${developers++}`, options),
    take: (count) => {
      items += count
      return items - count
    },
    load: ({ bulk, ...load }) => ({
      ...load,
      url: `${product.url}/ingest/garmin/${INGEST_SECRET}${bulk ? '?origin=backfill' : ''}`,
      headers: { 'garmin-client-id': APP.client_id },
    }),
    cpuMs: () => cpuMs(workerd),
    close: async () => {
      for (const helper of [receiver, generator, second]) helper.stop()
      await product.stop()
      await doubles.close()
      clean()
      process.off('exit', clean)
    },
  }
}

/** A developer with a webhook and connected people, made through the doors that everybody uses. */
async function newDeveloper(
  operator: Client,
  receiverUrl: string,
  name: string,
  options: DeveloperOptions,
): Promise<Developer> {
  const { dev_id, api_key } = await operator.operator.createDeveloper({ name })
  const client = createClient({ baseUrl: operator.options.baseUrl, devId: dev_id, apiKey: api_key })
  const accounts = Array.from({ length: options.connections }, (_, i) => `${name}-${i}`)
  const waiting = [...accounts]
  const lane = async () => {
    for (let account = waiting.shift(); account !== undefined; account = waiting.shift())
      await connectUser(client, { resource: 'GARMIN', reference_id: account, account })
  }
  await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, lane))
  // Added afterwards: what connecting caused is not part of any measurement.
  const { destination_id } = await addDestination(client, options.webhook ?? receiverUrl, options.delivery)
  return { client, accounts, destinationId: destination_id }
}

export const addDestination = (client: Client, url: string, delivery: Record<string, unknown> = {}) =>
  client.destinations.add({ type: 'webhook', settings: { url }, delivery })
