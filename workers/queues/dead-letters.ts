import type { Env } from '../../durable-objects/env.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { recordDeadLetter } from '../../shared/db/dead-letters.ts'
import { open } from '../../shared/db/open.ts'

/** Messages that nobody could work off are written down. What they pointed at is still in its cell, and looked after there. */
export async function deadLetters(batch: MessageBatch, env: Env): Promise<void> {
  for (const message of batch.messages) {
    logLine('dead letter', { queue: batch.queue, id: message.id })
    await recordDeadLetter(open(env.DB), {
      queue: batch.queue,
      message: JSON.stringify(message.body),
      attempts: message.attempts,
      sent_at: message.timestamp.getTime(),
      arrived_at: Date.now(),
    })
    message.ack()
  }
}
