import type { Shipment } from './shipment.ts'

/** Of one transaction, over all cells. One shipment alone may be larger: a cell's window is bounded by itself. */
const MOST_EVENTS = 500
const MOST_BYTES = 8 * 1024 * 1024

/** How many of these shipments go together, in order; at least one. Two of one cell never do: the later may depend on the earlier. */
export function cutAt(shipments: Shipment[]): number {
  const cells = new Set<string>()
  let events = 0
  let bytes = 0
  for (const [i, { cell, groups }] of shipments.entries()) {
    for (const group of groups) {
      events += group.events.length
      for (const event of group.events) bytes += event.body.length
    }
    if (i > 0 && (cells.has(cell) || events > MOST_EVENTS || bytes > MOST_BYTES)) return i
    cells.add(cell)
  }
  return shipments.length
}
