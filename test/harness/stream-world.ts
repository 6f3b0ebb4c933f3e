import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '../../shared/sdk/client.ts'
import { connectUser } from '../../shared/sdk/connect.ts'
import { startProviderDoubles } from '../doubles/providers/start.ts'
import { copyMigrated } from '../local/migrated.ts'
import { Runtime } from './runtime.ts'
import { type ConsumerOptions, StreamConsumer } from './stream-consumer.ts'
import { judgeStreams } from './stream-ledger.ts'
import { type Door, type ProducerOptions, StreamProducer } from './stream-producer.ts'

const APP = { client_id: 'harness', client_secret: 'harness-secret', ingest_secret: 'ingest-secret-of-the-harness' }

/** A killable product with people who are connected, and whoever streams to it and from it. */
export async function openStreamWorld(
  bundle: string,
  options: { people: number; vars?: Record<string, string> },
): Promise<StreamWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'fascia-streams-'))
  const state = join(folder, 'state')
  const doubles = await startProviderDoubles({ apps: { garmin: APP }, fasciaUrl: 'http://127.0.0.1:9' })
  await copyMigrated(state)
  const operatorToken = randomBytes(24).toString('base64url')
  const runtime = new Runtime(bundle, state, {
    OPERATOR_TOKEN: operatorToken,
    ROOT_KEY: randomBytes(32).toString('base64'),
    API_KEY_PER_MINUTE: '0',
    API_DEVELOPER_PER_MINUTE: '0',
    PROVIDER_APPS: JSON.stringify({ garmin: APP }),
    PROVIDER_ORIGINS: JSON.stringify(doubles.origins),
    ...options.vars,
  })
  await runtime.start()
  const operator = createClient({ baseUrl: runtime.url, operatorToken })
  const { dev_id, api_key } = await operator.operator.createDeveloper({ name: 'streams' })
  const client = createClient({ baseUrl: runtime.url, devId: dev_id, apiKey: api_key })
  const users: string[] = []
  for (let i = 0; i < options.people; i++)
    users.push(await connectUser(client, { resource: 'GARMIN', reference_id: `person-${i}`, account: `person-${i}` }))
  const close = async () => {
    await runtime.stop()
    await doubles.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return streamWorld({ runtime, headers: { 'dev-id': dev_id, 'x-api-key': api_key }, users, close })
}

/** What is killed: the product; for tests of the harness, something else that speaks the protocol. */
export interface Stage {
  runtime: Pick<Runtime, 'url' | 'start' | 'kill'>
  headers: Record<string, string>
  users: string[]
  close(): Promise<void>
}
export function streamWorld({ runtime, headers, users, close }: Stage) {
  const door: Door = { url: () => runtime.url, headers }
  const producers: StreamProducer[] = []
  const consumers: StreamConsumer[] = []
  /** The last frame of those who were there before. */
  let before = 0
  const judge = () => judgeStreams(producers, consumers)

  async function until(holds: () => boolean, what: string, patienceMs = 45_000): Promise<void> {
    const end = Date.now() + patienceMs
    while (!holds()) {
      if (Date.now() > end) throw new Error(`waited ${patienceMs} ms for ${what}: ${JSON.stringify(standing())}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const standing = () => ({
    judgement: judge(),
    producers: producers.map(({ name, sent, acked, readies, ends }) => ({
      name,
      sent,
      acked,
      readies,
      ends: ends.slice(-3),
    })),
    consumers: consumers.map(({ name, got, opened, ends }) => ({
      name,
      got: got.length,
      opened,
      ends: ends.slice(-3),
    })),
  })
  return {
    runtime,
    door,
    users,
    producers,
    consumers,
    judge,
    until,
    producer(more: ProducerOptions, through = door): StreamProducer {
      const made = new StreamProducer(through, more)
      producers.push(made)
      return made
    },
    consumer(more: ConsumerOptions, through = door): StreamConsumer {
      const made = new StreamConsumer(through, more, before)
      consumers.push(made)
      return made
    },
    get: async (path: string): Promise<Record<string, unknown>> => {
      const response = await fetch(`${runtime.url}/v2${path}`, { headers })
      if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`)
      return (await response.json()) as Record<string, unknown>
    },
    sent: () => producers.reduce((sum, { sent }) => sum + sent, 0),
    inFlight: () => producers.reduce((sum, { inFlight }) => sum + inFlight, 0),
    /** Nothing new is sent; all that was sent on open sockets is acknowledged and heard, by all or by some. */
    async settled(patienceMs?: number, by = consumers): Promise<void> {
      for (const producer of producers) producer.rest()
      await until(() => producers.every(({ inFlight }) => inFlight === 0), 'every acknowledgement', patienceMs)
      const heard = () =>
        by.every((consumer) =>
          producers.every((said) => !consumer.sees(said) || consumer.highestOf(said.name) >= said.confirmed),
        )
      await until(() => heard() && judgeStreams(producers, by).lost === 0, 'every sample at every consumer', patienceMs)
      for (const consumer of by) consumer.settle()
    },
    /** Everybody leaves; whoever comes then is judged by themselves. */
    async alone(): Promise<void> {
      before = Math.max(before, ...consumers.map(({ last }) => last))
      await Promise.all([...producers.splice(0), ...consumers.splice(0)].map((one) => one.close()))
    },
    async close(): Promise<void> {
      await this.alone()
      await close()
    },
  }
}
export type StreamWorld = ReturnType<typeof streamWorld>

/** Of every kind one: a world of four people or more, two of them at one user's. */
export async function castOf(world: StreamWorld): Promise<void> {
  const { users } = world
  world.consumer({ name: 'resume', way: 'resume' })
  world.consumer({ name: 'recipe', way: 'recipe' })
  world.consumer({ name: 'events', way: 'events' })
  world.consumer({ name: 'filtered', way: 'resume', users: users.slice(1, 3), types: ['HEART_RATE'] })
  await world.until(() => world.consumers.every(({ opened }) => opened > 0), 'every consumer')
  for (const [i, user] of users.entries()) {
    const manner = (['plain', 'numbered', 'packed'] as const)[i % 3]!
    world.producer({ name: `${manner}-${i}`, user, type: i % 2 === 0 ? 'HEART_RATE' : 'STEPS', manner })
  }
  // A second one of a person who already has one.
  world.producer({ name: 'second-of-0', user: users[0]!, type: 'HEART_RATE', manner: 'plain' })
  world.producer({ name: 'second-of-1', user: users[1]!, type: 'HEART_RATE', manner: 'numbered' })
  await world.until(() => world.producers.every(({ readies }) => readies > 0), 'every producer')
}
