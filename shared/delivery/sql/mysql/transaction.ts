import { SqlFailure } from '../failure.ts'
import type { Row, Table } from '../table.ts'
import { comesAgain, failureOf, isBroken, type MysqlError, wordsOf } from './failures.ts'
import { inserts } from './insert.ts'
import type { Rows, Server } from './server.ts'
import { tableName } from './tables.ts'

/** What may be done inside a transaction. */
export interface Transaction {
  quote: Server['quote']
  name: (table: Table) => string
  run: (table: Table, sql: string) => Promise<Rows>
  /** `more`: what is to happen where a row of that key is there. */
  insert: (table: Table, rows: Row[], more: string) => Promise<void>
}
type Work = (db: Transaction) => Promise<void>

/** Tries of a transaction that another one was in the way of. */
const TRIES = 4

/** All of the work or none of it. Throws a `SqlFailure`, which names the table that it is about. */
export const inTransaction = (server: Server, prefix: string, work: Work): Promise<void> =>
  tried(server, prefix, work, 'commit', (error, at) => failureOf(error, at && { ...at, called: prefix + at.name }))

/** Does the work and takes it back. Throws what the server says. */
export const inVain = (server: Server, prefix: string, work: Work): Promise<void> =>
  tried(server, prefix, work, 'rollback', (error) => error)

async function tried(
  server: Server,
  prefix: string,
  work: Work,
  end: 'commit' | 'rollback',
  told: (error: unknown, at: Table | undefined) => unknown,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    let at: Table | undefined
    try {
      await server.query('start transaction')
      await work(transactionOf(server, prefix, (table) => (at = table)))
      at = undefined
      return void (await server.query(end))
    } catch (error) {
      await rollBack(server, error)
      if (!comesAgain(error) || tries === TRIES) throw told(error, at)
    }
  }
}

function transactionOf(server: Server, prefix: string, about: (table: Table) => void): Transaction {
  const run = (table: Table, sql: string): Promise<Rows> => {
    about(table)
    return server.query(sql)
  }
  return {
    quote: server.quote,
    name: (table) => tableName(prefix, table),
    run,
    async insert(table, rows, more) {
      for (const sql of inserts(server, prefix, table, rows, more)) await run(table, sql)
    },
  }
}

/** A connection that cannot even do this is not used again; the server then rolls back by itself. */
async function rollBack(server: Server, cause: unknown): Promise<void> {
  if (!(cause instanceof SqlFailure) && isBroken(cause as MysqlError)) throw failureOf(cause)
  try {
    await server.query('rollback')
  } catch (error) {
    throw new SqlFailure('server', wordsOf(error as MysqlError))
  }
}
