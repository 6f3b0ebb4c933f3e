import type { Layout, SchemaTools } from '../migrate.ts'
import type { Column, ColumnType, Table } from '../table.ts'
import type { Server } from './server.ts'

/** 191 characters of four bytes: four of them are as much as a key may have. Compared byte by byte: ids have a case. */
const TYPES: Record<ColumnType, string> = {
  id: 'varchar(191) character set utf8mb4 collate utf8mb4_bin',
  text: 'mediumtext',
  int: 'int',
  bigint: 'bigint',
  double: 'double',
  boolean: 'boolean',
  instant: 'datetime(6)',
  date: 'date',
  json: 'json',
}
const MADE = 'engine = InnoDB row_format = dynamic default character set utf8mb4 collate utf8mb4_unicode_ci'
/** Somebody else made it at the same time: a table, a column. */
const THERE_ALREADY = [1050, 1060]

export const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``
export const tableName = (prefix: string, { name }: Pick<Table, 'name'>): string => quoted(prefix + name)

const columnSql = ({ name, type, notNull }: Column): string =>
  `${quoted(name)} ${TYPES[type]} ${notNull ? 'not null' : 'null'}`
const listOf = (names: string[]): string => `(${names.map(quoted).join(', ')})`

export function createTable(prefix: string, table: Table): string {
  const parts = [
    ...table.columns.map(columnSql),
    `primary key ${listOf(table.key)}`,
    ...table.indexes.map((names) => `key ${quoted(names.join('_'))} ${listOf(names)}`),
  ]
  return `create table if not exists ${tableName(prefix, table)} (\n  ${parts.join(',\n  ')}\n) ${MADE}`
}

/** Every statement that makes something is its own transaction here: each of them may be there already. */
export const schemaTools = (server: Server, prefix: string, layout: Layout): SchemaTools => ({
  async existing() {
    const names = [...layout.common, ...layout.tables].map(({ name }) => server.quote(prefix + name))
    const rows = await server.query(
      `select table_name as t, column_name as c from information_schema.columns where table_schema = database() and table_name in (${names})`,
    )
    const found = new Map<string, Set<string>>()
    for (const { t, c } of rows) {
      const name = String(t).slice(prefix.length)
      found.set(name, (found.get(name) ?? new Set()).add(String(c)))
    }
    return found
  },
  async noted() {
    const [row] = await server.query(
      `select max(version) as version from ${tableName(prefix, layout.common[0])} where layout = ${server.quote(layout.name)}`,
    )
    return row?.version == null ? undefined : Number(row.version)
  },
  createTable: (table) => createTable(prefix, table),
  addColumn: (table, column) => `alter table ${tableName(prefix, table)} add column ${columnSql(column)}`,
  note: (version) =>
    `insert ignore into ${tableName(prefix, layout.common[0])} (layout, version, made_at) values (${server.quote(layout.name)}, ${version}, utc_timestamp(6))`,
  async run(statements) {
    for (const sql of statements) {
      try {
        await server.query(sql)
      } catch (error) {
        if (!THERE_ALREADY.includes((error as { errno?: number }).errno ?? 0)) throw error
      }
    }
  },
  nameOf: (table) => `\`${prefix}${table.name}\``,
})
