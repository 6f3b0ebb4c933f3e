import type { Sent } from './outcome.ts'
import type { EventType, WireUser } from './types.ts'

/** A window of a cell for a destination that takes it whole. Plain data: it crosses to the gate. */
export interface Shipment {
  /** Name of the cell. */
  cell: string
  destination_id: string
  /** Bounds of the main window, which a repetition keeps where they are written down. Absent: lanes only. */
  window?: { from: number; to: number }
  /** Groups of the main window and of lanes; each connection is in one of them. Its events are in the order to keep. */
  groups: ShippedGroup[]
}

export interface ShippedGroup {
  connection: number
  user: WireUser
  /** The connection is held, or events are sent again: it has a position of its own. */
  lane: boolean
  events: ShippedEvent[]
}

/** One event, shaped for its destination (version, samples, fields). */
export interface ShippedEvent {
  /** Stable over retries and windows: destination, user and seq. */
  event_id: string
  seq: number
  prevSeq: number | undefined
  type: EventType
  /** true: the source deleted the record; there is no body. */
  deleted: boolean
  /** The event as webhooks have it, JSON: for sinks that keep events. */
  body: string
  /** What tables hold: the records in it. One; several where a request asked for them; none in lifecycle events. */
  records: ShippedRecord[]
  origin: string
  /** When the content was appended, ms: the ordering timestamp. */
  appendedAt: number
  /** When the source's request came in, ms. */
  receivedAt: number
  /** The request that asked for it. */
  reference: string | undefined
}

export interface ShippedRecord {
  type: EventType
  summary_id: string
  /** Of the record itself, which is older than the event's where a request asked for it. */
  seq: number
  revision: number
  /** JSON; undefined: deleted at the source. */
  body: string | undefined
}

/** How far a group came. */
export interface GroupShipped {
  connection: number
  lane: boolean
  /** Position in the group's events up to which all is delivered: 0 = none, events.length = all. */
  delivered: number
  /** What came of the event at that position, where it was refused by itself. */
  failed?: Exclude<Sent, { kind: 'delivered' }>
}

/** What came of a shipment: told by group, or all of it failed for one reason. */
export type Shipped = { kind: 'done'; groups: GroupShipped[] } | { kind: 'failed'; sent: Failed }
export type Failed = Extract<Sent, { kind: 'retry' }>

/** A warm connection. What it was given is answered in order; it never throws for what the other side did. */
export interface Link {
  ship: (shipments: Shipment[]) => Promise<Shipped[]>
  close: () => Promise<void>
}

export const shipped = (groups: GroupShipped[]): Shipped => ({ kind: 'done', groups })
export const allShipped = ({ groups }: Pick<Shipment, 'groups'>): Shipped => shipped(groups.map(wholly))
export const wholly = ({ connection, lane, events }: ShippedGroup): GroupShipped => ({
  connection,
  lane,
  delivered: events.length,
})
export const notShipped = (sent: Failed): Shipped => ({ kind: 'failed', sent })

export const eventsOf = (shipments: Pick<Shipment, 'groups'>[]): number =>
  shipments.reduce((sum, { groups }) => sum + groups.reduce((n, group) => n + group.events.length, 0), 0)

/** The key of one position at the sink: the main window's, or a lane's own. */
export const laneOf = ({ lane, connection }: Pick<ShippedGroup, 'lane' | 'connection'>): number =>
  lane ? connection : 0
