import type { Client } from '../../shared/sdk/client.ts'
import { PROJECT } from './postgres.ts'
import { fromKafka, fromMariadb, fromPostgres } from './readers.ts'
import type { startServices } from './services.ts'
import { objectsSink } from './sinks/objects.ts'
import { queueSink } from './sinks/queue.ts'
import type { Landed } from './sinks/sink.ts'
import type { Webhook } from './sinks/webhook.ts'

/** Kinds that hold what is, not what happened: the newest of each record. */
export const TABLES = ['postgres', 'supabase', 'mysql']

type All = 'postgres' | 'pooled' | 'mariadb' | 'kafka' | 'sqs' | 's3'
export type Services = Awaited<ReturnType<typeof startServices<All>>>

/** A destination, and all that landed there until now, read by the system's own client. */
export interface Place {
  type: string
  all: () => Promise<Landed[]>
}
interface Kind extends Place {
  settings: object
  secrets?: object
  delivery?: object
}

/** One destination of every kind, encrypted where the kind's protocol can be. */
export async function addPlaces(client: Client, services: Services, webhook: Webhook): Promise<Place[]> {
  const kinds = await kindsOf(services, webhook)
  for (const { type, settings, secrets = {}, delivery } of kinds)
    await client.destinations.add({ type, settings, secrets, delivery: { deletions: true, ...delivery } } as never)
  return kinds
}

async function kindsOf({ postgres, pooled, mariadb, kafka, sqs, s3 }: Services, webhook: Webhook): Promise<Kind[]> {
  const { user, password, database, port } = postgres
  const encrypted = { host: 'localhost', tls: 'verify-full' }
  const objects = await objectsSink(s3)
  const queue = await queueSink(sqs)
  const pooler = { port: pooled.poolerPort, project: PROJECT, role: user, database }
  return [
    {
      ...{ type: 'webhook', settings: { url: webhook.url }, delivery: { max_records_per_call: 1 } },
      all: async () => webhook.landed,
    },
    {
      ...{ type: 'postgres', settings: { ...encrypted, port, database, user }, secrets: { password } },
      all: () => fromPostgres(postgres),
    },
    {
      ...{ type: 'supabase', settings: { ...encrypted, ...pooler }, secrets: { password } },
      all: () => fromPostgres(pooled),
    },
    {
      ...{ type: 'mysql', secrets: { password: mariadb.password } },
      settings: { host: 'localhost', tls: 'require', port: mariadb.port, database, user: mariadb.user },
      all: () => fromMariadb(mariadb),
    },
    { ...objects.destination, delivery: {}, all: gathered(objects.arrivals) },
    { ...queue.destination, delivery: {}, all: gathered(queue.arrivals) },
    {
      type: 'kafka',
      settings: {
        ...{ brokers: [`localhost:${kafka.ports.sasl_ssl}`], topic: 'health' },
        ...{ tls: true, sasl: 'scram-sha-512', compression: 'gzip' },
      },
      secrets: { username: kafka.user, password: kafka.password },
      all: async () => fromKafka((await kafka.topics()).includes('health') ? await kafka.records('health') : []),
    },
  ]
}

/** What is read once is kept. */
function gathered(arrivals: () => Promise<Landed[]>): () => Promise<Landed[]> {
  const all: Landed[] = []
  return async () => {
    all.push(...(await arrivals()))
    return all
  }
}
