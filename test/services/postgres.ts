import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../local/spawned.ts'
import type { Authority } from './authority.ts'
import { openPlace, output, unprivileged } from './place.ts'
import { Server } from './server.ts'

const BIN = '/usr/lib/postgresql/15/bin'
const ADMIN = { user: 'postgres', password: 'admin-of-the-tests' }
export const DATABASE = 'health'
export const ACCOUNT = { user: 'fascia', password: 'p-of-the-tests' }
/** Hosted poolers tell projects apart by the end of the user's name: `fascia.abcdefghijklmnopqrst`. */
export const PROJECT = 'abcdefghijklmnopqrst'

/** PostgreSQL with passwords and TLS, and on request PgBouncer before it, which lends connections by the transaction. */
export async function startPostgres(authority: Authority, options: { pooler?: boolean } = {}) {
  if (!existsSync(`${BIN}/initdb`)) throw new Error('PostgreSQL 15 is not installed; run test/services/install.sh')
  const place = openPlace('postgres', unprivileged())
  const port = await freePort()
  const data = place.path('data')
  const { cert, key } = await authority.certificate('postgres')
  const tls = { cert: place.write('server.pem', cert), key: place.write('server.key', key) }
  const password = place.write('password', ADMIN.password)
  await place.run(`${BIN}/initdb`, [
    ...['-D', data, '-U', ADMIN.user, '--pwfile', password, '--auth', 'scram-sha-256'],
    ...['-E', 'UTF8', '--locale', 'C.UTF-8', '--no-sync', '--no-instructions'],
  ])
  const server = new Server(place, {
    name: 'postgres',
    program: `${BIN}/postgres`,
    args: () => [
      ...['-D', data, '-p', String(port), '-k', place.dir, '-c', 'listen_addresses=127.0.0.1'],
      ...['-c', 'ssl=on', '-c', `ssl_cert_file=${tls.cert}`, '-c', `ssl_key_file=${tls.key}`],
      // Survives the death of its processes, which is what the tests bring about; not that of the machine.
      ...['-c', 'fsync=off', '-c', 'max_connections=60', '-c', 'shared_buffers=64MB', '-c', 'log_lock_waits=on'],
    ],
    // Open sessions are ended.
    stopBy: 'SIGINT',
    ready: async () => (await query('select 1', 'postgres')).trim() === '1',
  })

  /** What psql prints: one line a row, fields by `|`. */
  const query = (sql: string, database = DATABASE): Promise<string> =>
    output(
      'psql',
      [
        ...['-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', '127.0.0.1', '-p', String(port)],
        ...['-U', ADMIN.user, '-d', database, '-c', sql],
      ],
      { PGPASSWORD: ADMIN.password, PGCONNECT_TIMEOUT: '5' },
    )

  await server.start()
  await query(`create role ${ACCOUNT.user} login password '${ACCOUNT.password}'`, 'postgres')
  await query(`create database ${DATABASE} owner ${ACCOUNT.user}`, 'postgres')
  const pooler = options.pooler ? await startPooler(port, authority) : undefined

  return {
    host: '127.0.0.1',
    port,
    poolerPort: pooler?.port,
    database: DATABASE,
    ...ACCOUNT,
    query,
    /** A select's rows, by psql. */
    rows: async <Row>(select: string, database?: string): Promise<Row[]> =>
      JSON.parse(await query(`select coalesce(json_agg(found), '[]') from (${select}) found`, database)),
    /** The password is another now, and nobody is logged in with the old one. */
    async revoke(): Promise<void> {
      await query(`alter role ${ACCOUNT.user} password 'another one'`)
      await query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = '${ACCOUNT.user}'`)
    },
    giveBack: () => query(`alter role ${ACCOUNT.user} password '${ACCOUNT.password}'`).then(() => undefined),
    kill: () => server.kill(),
    restart: () => server.restart(),
    pooler,
    async close(): Promise<void> {
      await pooler?.close()
      await server.stop()
      place.remove()
    },
  }
}
export type Postgres = Awaited<ReturnType<typeof startPostgres>>

/** Prepared statements and session settings do not outlive a transaction here, as at hosted poolers. */
async function startPooler(postgresPort: number, authority: Authority) {
  const place = openPlace('pgbouncer', unprivileged())
  const port = await freePort()
  const { cert, key } = await authority.certificate('pgbouncer')
  const users = (password: string) =>
    [{ ...ACCOUNT, password }, { user: `${ACCOUNT.user}.${PROJECT}`, password }, ADMIN]
      .map((one) => `"${one.user}" "${one.password}"\n`)
      .join('')
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'scram-sha-256',
    auth_file: place.write('users.txt', users(ACCOUNT.password)),
    pool_mode: 'transaction',
    default_pool_size: 5,
    max_client_conn: 100,
    server_login_retry: 1,
    client_tls_sslmode: 'allow',
    client_tls_cert_file: place.write('server.pem', cert),
    client_tls_key_file: place.write('server.key', key),
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`)
  // Whoever was let in works as the account.
  const upstream = `host=127.0.0.1 port=${postgresPort} user=${ACCOUNT.user} password=${ACCOUNT.password}`
  const config = place.write('pgbouncer.ini', `[databases]\n* = ${upstream}\n[pgbouncer]\n${lines.join('\n')}\n`)
  const login = ({ user, password }: typeof ADMIN) =>
    output('psql', ['-XAtq', '-h', '127.0.0.1', '-p', String(port), '-U', user, '-d', DATABASE, '-c', 'select 1'], {
      PGPASSWORD: password,
      PGCONNECT_TIMEOUT: '5',
    })
  const server = new Server(place, {
    name: 'pgbouncer',
    program: 'pgbouncer',
    args: () => [config],
    env: { PATH: `${process.env.PATH}:/usr/sbin` },
    stopBy: 'SIGTERM',
    ready: async () => (await login(ADMIN)).trim() === '1',
  })
  await server.start()
  return {
    port,
    /** Of the account, as the pooler knows it. */
    async setPassword(password: string): Promise<void> {
      place.write('users.txt', users(password))
      server.signal('SIGHUP')
      const known = () =>
        login({ ...ACCOUNT, password }).then(
          () => true,
          (error: Error) => !error.message.includes('password authentication failed'),
        )
      while (!(await known())) await sleep(20)
    },
    kill: () => server.kill(),
    restart: () => server.restart(),
    async close(): Promise<void> {
      await server.stop()
      place.remove()
    },
  }
}
