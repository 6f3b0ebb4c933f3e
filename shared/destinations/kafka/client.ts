import kafkajs, { type Kafka, type Producer, type SASLOptions } from 'kafkajs'
import type { SendContext } from '../../delivery/define.ts'
import { Late } from './errors.ts'
import './quiet-queue.ts'
import type { KafkaRecord } from './records.ts'
import type { KafkaSecrets, KafkaSettings } from './settings.ts'
import { Sockets } from './sockets.ts'

/** Puts records into the cluster, in order for each key. */
export interface Sender {
  /** All of them are in, or it throws. The same again after that is recognized by the brokers; others are not safe. */
  send: (records: KafkaRecord[], withinMs: number) => Promise<void>
  /** Records of one place go in one batch, whose size is bounded: the partition, or the topic while it is not known yet. */
  place: (record: KafkaRecord) => string
  close: () => Promise<void>
}
export type Context = Pick<
  SendContext<KafkaSettings, KafkaSecrets>,
  'settings' | 'secrets' | 'timeoutMs' | 'insideAllowed'
>

/** Parts of a destination's time-out. */
const REQUEST_PART = 0.3
const CONNECT_PART = 0.25
/** The library tries little by itself; what is worth more tries is tried by the link, which knows the time that is left. */
const RETRY = { retries: 2, initialRetryTime: 50, maxRetryTime: 500 }

/** A client with sockets of its own. */
export function newClient({ settings, secrets, timeoutMs, insideAllowed }: Context): {
  kafka: Kafka
  sockets: Sockets
} {
  const sockets = new Sockets(insideAllowed)
  const kafka = new kafkajs.Kafka({
    brokers: settings.brokers,
    clientId: settings.client_id,
    ssl: settings.tls,
    sasl: saslOf(settings, secrets),
    connectionTimeout: Math.ceil(timeoutMs * CONNECT_PART),
    authenticationTimeout: Math.ceil(timeoutMs * CONNECT_PART),
    requestTimeout: Math.ceil(timeoutMs * REQUEST_PART),
    retry: RETRY,
    socketFactory: sockets.factory,
    // What matters comes as an error; the rest would be lines without our ids.
    logLevel: kafkajs.logLevel.NOTHING,
    logCreator: () => () => undefined,
  })
  return { kafka, sockets }
}

const saslOf = ({ sasl }: KafkaSettings, { username, password }: KafkaSecrets): SASLOptions | undefined =>
  sasl === 'none' ? undefined : ({ mechanism: sasl, username: username ?? '', password: password ?? '' } as SASLOptions)

/** Connects, and takes an id as an idempotent producer. */
export async function openSender(context: Context, withinMs: number): Promise<Sender> {
  const { kafka, sockets } = newClient(context)
  const placed = new Set<string>()
  const partitions = new Map<string, Parameters<typeof choose>[0]['partitionMetadata']>()
  const choose = kafkajs.Partitioners.DefaultPartitioner()
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    retry: RETRY,
    createPartitioner: () => (about) => {
      const partition = choose(about)
      partitions.set(about.topic, about.partitionMetadata)
      placed.add(placeName(about.topic, partition))
      return partition
    },
  })
  const close = async () => {
    sockets.close()
    await producer.disconnect()
  }
  try {
    // A failure here would leave a producer that sends, but is not idempotent.
    await inTime(producer.connect(), withinMs)
  } catch (error) {
    void close().catch(() => undefined)
    throw error
  }
  const timeout = Math.ceil(context.timeoutMs * REQUEST_PART)
  const compression = context.settings.compression === 'gzip' ? GZIP : NONE
  return {
    async send(records, within) {
      placed.clear()
      const batch = { topicMessages: byTopic(records), compression, acks: -1, timeout }
      const answers = await inTime(producer.sendBatch(batch), within)
      // Where a partition moves to a broker that has answered already, the library forgets it and reports success.
      for (const { topicName, partition } of answers) placed.delete(placeName(topicName, partition))
      if (placed.size > 0) throw new Error(`no answer for ${[...placed].join(', ')}`)
    },
    place({ topic, key, value }) {
      const partitionMetadata = partitions.get(topic)
      if (!partitionMetadata) return topic
      return placeName(topic, choose({ topic, partitionMetadata, message: { key, value } }))
    },
    close,
  }
}
const placeName = (topic: string, partition: number) => `${topic}/${partition}`
const NONE = 0
const GZIP = 1

type TopicMessages = NonNullable<Parameters<Producer['sendBatch']>[0]['topicMessages']>
function byTopic(records: KafkaRecord[]): TopicMessages {
  const topics = new Map<string, TopicMessages[number]>()
  for (const { topic, key, value, headers } of records) {
    const found = topics.get(topic) ?? { topic, messages: [] }
    found.messages.push({ key, value, headers })
    topics.set(topic, found)
  }
  return [...topics.values()]
}

/** Throws `Late` after so long. */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Late()), Math.max(0, ms))
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
