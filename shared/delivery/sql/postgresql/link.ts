import type { SendContext } from '../../define.ts'
import { retry } from '../../outcome.ts'
import { type Failed, type Link, notShipped, type Shipment, type Shipped, type ShippedEvent } from '../../shipment.ts'
import { eventRows } from '../event-rows.ts'
import { TYPED } from '../layout.ts'
import { NOBODY } from '../nobody.ts'
import { POINTERS, type PointerRows, pointerRows, pointerTurn as pointersOf } from '../pointers.ts'
import { NO_POSITIONS } from '../positions.ts'
import { putShipments } from '../put-shipments.ts'
import { turnOf } from '../turn.ts'
import { type Client, type Login, newClient } from './client.ts'
import { refusalOf } from './errors.ts'
import type { Place } from './names.ts'
import { pointerTurn } from './pointer-turn.ts'
import { prepare, put, tryOnNobody } from './store.ts'
import { typedTurn } from './typed-turn.ts'

/** A database as a destination's settings name it. */
export interface Target {
  login: Login
  /** As the server calls who logs in. */
  role: string
  place: Place
  layout: 'typed' | 'pointers'
  erase: boolean
}
type Context = Pick<SendContext<unknown, unknown>, 'signal' | 'timeoutMs' | 'now' | 'linkTo'>

/** A look for a guilty event ends at this share of the time-out: what was found by then is told in time. */
const LOOKING_SHARE = 0.5

/** Connects, and brings the tables to this version. */
export async function connect(target: Target, context: Context): Promise<Link> {
  const client = newClient(target.login, context)
  try {
    await prepare(client, target.place, target.layout === 'typed' ? TYPED : POINTERS, { thorough: false })
  } catch (error) {
    await client.close()
    throw refusalOf(error, refusing(target))
  }
  const ship = target.layout === 'typed' ? shipTyped : shipPointers
  return { ship: (shipments) => ship(client, target, context, shipments), close: () => client.close() }
}

/** Connects, makes what is missing, and tries all that deliveries do on rows of nobody. */
export async function check(target: Target, context: Context): Promise<void> {
  const client = newClient(target.login, context)
  const { place, layout } = target
  try {
    await prepare(client, place, layout === 'typed' ? TYPED : POINTERS, { thorough: true })
    const statements = layout === 'typed' ? typedTry(place, context) : await pointersTry(place, context)
    await tryOnNobody(client, statements, context.timeoutMs)
  } catch (error) {
    throw refusalOf(error, refusing(target))
  } finally {
    await client.close()
  }
}

const refusing = ({ login, role, place }: Target) => ({ database: login.database, role, schema: place.schema })
const until = ({ now, timeoutMs }: Context) => now() + timeoutMs * LOOKING_SHARE

function shipTyped(
  client: Client,
  { place, erase }: Target,
  context: Context,
  shipments: Shipment[],
): Promise<Shipped[]> {
  return putShipments(shipments, {
    rowsOf: (event, group) => eventRows(group, event, { erase, now: context.now() }),
    // Readings of a record are about the table of readings as well.
    tablesOf: ({ records }) => [...records.map(({ type }) => type), ...(records.length > 0 ? ['samples'] : [])],
    put: (rows, positions) => put(client, typedTurn(place, turnOf(rows, positions)), context.timeoutMs),
    now: context.now,
    until: until(context),
  })
}

/** Bodies are stored before the rows that name them. */
async function shipPointers(
  client: Client,
  { place, erase }: Target,
  context: Context,
  shipments: Shipment[],
): Promise<Shipped[]> {
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
    put: (some, positions) => put(client, pointerTurn(place, pointersOf(some, positions)), context.timeoutMs),
    now: context.now,
    until: until(context),
  })
}

const typedTry = (place: Place, { now }: Context) =>
  typedTurn(
    place,
    turnOf(
      NOBODY.events.map((event) => eventRows(NOBODY, event, { erase: true, now: now() })),
      TRIED,
    ),
  )
async function pointersTry(place: Place, { now }: Context) {
  const linkTo = async () => ({ url: '', payload_id: '' })
  const rows = NOBODY.events.map((event) => pointerRows(NOBODY, event, '', { linkTo, erase: true, now: now() }))
  return pointerTurn(place, pointersOf(await Promise.all(rows), TRIED))
}
const position = { destination_id: 'check', cell: 'check', lane: 1, seq: 1, updated_at: '2026-01-01T00:00:00.000000Z' }
const TRIED = { ...NO_POSITIONS, cursors: [position], released: [position] }
