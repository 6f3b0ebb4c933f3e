import { DATA_TYPES, type DataType } from '../../schema/data-types.ts'
import type { Layout } from './migrate.ts'
import { queriedColumns } from './queried.ts'
import type { Column, Table } from './table.ts'

/**
 * The tables of the typed layout. `LAYOUT` counts up with every column or table that is added: what exists is then grown,
 * nothing is ever dropped or changed.
 */
export const LAYOUT = 1

const id = (name: string): Column => ({ name, type: 'id', notNull: true })
const bigint = (name: string): Column => ({ name, type: 'bigint', notNull: true })
const instant = (name: string): Column => ({ name, type: 'instant' })

/** What all records have. `seq` is the place in the user's order: it decides which of two versions stays. */
const COMMON: Column[] = [
  id('user_id'),
  id('summary_id'),
  { name: 'reference_id', type: 'text' },
  { name: 'provider', type: 'text' },
  instant('start_time'),
  instant('end_time'),
  { name: 'local_date', type: 'date' },
  { name: 'utc_offset_minutes', type: 'int' },
]
const VERSION: Column[] = [
  { name: 'record', type: 'json' },
  bigint('seq'),
  { name: 'revision', type: 'int', notNull: true },
  { name: 'deleted', type: 'boolean', notNull: true },
  instant('received_at'),
  instant('appended_at'),
  instant('updated_at'),
]

/** One table per type, keyed as the log keys records: connection, type, summary_id. */
export const RECORD_TABLES = Object.fromEntries(
  DATA_TYPES.map((type): [DataType, Table] => [
    type,
    {
      name: type,
      columns: [...COMMON, ...queriedColumns(type), ...VERSION],
      key: ['user_id', 'summary_id'],
      indexes: type === 'athlete' ? [] : [['start_time']],
    },
  ]),
) as Record<DataType, Table>

/** Readings of all types, where samples are sent. `value`: of a reading that is one number; the rest of it is in `data`. */
export const SAMPLES: Table = {
  name: 'samples',
  columns: [
    id('user_id'),
    id('type'),
    id('summary_id'),
    id('path'),
    { name: 'position', type: 'int', notNull: true },
    instant('time'),
    { name: 'value', type: 'double' },
    { name: 'data', type: 'json' },
  ],
  key: ['user_id', 'type', 'summary_id', 'path', 'position'],
  indexes: [],
}

/** Connections. `state`: active, inactive, or the event that ended it (deauth, user_reauth, access_revoked, connection_error). */
export const USERS: Table = {
  name: 'users',
  columns: [
    id('user_id'),
    { name: 'reference_id', type: 'text' },
    { name: 'provider', type: 'text' },
    { name: 'scopes', type: 'text' },
    { name: 'state', type: 'text', notNull: true },
    instant('created_at'),
    bigint('seq'),
    // Records up to here were erased, and do not come back.
    { name: 'erased_seq', type: 'bigint', notNull: true },
    instant('updated_at'),
  ],
  key: ['user_id'],
  indexes: [],
}

/** One row for every event that arrived, never changed: `prev_seq` names the one before it, so that a gap is seen. */
export const EVENTS: Table = {
  name: 'events',
  columns: [
    id('user_id'),
    bigint('seq'),
    { name: 'prev_seq', type: 'bigint' },
    { name: 'event_id', type: 'text', notNull: true },
    { name: 'type', type: 'text', notNull: true },
    { name: 'summary_id', type: 'text' },
    { name: 'deleted', type: 'boolean', notNull: true },
    { name: 'origin', type: 'text' },
    { name: 'reference', type: 'text' },
    // Of events that are about the connection: the whole of it.
    { name: 'event', type: 'json' },
    instant('received_at'),
    instant('appended_at'),
  ],
  key: ['user_id', 'seq'],
  indexes: [],
}

/** How far a destination is, written in the transaction of what it counts. `lane` 0: the window; else a held connection's own. */
export const CURSORS: Table = {
  name: 'cursors',
  columns: [id('destination_id'), id('cell'), bigint('lane'), bigint('seq'), instant('updated_at')],
  key: ['destination_id', 'cell', 'lane'],
  indexes: [],
}

/** Which layouts the tables have, by the versions that were made. */
export const NOTES: Table = {
  name: 'fascia_schema',
  columns: [id('layout'), bigint('version'), instant('made_at')],
  key: ['layout', 'version'],
  indexes: [],
}

export const TYPED: Layout = {
  name: 'typed',
  version: LAYOUT,
  tables: [...Object.values(RECORD_TABLES), SAMPLES, USERS, EVENTS],
  common: [NOTES, CURSORS],
}
