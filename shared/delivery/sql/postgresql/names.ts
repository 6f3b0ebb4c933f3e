import type { Column, ColumnType, Table } from '../table.ts'

/** Where our tables are: a schema of the database, and what their names begin with. */
export interface Place {
  schema: string
  prefix: string
}

/** An identifier as itself, whatever is in it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
/** Text as itself, in whatever way the server reads backslashes: there is no end of it inside. */
export const literal = (text: string): string => {
  let tag = 'x'
  while (text.includes(`$${tag}`)) tag += 'x'
  return `$${tag}$${text}$${tag}$`
}

export const nameOf = ({ prefix }: Place, { name }: Pick<Table, 'name'>): string => `${prefix}${name}`
export const qualified = (place: Place, table: Pick<Table, 'name'>): string =>
  `${quoted(place.schema)}.${quoted(nameOf(place, table))}`

const TYPES: Record<ColumnType, string> = {
  id: 'text',
  text: 'text',
  int: 'integer',
  bigint: 'bigint',
  double: 'double precision',
  boolean: 'boolean',
  instant: 'timestamptz',
  date: 'date',
  json: 'jsonb',
}
export const typeOf = ({ type }: Pick<Column, 'type'>): string => TYPES[type]
export const columnList = (columns: Column[], of = ''): string =>
  columns.map(({ name }) => `${of}${quoted(name)}`).join(', ')
