import type { SendContext } from '../define.ts'
import { retry } from '../outcome.ts'
import { type Failed, notShipped, type Shipment, type Shipped, type ShippedEvent } from '../shipment.ts'
import { type EventRows, eventRows } from './event-rows.ts'
import { RECORD_TABLES, SAMPLES, TYPED } from './layout.ts'
import type { Layout } from './migrate.ts'
import { NOBODY } from './nobody.ts'
import { POINTERS, type PointerRows, type PointerTurn, pointerRows, pointerTurn } from './pointers.ts'
import { NO_POSITIONS } from './positions.ts'
import { putShipments } from './put-shipments.ts'
import { SAMPLE_LISTS } from './samples.ts'
import { type Turn, turnOf } from './turn.ts'

export type LayoutName = 'typed' | 'pointers'
export const LAYOUTS: Record<LayoutName, Layout> = { typed: TYPED, pointers: POINTERS }

/** What a dialect puts in, in one transaction. Throws a `SqlFailure`; then nothing of it is in. */
export interface Puts {
  typed: (turn: Turn) => Promise<void>
  pointers: (turn: PointerTurn) => Promise<void>
}
type Context = Pick<SendContext<unknown, unknown>, 'timeoutMs' | 'now' | 'linkTo'>

/** A look for a guilty event ends at this share of the time-out: what was found by then is told in time. */
const LOOKING_SHARE = 0.5

/** Puts shipments into the tables of a layout, whatever the dialect. `erase`: who leaves is erased. */
export const shipInto = (layout: LayoutName, puts: Puts, shipments: Shipment[], context: Context, erase: boolean) =>
  layout === 'typed' ? shipTyped(puts, shipments, context, erase) : shipPointers(puts, shipments, context, erase)

const until = ({ now, timeoutMs }: Context) => now() + timeoutMs * LOOKING_SHARE

function shipTyped(puts: Puts, shipments: Shipment[], context: Context, erase: boolean): Promise<Shipped[]> {
  return putShipments(shipments, {
    rowsOf: (event, group) => eventRows(group, event, { erase, now: context.now() }),
    tablesOf: typedTables,
    put: (rows, positions) => puts.typed(turnOf(rows, positions)),
    now: context.now,
    until: until(context),
  })
}
/** Readings go with their records; who leaves takes both out of all tables. */
function typedTables({ user, records }: EventRows): string[] {
  if (Number(user?.erased_seq ?? 0) > 0) return [...Object.keys(RECORD_TABLES), SAMPLES.name]
  return records.flatMap(({ type }) => (SAMPLE_LISTS[type].length > 0 ? [type, SAMPLES.name] : [type]))
}

/** Bodies are stored before the rows that name them. */
async function shipPointers(puts: Puts, shipments: Shipment[], context: Context, erase: boolean): Promise<Shipped[]> {
  const rows = new Map<ShippedEvent, PointerRows>()
  try {
    for (const { cell, groups } of shipments)
      for (const group of groups)
        for (const event of group.events)
          rows.set(event, await pointerRows(group, event, cell, { ...context, erase, now: context.now() }))
  } catch (error) {
    // Nothing is wrong with the database: what could not be stored is ours.
    const sent = retry('ours', error instanceof Error ? error.message : 'a body could not be stored') as Failed
    return shipments.map(() => notShipped(sent))
  }
  return putShipments(shipments, {
    rowsOf: (event) => rows.get(event)!,
    tablesOf: ({ data, other }) => [
      ...(data ? ['terra_data_payloads'] : []),
      ...(other ? ['terra_other_payloads'] : []),
    ],
    put: (some, positions) => puts.pointers(pointerTurn(some, positions)),
    now: context.now,
    until: until(context),
  })
}

/** Puts all that deliveries put, for nobody: into a transaction that is taken back. */
export async function putNobody(layout: LayoutName, puts: Puts, now: number): Promise<void> {
  if (layout === 'typed')
    return puts.typed(
      turnOf(
        NOBODY.events.map((event) => eventRows(NOBODY, event, { erase: true, now })),
        TRIED,
      ),
    )
  const linkTo = async () => ({ url: '', payload_id: '' })
  const rows = NOBODY.events.map((event) => pointerRows(NOBODY, event, '', { linkTo, erase: true, now }))
  return puts.pointers(pointerTurn(await Promise.all(rows), TRIED))
}
const position = { destination_id: 'check', cell: 'check', lane: 1, seq: 1, updated_at: '2026-01-01T00:00:00.000000Z' }
const TRIED = { ...NO_POSITIONS, cursors: [position], released: [position] }
