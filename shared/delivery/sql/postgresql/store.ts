import { type Layout, migrate } from '../migrate.ts'
import { type Client, limits, READ_COMMITTED } from './client.ts'
import { addColumn, createTable, existingColumns, note, schemaExists } from './ddl.ts'
import { failureOf, isCollision } from './errors.ts'
import { nameOf, type Place, qualified, quoted } from './names.ts'
import type { Statement } from './typed-turn.ts'

/** How often a transaction is tried that another one was in the way of. */
const TRIES = 4
/** One at a time makes tables: two that found none would be in each other's way. The number is ours alone. */
const LOCK = 'select pg_advisory_xact_lock(7263542001)'

/** One transaction; throws a `SqlFailure`. */
export async function put(client: Client, statements: Statement[], timeoutMs: number): Promise<void> {
  if (statements.length === 0) return
  const all = [limits(timeoutMs), ...statements]
  for (let tried = 1; ; tried++) {
    try {
      return await client.together(all)
    } catch (error) {
      if (!isCollision(error) || tried === TRIES) throw failureOf(error, all)
    }
  }
}

/** Makes the schema and its tables, or what they lack. Throws what the server says. */
export async function prepare(client: Client, place: Place, layout: Layout, how: { thorough: boolean }): Promise<void> {
  const [{ n }] = (await client.rows<{ n: number }>(schemaExists(place))) as [{ n: number }]
  // Asked first: who may not make schemas may not say "if not exists" either.
  if (n === 0) await alone(client, [`create schema if not exists ${quoted(place.schema)}`])
  const [notes] = layout.common
  await migrate(
    layout,
    {
      existing: async () => ours(place, await client.rows(existingColumns(place))),
      noted: async () => {
        const query = `select max(version)::int as version from ${qualified(place, notes)} where layout = '${layout.name}'`
        return (await client.rows<{ version: number | null }>(query))[0]?.version ?? undefined
      },
      createTable: (table) => createTable(place, table),
      addColumn: (table, column) => addColumn(place, table, column),
      note: (version) => note(place, notes, layout.name, version),
      run: (statements) => alone(client, statements),
      nameOf: (table) => `${place.schema}.${nameOf(place, table)}`,
    },
    how,
  )
}

const alone = (client: Client, statements: string[]): Promise<void> =>
  client.together([READ_COMMITTED, LOCK, ...statements].map((text) => ({ table: '', text })))

/** By the names that the layout has for them. */
function ours({ prefix }: Place, rows: { table: string; column: string }[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const { table, column } of rows) {
    if (!table.startsWith(prefix)) continue
    const name = table.slice(prefix.length)
    found.set(name, (found.get(name) ?? new Set()).add(column))
  }
  return found
}

/** Runs everything that deliveries will, on rows of nobody, and takes it back. */
export async function tryOnNobody(client: Client, statements: Statement[], timeoutMs: number): Promise<void> {
  const frame = (text: string): Statement => ({ table: '', text })
  await client.together([frame('begin'), limits(timeoutMs), ...statements, ...statements, frame('rollback')])
}
