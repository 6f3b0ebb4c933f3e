import { freePort } from '../local/spawned.ts'
import type { Authority } from './authority.ts'
import { openPlace, output, unprivileged } from './place.ts'
import { ACCOUNT, DATABASE } from './postgres.ts'
import { Server } from './server.ts'

const WHERE = { PATH: `${process.env.PATH}:/usr/sbin` }

/** MariaDB with passwords and TLS. */
export async function startMariadb(authority: Authority) {
  const place = openPlace('mariadb', unprivileged())
  const port = await freePort()
  const data = place.folder('data')
  const socket = place.path('server.sock')
  const { cert, key } = await authority.certificate('mariadb')
  const tls = { ca: place.write('ca.pem', authority.ca), cert: place.write('server.pem', cert) }
  const keyFile = place.write('server.key', key)
  await place.run(
    'mariadb-install-db',
    ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
    WHERE,
  )
  const server = new Server(place, {
    name: 'mariadb',
    program: 'mariadbd',
    env: WHERE,
    args: () => [
      ...['--no-defaults', `--datadir=${data}`, `--port=${port}`, '--bind-address=127.0.0.1', `--socket=${socket}`],
      ...[`--ssl-ca=${tls.ca}`, `--ssl-cert=${tls.cert}`, `--ssl-key=${keyFile}`],
      ...['--character-set-server=utf8mb4', '--innodb-buffer-pool-size=64M', '--max-allowed-packet=16M'],
      // Survives the death of its process, which is what the tests bring about; not that of the machine.
      ...['--innodb-flush-log-at-trx-commit=2', `--pid-file=${place.path('server.pid')}`, '--skip-name-resolve'],
    ],
    ready: async () => (await ask('select 1', 'mysql')).includes('1'),
  })
  const ask = (sql: string, database: string) =>
    output('mariadb', [
      '--no-defaults',
      '--default-character-set=utf8mb4',
      '-u',
      'root',
      '-S',
      socket,
      '--batch',
      '-D',
      database,
      '-e',
      sql,
    ])
  const query = (sql: string, database = DATABASE): Promise<string> => ask(sql, database)

  await server.start()
  // Without the anonymous users of a new installation nothing shadows the account.
  await query(`delete from global_priv where user = ''; flush privileges`, 'mysql')
  await query(`create database ${DATABASE} character set utf8mb4`, 'mysql')
  const account = `'${ACCOUNT.user}'@'%'`
  await query(`create user ${account} identified by '${ACCOUNT.password}'`, 'mysql')
  await query(`grant all on ${DATABASE}.* to ${account}`, 'mysql')

  return {
    host: '127.0.0.1',
    port,
    database: DATABASE,
    ...ACCOUNT,
    query,
    /** A select's rows as the mariadb client prints them: every field is text, NULL is undefined. */
    rows: async (select: string, database?: string): Promise<Record<string, string | undefined>[]> =>
      table(await query(select, database)),
    /** The password is another now, and nobody is logged in with the old one. */
    async revoke(): Promise<void> {
      await query(`alter user ${account} identified by 'another one'`, 'mysql')
      await query(`kill user ${ACCOUNT.user}`, 'mysql')
    },
    giveBack: () => query(`alter user ${account} identified by '${ACCOUNT.password}'`, 'mysql').then(() => undefined),
    kill: () => server.kill(),
    restart: () => server.restart(),
    async close(): Promise<void> {
      await server.stop()
      place.remove()
    },
  }
}
export type Mariadb = Awaited<ReturnType<typeof startMariadb>>

const ESCAPED: Record<string, string> = { n: '\n', t: '\t', '0': '\0', '\\': '\\' }
/** The client's batch output: a line of names, then a line a row; tabs between, and those inside escaped. */
export function table(text: string): Record<string, string | undefined>[] {
  const [head, ...lines] = text.split('\n').filter((line) => line !== '')
  const names = head?.split('\t') ?? []
  return lines.map((line) => {
    const fields = line.split('\t')
    return Object.fromEntries(names.map((name, i) => [name, fields[i] === 'NULL' ? undefined : plain(fields[i] ?? '')]))
  })
}
const plain = (field: string) => field.replace(/\\([nt0\\])/g, (_, sign: string) => ESCAPED[sign]!)
