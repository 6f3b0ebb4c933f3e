import { Refused } from '../../define.ts'
import { SqlFailure } from '../failure.ts'
import { isBroken, type MysqlError, wordsOf } from './failures.ts'

/** `10.11.6-MariaDB-log` → MariaDB 10.11. Some put `5.5.5-` before it, for clients that are older than it. */
function familyOf(version: string): { name: string; least: [number, number]; is: [number, number] } {
  const [, major, minor] = /^(?:5\.5\.5-)?(\d+)\.(\d+)/.exec(version) ?? []
  const is: [number, number] = [Number(major ?? 0), Number(minor ?? 0)]
  return /mariadb/i.test(version) ? { name: 'MariaDB', least: [10, 6], is } : { name: 'MySQL', least: [8, 0], is }
}

export function checkVersion(version: string): void {
  const { name, least, is } = familyOf(version)
  if (is[0] < least[0] || (is[0] === least[0] && is[1] < least[1]))
    throw new Refused(`the server is ${name} ${version}; it takes ${name} ${least.join('.')} or newer`, 'host')
}

/** What the other side said, where to look, and what to do. */
export function refusalOf(error: unknown): Refused {
  if (error instanceof Refused) return error
  if (error instanceof SqlFailure) return new Refused(error.message)
  return new Refused(`${wordsOf(error as MysqlError)}. ${mendOf(error as MysqlError)}`, fieldOf(error as MysqlError))
}

const DENIED = [1142, 1143, 1227, 1370]
function fieldOf(error: MysqlError): string | undefined {
  if (error.code?.startsWith('HANDSHAKE_')) return 'tls'
  if (error.errno === 1045) return 'password'
  if ([1044, 1049].includes(error.errno ?? 0)) return 'database'
  if ([1130, 1698, ...DENIED].includes(error.errno ?? 0)) return 'user'
  return isBroken(error) ? 'host' : undefined
}
function mendOf(error: MysqlError): string {
  if (error.code === 'HANDSHAKE_NO_SSL_SUPPORT') return 'The server offers no TLS: switch it on there'
  if (error.code?.startsWith('HANDSHAKE_'))
    return 'Its certificate is not one that is trusted for this host: by a public authority, in the name that is given here'
  if ([1044, 1049].includes(error.errno ?? 0)) return 'Create the database, and grant the user all on it'
  if ([1045, 1698].includes(error.errno ?? 0))
    return 'Look at user and password, and whether the user may come from anywhere'
  if (error.errno === 1130) return 'Let the user come from anywhere (`user`@`%`)'
  if (DENIED.includes(error.errno ?? 0))
    return 'Grant the user create, alter, index, select, insert, update and delete on the database'
  if (isBroken(error)) return 'Look at host and port, and whether the server can be reached from the internet'
  return 'Mend that at the server and test again'
}
