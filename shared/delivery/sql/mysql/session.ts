import type { Connection } from 'mysql2'
import type { Tls } from '../address.ts'
import type { MysqlError } from './failures.ts'
import { type Rows, type Server, sessionSettings } from './server.ts'

export interface Login {
  host: string
  port: number
  database: string
  user: string
  password: string
  tls: Tls
}
export interface Session extends Server {
  /** As the server calls itself: `10.11.6-MariaDB`, `8.4.3`. */
  version: string
  /** Not waited for: what hangs would hang here too. */
  close: () => void
}

/** Opens a session. `signal` ends it, whatever it is waiting for; the client's own wait for an answer has no end. */
export async function openSession(login: Login, limits: { timeoutMs: number; signal: AbortSignal }): Promise<Session> {
  // Loaded when somebody connects: most of what runs this code never does.
  const { default: mysql } = await import('mysql2')
  const ended = Promise.withResolvers<never>()
  ended.promise.catch(() => {})
  const connection = mysql.createConnection({
    host: login.host,
    port: login.port,
    database: login.database,
    user: login.user,
    password: login.password,
    // What is compiled at run time is forbidden here.
    disableEval: true,
    connectTimeout: limits.timeoutMs,
    // A server that asks for a file of ours gets none.
    flags: ['-LOCAL_FILES'],
    jsonStrings: true,
    dateStrings: true,
    timezone: 'Z',
    ...(login.tls !== 'disable' && { ssl: { rejectUnauthorized: true, verifyIdentity: true } }),
  })
  // Unheard, an error of the socket would end the process it happens in.
  connection.on('error', (error) => ended.reject(error))
  const close = () => {
    ended.reject(new Error('the connection was closed'))
    connection.destroy()
    // The client only ends its half, which a server that hangs does not answer.
    ;(connection as unknown as { stream: { destroy(): void } }).stream.destroy()
  }
  limits.signal.addEventListener('abort', close, { once: true })
  try {
    if (limits.signal.aborted) close()
    await Promise.race([connected(connection), ended.promise])
    const query = (sql: string) => Promise.race([answered(connection, sql), ended.promise])
    const lockWaitS = Math.max(1, Math.floor(limits.timeoutMs / 4_000))
    for (const sql of sessionSettings(lockWaitS)) await query(sql)
    const [about] = await query('select @@max_allowed_packet as bytes, version() as version')
    return {
      query,
      quote: (text) => mysql.escape(text),
      packetBytes: Number(about!.bytes),
      version: String(about!.version),
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}

const connected = (connection: Connection): Promise<void> =>
  new Promise((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve())))

const answered = (connection: Connection, sql: string): Promise<Rows> =>
  new Promise((resolve, reject) =>
    connection.query(sql, (error: MysqlError | null, rows: unknown) =>
      error ? reject(error) : resolve(Array.isArray(rows) ? (rows as Rows) : []),
    ),
  )
