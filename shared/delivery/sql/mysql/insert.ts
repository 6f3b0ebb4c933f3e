import { Buffer } from 'node:buffer'
import { SqlFailure } from '../failure.ts'
import type { Column, Row, Table } from '../table.ts'
import type { Server } from './server.ts'
import { quoted, tableName } from './tables.ts'

/** Larger statements save nothing, and each is held in memory as a whole. */
const STATEMENT_BYTES = 4 * 1024 * 1024
/** What a packet has beside the statement. */
const PACKET_HEAD_BYTES = 64

/** A value as the statement has it. A moment `2026-07-01T05:30:00.000000Z` is written as the server writes it: in UTC, as the session is. */
export function literal(value: Row[string] | undefined, type: Column['type'], quote: Server['quote']): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'number') return String(value)
  return quote(type === 'instant' ? value.replace('T', ' ').replace('Z', '') : value)
}

/** Rows of a table, in as few statements as the server takes. `more`: what is to happen where a row of that key is there. */
export function inserts(
  server: Pick<Server, 'quote' | 'packetBytes'>,
  prefix: string,
  table: Table,
  rows: Row[],
  more: string,
): string[] {
  const head = `insert into ${tableName(prefix, table)} (${table.columns.map(({ name }) => quoted(name)).join(', ')}) values\n`
  const tail = `\n${more}`
  const frame = Buffer.byteLength(head) + Buffer.byteLength(tail) + PACKET_HEAD_BYTES
  const statements: string[] = []
  let tuples: string[] = []
  let bytes = frame
  const flush = () => {
    if (tuples.length > 0) statements.push(head + tuples.join(',\n') + tail)
    tuples = []
    bytes = frame
  }
  for (const row of rows) {
    const tuple = `(${table.columns.map(({ name, type }) => literal(row[name], type, server.quote)).join(',')})`
    const size = Buffer.byteLength(tuple) + 2
    if (frame + size > server.packetBytes)
      throw new SqlFailure(
        'rows',
        `${prefix}${table.name}: a row takes a statement of ${frame + size} bytes, and the server takes ${server.packetBytes}; raise its max_allowed_packet`,
        table.name,
      )
    if (bytes + size > Math.min(server.packetBytes, STATEMENT_BYTES)) flush()
    tuples.push(tuple)
    bytes += size
  }
  flush()
  return statements
}

/**
 * What is to change in the row that is there. The server comes here for every unique index, those of others too, and would
 * change a row of another key: there the key is set to null, which it refuses. Assignments are done from left to right and
 * see what those before them did.
 */
export function whereSame({ key }: Table, changes: string[]): string {
  const same = key.map((name) => `values(${quoted(name)}) = ${quoted(name)}`).join(' and ')
  const first = quoted(key[0]!)
  return `on duplicate key update ${[`${first} = if(${same}, ${first}, null)`, ...changes].join(', ')}`
}
/** As it came first. */
export const keepFirst = (table: Table): string => whereSame(table, [])
/** These columns as they came last. */
export const keepLast = (table: Table, names: string[]): string =>
  whereSame(
    table,
    names.map((name) => `${quoted(name)} = values(${quoted(name)})`),
  )

/** A higher seq replaces, and the same one again; it is set last. `values()` is what both families of servers understand. */
export function keepNewest(table: Table, special: Record<string, string> = {}): string {
  const newer = 'values(`seq`) >= `seq`'
  const changes = table.columns
    .map(({ name }) => name)
    .filter((name) => name !== 'seq' && !table.key.includes(name))
    .map((name) => `${quoted(name)} = ${special[name] ?? `if(${newer}, values(${quoted(name)}), ${quoted(name)})`}`)
  return whereSame(table, [...changes, '`seq` = greatest(`seq`, values(`seq`))'])
}

/** `(a, b) in ((1, 2), …)`: both families look such lists up in the key. */
export function amongKeys(server: Pick<Server, 'quote'>, table: Table, names: string[], rows: Row[]): string {
  const types = names.map((name) => table.columns.find((column) => column.name === name)!.type)
  const tuples = rows.map((row) => `(${names.map((name, i) => literal(row[name], types[i]!, server.quote)).join(',')})`)
  return `(${names.map(quoted).join(', ')}) in (${tuples.join(',')})`
}
