/**
 * Tables as every SQL dialect makes them. `id`: part of a key, text of bounded length where a dialect needs a bound.
 * `instant`: a moment with microseconds. Nothing here is a dialect's own.
 */
export type ColumnType = 'id' | 'text' | 'int' | 'bigint' | 'double' | 'boolean' | 'instant' | 'date' | 'json'

export interface Column {
  name: string
  type: ColumnType
  notNull?: true
  /** Where the value is in a record. Absent: written by the kit. */
  path?: string[]
  /** A null does not replace a value, unless the record was deleted. */
  score?: boolean
}

export interface Table {
  name: string
  columns: Column[]
  /** Columns of the primary key, in order. */
  key: string[]
  /** Further indexes, each a list of columns. */
  indexes: string[][]
}

/** What a statement puts in: by the column's name; what is absent is null. Times are ISO 8601 in UTC with microseconds, dates `2026-07-01`, JSON is its text. */
export type Row = Record<string, string | number | boolean | null>
