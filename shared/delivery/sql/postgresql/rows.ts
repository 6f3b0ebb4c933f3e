import type { Column, Row } from '../table.ts'
import { columnList, quoted, typeOf } from './names.ts'

/**
 * Rows as one piece of JSON text inside the statement. A dollar sign is JSON only inside of strings, where it can be written
 * as an escape: the text has none left, so that nothing in it ends the quotation, whatever anybody wrote into a record.
 * One statement without parameters needs one round trip; each with parameters would need two.
 */
export const jsonLiteral = (json: string): string => `$j$${acceptable(json).replaceAll('$', '\\u0024')}$j$::jsonb`

/** `from` of a statement over rows: `r` has their columns. */
export function rowSet(columns: Column[], rows: Row[]): string {
  const json = new Set(columns.filter(({ type }) => type === 'json').map(({ name }) => name))
  const shape = columns.map((column) => `${quoted(column.name)} ${typeOf(column)}`).join(', ')
  return recordSet(`[${rows.map((row) => rowJson(json, row)).join(',')}]`, shape)
}
export const recordSet = (json: string, shape: string): string =>
  `jsonb_to_recordset(${jsonLiteral(json)}) as r(${shape})`

/** JSON goes in as it is written. */
function rowJson(json: Set<string>, row: Row): string {
  const fields: string[] = []
  for (const [name, value] of Object.entries(row)) {
    // What is absent is null.
    if (value !== null) fields.push(`"${name}":${json.has(name) ? value : JSON.stringify(value)}`)
  }
  return `{${fields.join(',')}}`
}

/** Texts here hold no NUL and no half of a pair: such a character becomes the one that stands for what cannot be shown. */
const UNACCEPTABLE = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i
function acceptable(json: string): string {
  return UNACCEPTABLE.test(json) ? JSON.stringify(shown(JSON.parse(json))) : json
}
function shown(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\uFFFD')
  if (Array.isArray(value)) return value.map(shown)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [shown(name) as string, shown(field)]))
}

/** insert … select all of these columns. */
export const insertRows = (table: string, columns: Column[], rows: Row[], more = ''): string =>
  `insert into ${table} as t (${columnList(columns)}) select ${columnList(columns, 'r.')} from ${rowSet(columns, rows)}${more}`
