import { Refused } from '../define.ts'
import type { Column, Table } from './table.ts'

/** What a database can be asked and told about tables, in a dialect of its own. Names are those of the layout. */
export interface SchemaTools {
  /** Tables that exist, with the names of their columns. */
  existing: () => Promise<Map<string, Set<string>>>
  /** Highest version of this layout that was noted; undefined: none. Asked only where the table of notes exists. */
  noted: () => Promise<number | undefined>
  createTable: (table: Table) => string
  addColumn: (table: Table, column: Column) => string
  note: (version: number) => string
  /** All of it in order; at once where the database can. What is there already is no failure. */
  run: (statements: string[]) => Promise<void>
  /** How a table is called in messages. */
  nameOf: (table: Table) => string
}
export interface Layout {
  name: string
  version: number
  /** Its own. */
  tables: Table[]
  /** Those that all layouts in one place share; the notes are the first of them. */
  common: [notes: Table, ...Table[]]
}

/**
 * Brings the tables to this version: what is missing is added, nothing is dropped or changed. `thorough` looks at every table
 * even where a note says that all is there. A newer version than ours is left alone: it has all that ours has.
 * Version 0 is noted first: where a database makes tables one by one and this breaks off, they are known as ours.
 */
export async function migrate(layout: Layout, tools: SchemaTools, { thorough }: { thorough: boolean }): Promise<void> {
  const existing = await tools.existing()
  const [notes] = layout.common
  const noted = existing.has(notes.name) ? await tools.noted() : undefined
  if (noted !== undefined && noted >= layout.version && !thorough) return
  if (noted === undefined) refuseForeign(layout, existing, tools)
  const missing = (table: Table): string[] => {
    const columns = existing.get(table.name)
    if (!columns) return [tools.createTable(table)]
    return table.columns.filter(({ name }) => !columns.has(name)).map((column) => tools.addColumn(table, column))
  }
  const statements = [
    ...missing(notes),
    ...(noted === undefined ? [tools.note(0)] : []),
    ...[...layout.common.slice(1), ...layout.tables].flatMap(missing),
    ...((noted ?? 0) < layout.version ? [tools.note(layout.version)] : []),
  ]
  if (statements.length > 0) await tools.run(statements)
}

/** Tables that we did not make are not ours, whatever they are called. */
function refuseForeign(
  { tables, common: [notes, ...others] }: Layout,
  existing: Map<string, unknown>,
  tools: SchemaTools,
) {
  const own = existing.has(notes.name) ? tables : [...others, ...tables]
  const foreign = own.find((table) => existing.has(table.name))
  if (foreign)
    throw new Refused(
      `a table ${tools.nameOf(foreign)} is there already and was not made by us; choose another place, or a table_prefix`,
      'table_prefix',
    )
}
