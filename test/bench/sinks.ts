import { startServices } from '../services/services.ts'
import { appended } from './appended.ts'
import { type Bare, bareKafka, bareMysql, bareObjects, barePostgres, bareQueue } from './bare-clients.ts'
import { hops, type Size } from './experiments.ts'
import { round, type Spread, spread } from './statistics.ts'
import { callApi, setState } from './trouble.ts'
import type { Developer, World } from './world.ts'

export interface SinkFigures {
  kind: string
  events: number
  /** Behind at first, then drained as fast as it goes. */
  per_second: number
  /** One window, from the worker's request to its answer, ms. */
  window_ms: Spread | undefined
  /** Live at `live_rate`: from append to the sink's answer, ms. */
  live_rate: number
  live_ms: Spread | undefined
  /** The same rows by the same library, from Node, in windows of the same size: the limit. */
  bare_per_second: number
  bare_window_ms: Spread | undefined
  /** How many times faster the bare client is. */
  ratio: number
}
interface Kind {
  name: string
  destination: { type: string; settings: object; secrets: object; delivery?: object }
  /** Servers that answer slowly are asked for fewer. */
  events: number
  /** Writes what the destination has got once more, by a bare client. → events a second, and each window's time. */
  bare: (events: number) => Promise<Bare>
}

const LIVE_RATE = 50
const [MANY, FEW] = [10_000, 2_000]

/**
 * Each kind of destination on a real server: how fast it catches up, and how far that is from the server's own limit. What
 * is done is in `made`, whatever comes after it.
 */
export async function sinks(world: World, size: Size, say: (text: string) => void, made: SinkFigures[]): Promise<void> {
  const services = await startServices('postgres', 'mariadb', 'kafka', 'sqs', 's3')
  try {
    const { postgres, mariadb, kafka, sqs, s3 } = services
    await s3.createBucket('bench-of-all')
    const [fifo, standard] = [await sqs.createQueue('bench.fifo'), await sqs.createQueue('bench')]
    const sql = (at: { host: string; port: number; database: string; user: string; password: string }) => ({
      settings: { host: at.host, port: at.port, database: at.database, user: at.user, tls: 'disable' },
      secrets: { password: at.password },
    })
    const aws = (account: { accessKeyId: string; secretAccessKey: string }) => ({
      access_key_id: account.accessKeyId,
      secret_access_key: account.secretAccessKey,
    })
    const queue = (url: string) => ({
      type: 'sqs',
      settings: { queue_url: url, region: sqs.region },
      secrets: aws(sqs.account),
    })
    const kinds: Kind[] = [
      {
        name: 'postgres',
        events: MANY,
        destination: { type: 'postgres', ...sql(postgres) },
        bare: (n) => barePostgres(postgres, n),
      },
      {
        name: 'mysql',
        events: MANY,
        destination: { type: 'mysql', ...sql(mariadb) },
        bare: (n) => bareMysql(mariadb, n),
      },
      {
        name: 'kafka',
        events: MANY,
        destination: {
          type: 'kafka',
          settings: { brokers: [kafka.brokers], topic: 'bench', tls: false },
          secrets: {},
        },
        bare: (n) => bareKafka(kafka, n),
      },
      {
        name: 's3',
        events: MANY,
        destination: {
          type: 's3',
          settings: { bucket: 'bench-of-all', region: s3.region, endpoint: s3.url, path_style: true, batch_seconds: 1 },
          secrets: aws(s3.account),
        },
        bare: (n) => bareObjects(s3, n),
      },
      { name: 'sqs', events: FEW, destination: queue(standard), bare: (n) => bareQueue(sqs, standard, n) },
      { name: 'sqs fifo', events: FEW, destination: queue(fifo), bare: (n) => bareQueue(sqs, fifo, n) },
    ]
    for (const kind of kinds) {
      say(`${kind.name}: behind, live, and a bare client`)
      made.push(await figures(world, size, kind))
    }
  } finally {
    await services.close()
  }
}

async function figures(world: World, size: Size, kind: Kind): Promise<SinkFigures> {
  const events = size.smoke ? 500 : kind.events
  const developer = await world.developer({ connections: size.connections })
  const { client } = developer
  const { destination_id } = await callApi<{ destination_id: string }>(
    client,
    'POST',
    '/destinations',
    kind.destination,
  )
  await setState(client, destination_id, 'paused')
  await setState(client, developer.destinationId, 'paused')
  await world.generator.ask(
    world.load({
      connections: developer.accounts,
      first: world.take(events),
      requestsPerSecond: 0,
      seconds: 300,
      itemsPerRequest: 50,
      together: false,
      closed: { lanes: 4, items: events },
    }),
  )
  await appended(world, client.options.devId!)
  const begin = performance.now()
  await setState(client, destination_id, 'active')
  await caughtUp(client, destination_id)
  const seconds = (performance.now() - begin) / 1000
  const windows = await attempts(client, destination_id)
  const live = await liveOf(world, size, developer, destination_id)
  const bare = await kind.bare(events)
  await setState(client, destination_id, 'paused')
  return {
    kind: kind.name,
    events,
    per_second: round(events / seconds, 0),
    window_ms: spread(windows.map(({ duration_ms }) => duration_ms)),
    live_rate: LIVE_RATE,
    live_ms: live,
    bare_per_second: round(bare.per_second, 0),
    bare_window_ms: spread(bare.windowMs),
    ratio: round(bare.per_second / (events / seconds)),
  }
}

/** Live, by the times that the product itself notes: the webhook beside it lands when it lands. */
async function liveOf(world: World, size: Size, developer: Developer, id: string): Promise<Spread | undefined> {
  const { client } = developer
  await setState(client, developer.destinationId, 'active')
  await hops(world, developer.accounts, LIVE_RATE, size.smoke ? 2 : 8)
  await caughtUp(client, id)
  await setState(client, developer.destinationId, 'paused')
  return spread((await attempts(client, id)).map(({ duration_ms }) => duration_ms))
}

/** One for each window: its groups share a beginning. */
async function attempts(
  client: Developer['client'],
  id: string,
): Promise<{ started_at: string; duration_ms: number }[]> {
  const { attempts } = await callApi<{ attempts: { started_at: string; duration_ms: number }[] }>(
    client,
    'GET',
    `/destinations/${id}/attempts?limit=100`,
  )
  return [...new Map(attempts.map((one) => [one.started_at, one])).values()]
}
async function caughtUp(client: Developer['client'], id: string): Promise<void> {
  const until = Date.now() + 300_000
  while (Date.now() < until) {
    const { lag } = await callApi<{ lag: number }>(client, 'GET', `/destinations/${id}/deliveries`)
    if (lag === 0) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`${id} did not catch up in five minutes`)
}
