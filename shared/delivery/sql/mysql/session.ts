import type { Socket } from 'node:net'
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
  /** Takes leave of the server, which would note a broken connection otherwise; of one that hangs not for long. */
  close: () => Promise<void>
}

const LEAVE_MS = 1_000
/** Several tries that waited for a lock are within the time-out. */
const LOCK_WAIT_SHARE_MS = 8_000

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
  // The client only ends its half, which a server that hangs does not answer. Encrypted, it is another one than before.
  const stream = () => (connection as unknown as { stream: Socket }).stream
  const stop = (why: string) => {
    ended.reject(new Error(why))
    connection.destroy()
    stream().destroy()
  }
  const close = async () => {
    const left = Promise.withResolvers<void>()
    const timer = setTimeout(left.resolve, LEAVE_MS)
    stream().once('close', left.resolve).once('end', left.resolve)
    // Nothing is asked after it; where it cannot be said any more, nobody waits.
    connection.end((error) => error && left.resolve())
    ended.reject(new Error('the connection was closed'))
    await left.promise
    clearTimeout(timer)
    stop('the connection was closed')
  }
  const abort = () => stop(`no answer within ${limits.timeoutMs} ms`)
  limits.signal.addEventListener('abort', abort, { once: true })
  try {
    if (limits.signal.aborted) abort()
    await Promise.race([connected(connection), ended.promise])
    const query = (sql: string) => Promise.race([answered(connection, sql), ended.promise])
    const lockWaitS = Math.max(1, Math.floor(limits.timeoutMs / LOCK_WAIT_SHARE_MS))
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
    stop('the connection failed')
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
