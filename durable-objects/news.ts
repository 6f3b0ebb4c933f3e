import type { OperationalType } from '../shared/schema/operational-event.ts'

/** Something that a developer is told of a destination. `event_id`: told once, however often it is said. */
export interface News {
  event_id: string
  type: OperationalType
  /** The event, but for its type. */
  fields: Record<string, unknown>
}
/** What a cell found waiting at a destination that wants to be told. */
export interface Lag {
  destination_id: string
  destination_type: string
  thresholdMs: number
  /** Of the oldest event that is not delivered; null: nothing waits. */
  oldestAt: number | null
}
