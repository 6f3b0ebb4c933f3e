import type { DeliveryNudge, PayloadNudge } from '../shared/delivery/cell.ts'
import type { BatchNudge } from '../shared/supply/desk.ts'
import type { Connection } from './connection.ts'
import type { DestinationGate } from './destination-gate.ts'
import type { EventLog } from './event-log.ts'
import type { OrphanBox } from './orphan-box.ts'
import type { ProviderHealth } from './provider-health.ts'
import type { RateBudget } from './rate-budget.ts'
import type { StreamHub } from './stream-hub.ts'
import type { StreamSession } from './stream-session.ts'
import type { SupplierDesk } from './supplier-desk.ts'

/** The Worker's bindings; its variables are read through `settings(env)`. */
export interface Env {
  DB: D1Database
  /** Raw segments and large bodies. */
  RAW: R2Bucket
  /** Wrapped data keys. */
  KEYS: R2Bucket
  /** Browser files that come from packages. */
  ASSETS: Fetcher
  EVENT_LOG: DurableObjectNamespace<EventLog>
  CONNECTION: DurableObjectNamespace<Connection>
  DESTINATION_GATE: DurableObjectNamespace<DestinationGate>
  ORPHAN_BOX: DurableObjectNamespace<OrphanBox>
  RATE_BUDGET: DurableObjectNamespace<RateBudget>
  PROVIDER_HEALTH: DurableObjectNamespace<ProviderHealth>
  STREAM_SESSION: DurableObjectNamespace<StreamSession>
  STREAM_HUB: DurableObjectNamespace<StreamHub>
  SUPPLIER_DESK: DurableObjectNamespace<SupplierDesk>
  PAYLOADS: Queue<PayloadNudge>
  PAYLOADS_BULK: Queue<PayloadNudge>
  BATCHES: Queue<BatchNudge>
  SUPPLIER_FILES: Queue<BatchNudge>
  DELIVERIES: Queue<DeliveryNudge>
  DELIVERIES_BULK: Queue<DeliveryNudge>
}
