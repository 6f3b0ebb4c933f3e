import type { Column, Table } from '../table.ts'
import { literal, nameOf, type Place, qualified, quoted, typeOf } from './names.ts'

/** Statements that make tables. What is there already is left as it is. */
export function createTable(place: Place, table: Table): string {
  const columns = table.columns.map(
    (column) => `${quoted(column.name)} ${typeOf(column)}${column.notNull ? ' not null' : ''}`,
  )
  const key = `primary key (${table.key.map(quoted).join(', ')})`
  const indexes = table.indexes.map((names) => {
    const name = `${nameOf(place, table)}_${names.join('_')}`
    return `create index if not exists ${quoted(name)} on ${qualified(place, table)} (${names.map(quoted).join(', ')})`
  })
  return [`create table if not exists ${qualified(place, table)} (${[...columns, key].join(', ')})`, ...indexes].join(
    ';\n',
  )
}

/** Rows that are there have no value for it: a column that must have one cannot be added later. */
export const addColumn = (place: Place, table: Table, column: Column): string =>
  `alter table ${qualified(place, table)} add column if not exists ${quoted(column.name)} ${typeOf(column)}`

export const note = (place: Place, notes: Table, layout: string, version: number): string =>
  `insert into ${qualified(place, notes)} (layout, version, made_at) values (${literal(layout)}, ${version}, now()) on conflict do nothing`

/** Our tables and their columns, seen whether we may use them or not. */
export const existingColumns = ({ schema }: Place): string =>
  `select c.relname as "table", a.attname as "column"
   from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
   where n.nspname = ${literal(schema)} and c.relkind in ('r', 'p', 'v', 'm', 'f')`

export const schemaExists = ({ schema }: Place): string =>
  `select count(*)::int as n from pg_catalog.pg_namespace where nspname = ${literal(schema)}`
