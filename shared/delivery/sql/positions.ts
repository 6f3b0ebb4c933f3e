import { type GroupShipped, laneOf, type Shipment } from '../shipment.ts'
import { instantAt } from './moment.ts'
import type { Row } from './table.ts'

/** Rows of the table of cursors: they only go up, and are written with what they count. */
export interface Positions {
  cursors: Row[]
  /** Held connections that the window carries again: their own rows go, where they are behind it. */
  released: Row[]
}
export const NO_POSITIONS: Positions = { cursors: [], released: [] }

/** Where the destination is in each cell when these groups came so far. */
export function positionsOf(shipments: Shipment[], told: GroupShipped[][], now: number): Positions {
  const positions: Positions = { cursors: [], released: [] }
  for (const [i, shipment] of shipments.entries()) {
    const { destination_id, cell, window, groups } = shipment
    const row = (lane: number, seq: number): Row => ({ destination_id, cell, lane, seq, updated_at: instantAt(now) })
    let windowTo = window?.to ?? 0
    for (const [n, group] of groups.entries()) {
      const { delivered, failed } = told[i]![n]!
      const last = group.events[delivered - 1]?.seq
      const next = group.events[delivered]?.seq
      if (group.lane) {
        if (last !== undefined) positions.cursors.push(row(laneOf(group), last))
      } else if (next === undefined) positions.released.push(row(group.connection, last ?? 0))
      // Refused by itself: it goes on in a lane of its own, from here.
      else if (failed) positions.cursors.push(row(group.connection, last ?? next - 1))
      // Not tried: the window is not past it.
      else windowTo = Math.min(windowTo, next - 1)
    }
    if (windowTo > 0) positions.cursors.push(row(0, windowTo))
  }
  return positions
}
