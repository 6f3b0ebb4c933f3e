import { SqlFailure } from '../failure.ts'

/** What a client's error tells: the server's number and state, or none where the connection broke. */
export interface MysqlError extends Error {
  errno?: number
  code?: string
  sqlState?: string
  sqlMessage?: string
}

/**
 * Numbers of the servers' error references (dev.mysql.com/doc/mysql-errors, mariadb.com/kb/en/mariadb-error-codes). Another
 * transaction was in the way, or the table was just changed: the same again may work.
 */
const AGAIN = [1020, 1205, 1213, 1412, 1615]
/** The table is not as the layout has it: no row goes in until somebody mends it. */
const TABLE = [1054, 1146, 1356, 1364]
/** A row is refused, by states of SQL (data, integrity, a trigger's signal) and by numbers whose state is a general one. */
const ROWS_STATE = /^(22|23|45)/
const ROWS = [1118, 1265, 1366, 1411, 1526, 3156, 3157, 3158, 3819, 4038]
/** Of these the server's own words help, and hold nothing of a row. */
const SPOKEN = [1021, 1030, 1040, 1044, 1045, 1049, 1053, 1064, 1114, 1129, 1130, 1142, 1143, 1203, 1205, 1213].concat([
  1226, 1227, 1290, 1317, 1665, 1792, 1836, 1927, 1969, 3024,
])

const WHAT: Record<number, string> = {
  1048: 'takes no null',
  1054: 'is missing: add it again, or test the destination and it is made',
  1062: 'forbids the row: another one has that value',
  1118: 'is too large for a row',
  1146: 'is missing: test the destination and it is made again',
  1264: 'is too narrow for the value',
  1265: 'takes no such value',
  1292: 'takes no such value',
  1364: 'has no default: give it one, or let it be null',
  1366: 'takes no such value',
  1406: 'is too short for the value',
  1452: 'refers to a row that is not there',
  1644: 'was refused by a trigger of yours',
  3140: 'takes no such JSON',
  3819: 'is a check that the row does not pass',
  4025: 'is a check that the row does not pass',
}

/** How our statements stop where the server would change another row than the one of that key: see `whereSame`. */
const TAKEN = 'a unique index of yours forbids the row, which has a value that another one has'

export const comesAgain = (error: unknown): boolean => AGAIN.includes((error as MysqlError).errno ?? 0)
/** Nothing more can be asked over this connection. Numbers below zero are the operating system's. */
export const isBroken = ({ errno }: MysqlError): boolean => errno === undefined || errno < 0

/** `table`: what the statement was about; `called`: its name in the database. */
export function failureOf(error: unknown, table?: { name: string; key: string[]; called: string }): SqlFailure {
  if (error instanceof SqlFailure) return error
  const { errno, sqlState, message } = error as MysqlError
  if (isBroken(error as MysqlError) || !table) return new SqlFailure('server', wordsOf(error as MysqlError))
  // By its number alone: the client's names of numbers are one family's.
  const number = `(error ${errno})`
  const kind = TABLE.includes(errno!)
    ? 'table'
    : ROWS_STATE.test(sqlState ?? '') || ROWS.includes(errno!)
      ? 'rows'
      : 'server'
  if (kind === 'server')
    return new SqlFailure(
      'server',
      SPOKEN.includes(errno!) ? wordsOf(error as MysqlError) : `${table.called} ${number}`,
    )
  if (errno === 1048 && nameIn(message) === `column ${table.key[0]}`)
    return new SqlFailure('rows', `${table.called}: ${TAKEN} ${number}`, table.name)
  const column = errno === 1644 || errno === 1146 ? undefined : nameIn(message)
  return new SqlFailure(
    kind,
    `${table.called}${column ? `: ${column}` : ''} ${WHAT[errno!] ?? 'does not take the row'} ${number}`,
    table.name,
  )
}

/** The server's or the client's own words. */
export function wordsOf(error: MysqlError): string {
  const { errno, code, message, sqlMessage } = error
  // The runtime tells its operator alone what happened.
  const words = (sqlMessage ?? message).replace(/^internal error; reference = \w+$/, 'the connection failed')
  return isBroken(error) ? (code && !words.includes(code) ? `${words} (${code})` : words) : `${words} (error ${errno})`
}

/**
 * Column or constraint: the last name in the message, since what stands before it may be a value. `Data too long for column
 * 'name' at row 1`, `… for column \`fascia\`.\`sleep\`.\`name\` at row 1`, `Field 'name' doesn't have a default value`,
 * `Duplicate entry '…' for key 'sleep.name'`, `Unknown column 'name' in 'field list'`.
 */
const NAMED = /\b(column|field|key|constraint) (['`](?:[^'`]|`\.`)+['`])/gi
function nameIn(message: string): string | undefined {
  const [, what, name] = [...message.matchAll(NAMED)].at(-1) ?? []
  const last = name?.replaceAll(/['`]/g, '').split('.').at(-1)
  return last && `${/key|constraint/i.test(what!) ? what!.toLowerCase() : 'column'} ${last}`
}
