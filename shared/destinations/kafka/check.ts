import type { Admin } from 'kafkajs'
import { Refused, type SendContext } from '../../delivery/define.ts'
import { EVENT_TYPES } from '../../schema/event-types.ts'
import { inTime, newClient, openSender } from './client.ts'
import { type Trouble, troubleOf } from './errors.ts'
import { topicOf } from './records.ts'
import type { KafkaSecrets, KafkaSettings } from './settings.ts'

const CONNECT_PART = 0.8
/** Of a broker, as the protocol numbers what has a configuration. */
const BROKER = 4

/**
 * Signs in, looks for the topics and takes an id as an idempotent producer, which is all that can be tried without a record
 * that would stay in the topic. Whether the user may write there shows at the first delivery.
 */
export async function check(context: SendContext<KafkaSettings, KafkaSecrets>): Promise<void> {
  const { settings, secrets, timeoutMs } = context
  if (settings.sasl !== 'none' && (!secrets.username || !secrets.password))
    throw new Refused(`${settings.sasl} needs a user and a password`, 'secrets.username')
  const { kafka, sockets } = newClient(context)
  const admin = kafka.admin()
  try {
    await inTime(lookedFor(admin, context), timeoutMs * CONNECT_PART)
    await (await openSender(context, timeoutMs * CONNECT_PART)).close()
  } catch (error) {
    if (error instanceof Refused) throw error
    const { reason, field } = troubleOf(error)
    throw new Refused(reason, field)
  } finally {
    sockets.close()
    void admin.disconnect().catch(() => undefined)
  }
}

async function lookedFor(
  admin: Admin,
  { settings, delivery }: SendContext<KafkaSettings, KafkaSecrets>,
): Promise<void> {
  await admin.connect()
  const types = delivery.event_types.length > 0 ? delivery.event_types : EVENT_TYPES
  const topics = settings.topic_per_type ? types.map((type) => topicOf(settings, type)) : [settings.topic]
  const missing: string[] = []
  for (const topic of topics) if (!(await exists(admin, topic))) missing.push(topic)
  if (missing.length === 0) return
  const creates = await createsTopics(admin)
  if (creates === 'true') return
  const why =
    creates === 'false' ? 'the brokers do not create topics' : 'the brokers do not say whether they create topics'
  throw new Refused(`there is no topic ${missing.join(', ')}, and ${why}; create it first`, 'settings.topic')
}

async function exists(admin: Admin, topic: string): Promise<boolean> {
  try {
    await admin.fetchTopicMetadata({ topics: [topic] })
    return true
  } catch (error) {
    const trouble: Trouble = troubleOf(error, [topic])
    if (trouble.type === 'UNKNOWN_TOPIC_OR_PARTITION') return false
    throw new Refused(trouble.reason, trouble.field)
  }
}

/** The brokers' own setting; undefined where we may not read it. */
async function createsTopics(admin: Admin): Promise<string | undefined> {
  try {
    const { brokers } = await admin.describeCluster()
    const name = String(brokers[0]?.nodeId ?? '')
    const configNames = ['auto.create.topics.enable']
    const { resources } = await admin.describeConfigs({
      resources: [{ type: BROKER, name, configNames }],
      includeSynonyms: false,
    })
    return resources[0]?.configEntries.find(({ configName }) => configNames.includes(configName))?.configValue
  } catch {
    // Not allowed to ask: then nobody can be told that the topic will be there.
    return undefined
  }
}
