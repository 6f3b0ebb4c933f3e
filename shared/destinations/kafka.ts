import { defineWarmDestination } from '../delivery/define.ts'
import { check } from './kafka/check.ts'
import { openSender } from './kafka/client.ts'
import { KafkaLink } from './kafka/link.ts'
import { pointerOf, recordOf } from './kafka/records.ts'
import { KafkaSecrets, KafkaSettings } from './kafka/settings.ts'

/** Long enough for a partition to find another leader, or a broker to come back, within one delivery. */
const TIMEOUT_MS = 15_000

/**
 * Records keyed by user, so that a user's events are in one partition, in order. A delivery whose answer was lost may be in
 * the topic twice: both carry the same event_id.
 */
export default defineWarmDestination({
  type: 'kafka',
  title: 'Kafka',
  about:
    'Each event is a record of a topic, keyed by `user_id`: a user’s events stay in order. Written by an idempotent producer, acknowledged by all replicas that are in sync.',
  settings: KafkaSettings,
  secrets: KafkaSecrets,
  timeoutMs: TIMEOUT_MS,
  hosts: ({ brokers }) => brokers,
  check,
  connect: (context) =>
    new KafkaLink({
      open: (withinMs) => openSender(context, withinMs),
      record: (event, user) => recordOf(event, user, context),
      pointer: (event, user, cell) => pointerOf(event, user, cell, context),
      maxBytes: context.settings.max_message_bytes,
      park: context.settings.large === 'park',
      timeoutMs: context.timeoutMs,
      now: context.now,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    }).connect(),
})
