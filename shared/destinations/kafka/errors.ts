/** What went wrong, and what can be done about it. */
export interface Trouble {
  /**
   * again: the same records with the same producer, which the brokers recognize; fresh: with a new producer; large: a batch
   * is larger than the topic takes; refused: somebody must mend something; ours: a fault of our side; closed: nobody's.
   */
  kind: 'again' | 'fresh' | 'large' | 'refused' | 'ours' | 'closed'
  /** The brokers' own words, and what to mend. */
  reason: string
  /** The setting to look at. */
  field?: string
  /** By the protocol's name. */
  type?: string
}

/** By the name that the protocol gives an error. */
const KNOWN: Record<string, { kind?: Trouble['kind']; mend?: string; field?: string }> = {
  MESSAGE_TOO_LARGE: {
    kind: 'large',
    mend: 'set max_message_bytes to the topic’s max.message.bytes',
    field: 'settings.max_message_bytes',
  },
  RECORD_LIST_TOO_LARGE: {
    kind: 'large',
    mend: 'set max_message_bytes to the topic’s max.message.bytes',
    field: 'settings.max_message_bytes',
  },
  OUT_OF_ORDER_SEQUENCE_NUMBER: { kind: 'fresh' },
  DUPLICATE_SEQUENCE_NUMBER: { kind: 'fresh' },
  UNKNOWN_PRODUCER_ID: { kind: 'fresh' },
  INVALID_PRODUCER_EPOCH: { kind: 'fresh' },
  INVALID_PRODUCER_ID_MAPPING: { kind: 'fresh' },
  UNKNOWN_TOPIC_OR_PARTITION: {
    mend: 'create the topic, or let the brokers create topics (auto.create.topics.enable)',
    field: 'settings.topic',
  },
  INVALID_TOPIC_EXCEPTION: { mend: 'choose another topic', field: 'settings.topic' },
  TOPIC_AUTHORIZATION_FAILED: {
    mend: 'allow the user Write and Describe on the topic, and Create where it is not there yet',
    field: 'settings.topic',
  },
  CLUSTER_AUTHORIZATION_FAILED: {
    mend: 'allow the user Write on the topic, and IdempotentWrite on the cluster before Kafka 2.8',
  },
  ILLEGAL_SASL_STATE: { mend: 'these brokers do not want SASL there', field: 'settings.sasl' },
  NOT_ENOUGH_REPLICAS: { mend: 'the topic’s min.insync.replicas are not there' },
  INVALID_RECORD: {
    mend: 'the topic’s own rules (a schema, for example) do not take our records',
    field: 'settings.topic',
  },
  POLICY_VIOLATION: { mend: 'a policy of the cluster stands against it', field: 'settings.topic' },
}

const LOOK_AT = 'look at brokers and tls, and at the address that the brokers advertise'

/** A call that took longer than it may. */
export class Late extends Error {
  constructor() {
    super('no answer in time')
  }
}

/** The link was closed while something was under way: a change of settings, or no answer in time. */
export class Closed extends Error {
  constructor() {
    super('the connection was closed meanwhile')
  }
}

/** `topics`: those it was about, which the brokers do not say. */
export function troubleOf(error: unknown, topics: string[] = []): Trouble {
  const root = rootOf(error)
  if (!(root instanceof Error)) return { kind: 'ours', reason: 'unknown' }
  if (root instanceof Closed) return { kind: 'closed', reason: root.message }
  if (root instanceof Late) return { kind: 'refused', reason: root.message }
  const { name, message, type, retriable, broker } = root as Error & {
    type?: string
    retriable?: boolean
    broker?: string
  }
  if (type !== undefined) {
    const { kind, mend, field } = KNOWN[type] ?? {}
    const about = field === 'settings.topic' && topics.length > 0 ? ` for ${topics.join(', ')}` : ''
    return {
      kind: kind ?? (retriable ? 'again' : 'refused'),
      type,
      reason: `${message} (${type})${about}${mend ? `; ${mend}` : ''}`,
      ...(field && { field }),
    }
  }
  if (name === 'KafkaJSSASLAuthenticationError') return signInTrouble(message)
  const at = broker ? ` (${broker})` : ''
  if (name.startsWith('KafkaJSConnection') || name === 'KafkaJSRequestTimeoutError')
    return { kind: 'again', reason: `${message}${at}; ${LOOK_AT}`, field: 'settings.brokers' }
  // So the library says of a broker whose first answer it did not get, and from then on: a new client asks again.
  if (message === 'Broker not connected')
    return { kind: 'fresh', reason: `no answer in time; ${LOOK_AT}`, field: 'settings.brokers' }
  // Of the library's own state: a connection that ended at a bad moment leaves some, and a new client has none of it.
  if (!name.startsWith('KafkaJS')) return { kind: 'ours', reason: `${name}: ${message}` }
  return { kind: retriable === false ? 'refused' : 'again', reason: message }
}

const signInTrouble = (message: string): Trouble =>
  /mechanism is not supported/.test(message)
    ? { kind: 'refused', reason: `${message}; choose another`, field: 'settings.sasl' }
    : { kind: 'refused', reason: `${message}; look at username, password and sasl`, field: 'secrets.password' }

/** The library wraps what it gave up on. */
function rootOf(error: unknown): unknown {
  let root = error
  while (root instanceof Error && root.cause instanceof Error) root = root.cause
  return root
}
