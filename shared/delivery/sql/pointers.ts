import { Fault } from '../../base/fault.ts'
import { LONGEST_PAYLOAD_LINK_S } from '../../base/limits.ts'
import { DATA_TYPES } from '../../schema/data-types.ts'
import type { StoredBody } from '../define.ts'
import type { ShippedEvent, ShippedGroup } from '../shipment.ts'
import { type EventRows, eventRows } from './event-rows.ts'
import { CURSORS, NOTES } from './layout.ts'
import type { Layout } from './migrate.ts'
import { instantAt } from './moment.ts'
import type { Positions } from './positions.ts'
import type { Column, Row, Table } from './table.ts'
import { nextState } from './turn.ts'

/** The public contract's own tables: who, what and when, and where the body is. An update of a day is another row. */
const id = (name: string): Column => ({ name, type: 'id', notNull: true })
const text = (name: string): Column => ({ name, type: 'text' })

export const TERRA_USERS: Table = {
  name: 'terra_users',
  columns: [
    id('user_id'),
    text('reference_id'),
    { name: 'created_at', type: 'text', notNull: true },
    text('granted_scopes'),
    { name: 'provider', type: 'text', notNull: true },
    { name: 'state', type: 'text', notNull: true },
    { name: 'seq', type: 'bigint', notNull: true },
  ],
  key: ['user_id'],
  indexes: [],
}
const PAYLOAD: Column[] = [
  id('event_id'),
  // Absent: the connection was erased meanwhile, and the body with it.
  text('payload_id'),
  id('user_id'),
  { name: 'data_type', type: 'text', notNull: true },
  { name: 'created_at', type: 'instant', notNull: true },
]
export const TERRA_DATA_PAYLOADS: Table = {
  name: 'terra_data_payloads',
  columns: [
    ...PAYLOAD,
    { name: 'start_time', type: 'instant' },
    { name: 'end_time', type: 'instant' },
    text('payload_url'),
  ],
  key: ['event_id'],
  indexes: [['user_id']],
}
export const TERRA_OTHER_PAYLOADS: Table = {
  name: 'terra_other_payloads',
  columns: [...PAYLOAD, text('payload_type'), text('payload_url')],
  key: ['event_id'],
  indexes: [['user_id']],
}

export const POINTERS: Layout = {
  name: 'pointers',
  version: 1,
  tables: [TERRA_USERS, TERRA_DATA_PAYLOADS, TERRA_OTHER_PAYLOADS],
  common: [NOTES, CURSORS],
}

export interface PointerRows {
  user: Row | undefined
  replaced: Row | undefined
  data: Row | undefined
  other: Row | undefined
  /** The user whose data rows go. */
  erased: string | undefined
}
/** What one transaction of this layout puts in. */
export interface PointerTurn {
  users: Row[]
  /** Connections that others took the place of: only their state is told. */
  replaced: Row[]
  data: Row[]
  other: Row[]
  /** Users whose data rows go, after all others are in. */
  erased: string[]
  cursors: Row[]
  released: Row[]
}

/** Key of the stored body and of the row: the event's id, which a repetition keeps. A later link is made by the payload_id. */
export async function pointerRows(
  group: ShippedGroup,
  event: ShippedEvent,
  cell: string,
  deps: {
    linkTo: (body: StoredBody, seconds: number) => Promise<{ url: string; payload_id: string }>
    erase: boolean
    now: number
  },
): Promise<PointerRows> {
  const { user, replaced, records } = eventRows(group, event, deps)
  const { event_id, body, deleted } = event
  const type = deleted ? 'deletion' : event.type
  const stored = { id: event_id, type, user_id: group.user.user_id, text: body, cell } as const
  const link = await deps.linkTo(stored, LONGEST_PAYLOAD_LINK_S).catch((error: unknown) => {
    if (error instanceof Fault && error.code === 'gone') return undefined
    throw error
  })
  const row = {
    event_id,
    payload_id: link?.payload_id ?? null,
    user_id: group.user.user_id,
    created_at: instantAt(event.appendedAt),
    payload_url: link?.url ?? null,
  }
  const isData = (DATA_TYPES as readonly string[]).includes(event.type)
  return {
    user: user && terraUser(user),
    replaced: replaced && terraUser(replaced),
    data: isData ? { ...row, data_type: event.type, ...spanOf(records) } : undefined,
    other: isData ? undefined : { ...row, data_type: event.type, payload_type: event.type },
    erased: Number(user?.erased_seq ?? 0) > 0 ? group.user.user_id : undefined,
  }
}

/** From the first start to the last end of the records in it. */
function spanOf(records: EventRows['records']): Row {
  const texts = (name: string) => records.flatMap(({ row }) => (row[name] == null ? [] : [String(row[name])])).sort()
  return { start_time: texts('start_time')[0] ?? null, end_time: texts('end_time').at(-1) ?? null }
}

const terraUser = ({ user_id, reference_id, created_at, scopes, provider, state, seq }: Row): Row => ({
  user_id: user_id!,
  reference_id: reference_id!,
  created_at: created_at ?? '',
  granted_scopes: scopes!,
  provider: provider!,
  state: state!,
  seq: seq!,
})

export const pointerTurn = (rows: PointerRows[], positions: Positions): PointerTurn => ({
  // The last word of a connection: one row for each.
  users: latest(present(rows.map(({ user }) => user))),
  replaced: latest(present(rows.map(({ replaced }) => replaced))),
  data: present(rows.map(({ data }) => data)),
  other: present(rows.map(({ other }) => other)),
  erased: present(rows.map(({ erased }) => erased)),
  ...positions,
})
const present = <T>(all: (T | undefined)[]): T[] => all.filter((one) => one !== undefined)
const latest = (users: Row[]): Row[] => [
  ...users
    .reduce((byId, row) => {
      const before = byId.get(String(row.user_id))
      return byId.set(String(row.user_id), { ...row, state: nextState(before?.state, row.state) as string })
    }, new Map<string, Row>())
    .values(),
]
