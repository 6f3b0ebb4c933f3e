import postgres from 'postgres'
import { SECOND_MS } from '../../../base/time.ts'
import { SEPARATOR } from './errors.ts'
import { type Address, openSocket } from './socket.ts'
import type { Statement } from './typed-turn.ts'

export interface Login extends Address {
  database: string
  user: string
  password: string
}
/** One connection. */
export interface Client {
  rows: <Row>(statement: string) => Promise<Row[]>
  /** All statements as one message: the server runs them as one transaction, and answers once. */
  together: (statements: Statement[]) => Promise<void>
  close: () => Promise<void>
}

/**
 * Opens a connection when first used. Nothing is prepared and nothing is asked beside the statements, so that a pooler may give
 * each transaction another connection of its own.
 */
export function newClient(login: Login, { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number }): Client {
  const { host, port, database, user, password } = login
  const sql = postgres({
    host,
    port,
    database,
    user,
    password,
    ssl: false, // The socket is encrypted before the client has it.
    socket: () => openSocket(login, { signal, timeoutMs }),
    max: 1,
    prepare: false,
    fetch_types: false,
    // The gate closes what is idle.
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: Math.ceil(timeoutMs / SECOND_MS),
    connection: { application_name: 'fascia' },
    onnotice: () => undefined,
  } as postgres.Options<Record<string, never>>)
  return {
    rows: async <Row>(statement: string) => (await sql.unsafe(statement)) as unknown as Row[],
    together: async (statements) => {
      await sql.unsafe(statements.map(({ text }) => text).join(SEPARATOR))
    },
    close: () => sql.end({ timeout: 1 }),
  }
}

/** What is newest is decided row by row, as each is when its turn comes: whatever the database's own default is. */
export const READ_COMMITTED = 'set transaction isolation level read committed'
/** The server stops before anybody gives up on it, and says so; a table that somebody locked holds nothing up for long. */
export const limits = (timeoutMs: number): Statement => ({
  table: '',
  text: `${READ_COMMITTED}; set local statement_timeout = ${Math.floor(timeoutMs * 0.9)}; set local lock_timeout = ${Math.floor(timeoutMs / 2)}`,
})
