import type { Env } from '../durable-objects/env.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../shared/base/time.ts'
import type { DeliveryNudge, PayloadNudge } from '../shared/delivery/cell.ts'
import type { BatchNudge } from '../shared/supply/desk.ts'
import { app } from './app.ts'
import { sendHealthchecks } from './crons/healthchecks.ts'
import { keepAllSubscriptions } from './crons/keep-subscriptions.ts'
import { sweep } from './crons/sweep.ts'
import { batches } from './queues/batches.ts'
import { deadLetters } from './queues/dead-letters.ts'
import { deliveries } from './queues/deliveries.ts'
import { payloads } from './queues/payloads.ts'
import { supplierFiles } from './queues/supplier-files.ts'

export { Connection } from '../durable-objects/connection.ts'
export { DestinationGate } from '../durable-objects/destination-gate.ts'
export { EventLog } from '../durable-objects/event-log.ts'
export { OrphanBox } from '../durable-objects/orphan-box.ts'
export { ProviderHealth } from '../durable-objects/provider-health.ts'
export { RateBudget } from '../durable-objects/rate-budget.ts'
export { StreamHub } from '../durable-objects/stream-hub.ts'
export { StreamSession } from '../durable-objects/stream-session.ts'
export { SupplierDesk } from '../durable-objects/supplier-desk.ts'

export default {
  fetch: (request, env, context) => app.fetch(request, env, context),
  async queue(batch, env, context) {
    if (batch.messages.length === 0) return
    // Names carry the environment in front: fascia-production-payloads-bulk.
    if (batch.queue.endsWith('-dlq')) await deadLetters(batch, env)
    else if (/payloads(-bulk)?$/.test(batch.queue))
      await payloads(batch as MessageBatch<PayloadNudge>, env, (told) => context.waitUntil(told))
    else if (batch.queue.endsWith('batches')) await batches(batch as MessageBatch<BatchNudge>, env)
    else if (batch.queue.endsWith('supplier-files')) await supplierFiles(batch as MessageBatch<BatchNudge>, env)
    else await deliveries(batch as MessageBatch<DeliveryNudge>, env)
  },
  async scheduled({ scheduledTime }, env) {
    await sweep(env)
    if (scheduledTime % HOUR_MS < MINUTE_MS) await sendHealthchecks(env, scheduledTime)
    if (scheduledTime % DAY_MS < MINUTE_MS) await keepAllSubscriptions(env, scheduledTime)
  },
} satisfies ExportedHandler<Env>
