import type { Shipment, ShippedEvent, ShippedGroup, ShippedRecord } from '../../../shared/delivery/shipment.ts'
import { group } from '../leases.ts'

/** Shipments as a cell gives them to a SQL destination, for tests. */
export const USER = '00000000-0000-8000-8000-000000000001'

export const record = (seq: number, body: object | undefined, more: Partial<ShippedRecord> = {}): ShippedRecord => ({
  type: 'daily',
  summary_id: '2026-07-01',
  seq,
  revision: 1,
  body: body && JSON.stringify(body),
  ...more,
})
export const shippedEvent = (seq: number, more: Partial<ShippedEvent> = {}): ShippedEvent => ({
  event_id: `evt_${seq}`,
  seq,
  prevSeq: undefined,
  type: 'daily',
  deleted: false,
  body: '{}',
  records: [],
  origin: 'live',
  appendedAt: Date.UTC(2026, 6, 1, 12, 0, seq % 60),
  receivedAt: Date.UTC(2026, 6, 1, 11, 59, 0),
  reference: undefined,
  ...more,
})
/** An event of one record. */
export const dataEvent = (seq: number, body: object | undefined, more: Partial<ShippedRecord> = {}): ShippedEvent => {
  const one = record(seq, body, more)
  return shippedEvent(seq, { type: one.type, deleted: body === undefined, records: [one] })
}
export const lifecycle = (seq: number, type: ShippedEvent['type'], more: object = {}): ShippedEvent =>
  shippedEvent(seq, { type, body: JSON.stringify({ type, ...more }) })

export const shippedGroup = (events: ShippedEvent[], more: Partial<ShippedGroup> = {}): ShippedGroup => {
  const connection = more.connection ?? 1
  const { user } = group(connection, [])
  return { connection, user: { ...user, user_id: USER.slice(0, -1) + connection }, lane: false, events, ...more }
}
export const shipment = (groups: ShippedGroup[], more: Partial<Shipment> = {}): Shipment => ({
  cell: 'dev/eu/1',
  destination_id: 'dst_1',
  window: { from: 1, to: Math.max(...groups.flatMap(({ events }) => events.map(({ seq }) => seq))) },
  groups,
  ...more,
})
