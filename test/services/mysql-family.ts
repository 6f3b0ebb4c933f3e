import { output } from './place.ts'
import { startServices } from './services.ts'

/**
 * The server that the suite of the MySQL family runs on: our MariaDB, or one that is there already, named by
 * `MYSQL_SERVER=mysql://user:password@host:port/database` with a user who may do everything. That one is not killed.
 */
export async function startMysqlFamily() {
  const { MYSQL_SERVER } = process.env
  if (!MYSQL_SERVER) {
    const { mariadb, close } = await startServices('mariadb')
    const { kill, restart, revoke, giveBack } = mariadb
    return { ...mariadb, ours: { kill, restart, revoke, giveBack }, close }
  }
  const { hostname: host, port, username: user, password, pathname } = new URL(MYSQL_SERVER)
  const database = pathname.slice(1)
  const login = ['-h', host, '-P', port, '-u', user, `-p${password}`, '--protocol=tcp', '--skip-ssl']
  const query = (sql: string, at = database): Promise<string> =>
    output('mariadb', ['--no-defaults', '--default-character-set=utf8mb4', ...login, '--batch', '-D', at, '-e', sql])
  const { table } = await import('./mariadb.ts')
  return {
    ...{ host, port: Number(port), database, user, password, query },
    rows: async (select: string, at?: string) => table(await query(select, at)),
    ours: undefined,
    close: async () => undefined,
  }
}
