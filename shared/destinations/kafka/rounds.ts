import type { Sent } from '../../delivery/outcome.ts'
import type { GroupShipped, Shipment, ShippedEvent, ShippedGroup } from '../../delivery/shipment.ts'
import type { KafkaRecord } from './records.ts'

/** How far one connection's events of a shipment have come. */
export interface Line {
  shipment: Shipment
  group: ShippedGroup
  delivered: number
  /** The event at this place cannot go in; nothing goes in from there on. */
  refused?: { at: number; sent: Exclude<Sent, { kind: 'delivered' }> }
}
export interface Item {
  line: Line
  /** Its place among the events of its group. */
  at: number
  event: ShippedEvent
  record: KafkaRecord
  /** The record says where the event is. */
  pointer: boolean
}

export const linesOf = (shipments: Shipment[]): Line[] =>
  shipments.flatMap((shipment) => shipment.groups.map((group) => ({ shipment, group, delivered: 0 })))

export const groupShipped = ({ group, delivered, refused }: Line): GroupShipped => ({
  connection: group.connection,
  lane: group.lane,
  delivered,
  ...(refused?.at === delivered && { failed: refused.sent }),
})

export const isOwed = ({ line, at }: Item): boolean =>
  at >= line.delivered && (line.refused === undefined || at < line.refused.at)

/** What goes together next: in order, at most so many bytes to one place, but one record at least. */
export function nextRound(owed: Item[], mostBytes: number, place: (record: KafkaRecord) => string): Item[] {
  const bytes = new Map<string, number>()
  const end = owed.findIndex(({ record }) => {
    const at = place(record)
    const before = bytes.get(at) ?? 0
    bytes.set(at, before + record.bytes)
    return before > 0 && before + record.bytes > mostBytes
  })
  return end === -1 ? owed : owed.slice(0, end)
}
export const bytesOf = (round: Item[]): number => round.reduce((sum, { record }) => sum + record.bytes, 0)
