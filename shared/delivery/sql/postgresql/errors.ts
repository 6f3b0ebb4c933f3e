import { Refused } from '../../define.ts'
import { SqlFailure } from '../failure.ts'
import type { Statement } from './typed-turn.ts'

/** What the server says: https://www.postgresql.org/docs/current/protocol-error-fields.html */
export interface ServerError extends Error {
  code: string
  position?: string
  routine?: string
}
export const isServerError = (error: unknown): error is ServerError =>
  error instanceof Error && /^[0-9A-Z]{5}$/.test(String((error as { code?: unknown }).code)) && 'severity' in error

/** Somebody else wrote the same rows at the same moment: the same again goes in. */
export const isCollision = (error: unknown): boolean => isServerError(error) && ['40001', '40P01'].includes(error.code)

/**
 * Classes that speak of rows or tables: https://www.postgresql.org/docs/current/errcodes-appendix.html. Everything else (rights,
 * disk, shutdown, a standby) is the server's.
 */
const ABOUT_ROWS = /^(0A|21|22|23|27|38|39|42|44|54|P0)/
const ABOUT_RIGHTS = '42501'

/** Of an error of these statements, sent as one. What it says names tables and columns, and never a value. */
export function failureOf(error: unknown, statements: Statement[]): SqlFailure {
  if (!isServerError(error)) return new SqlFailure('server', error instanceof Error ? error.message : 'unknown')
  const reason = saidOf(error)
  if (error.code === ABOUT_RIGHTS || !ABOUT_ROWS.test(error.code)) return new SqlFailure('server', reason)
  // Refused while it was read, before any row was: no row can go that way.
  const table = error.code.startsWith('42') ? tableAt(Number(error.position), statements) : undefined
  return table === undefined ? new SqlFailure('rows', reason) : new SqlFailure('table', reason, table)
}

/** Values stand in quotes in what is said of data, and anywhere in what a trigger says. */
export function saidOf(error: ServerError): string {
  const { code, message } = error
  const fields = error as unknown as Record<string, string | undefined>
  if (code.startsWith('P0')) return `a trigger or function of the database refused it (${code})`
  const said = code.startsWith('22') ? message.replaceAll(/"[^"]*"|'[^']*'/g, '…').replaceAll(/:.*$/gs, '') : message
  const where = ['table_name', 'column_name', 'constraint_name'].flatMap((name) => {
    const value = fields[name]
    return value && !said.includes(value) ? [`${name.slice(0, -5)} "${value}"`] : []
  })
  return `${[said, ...where].join(', ')} (${code})`
}

/** A position counts characters of all that was sent, from 1. */
function tableAt(position: number, statements: Statement[]): string | undefined {
  if (!(position > 0)) return undefined
  let end = 0
  for (const { table, text } of statements) {
    end += characters(text) + SEPARATOR.length
    if (position <= end) return table
  }
  return undefined
}
export const SEPARATOR = ';\n'
function characters(text: string): number {
  let count = 0
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) !== 0xdc00) count++
  return count
}

/** What a developer is told who saves or tests a destination: the server's words, and what to mend. */
export function refusalOf(error: unknown, about: { role: string; database: string; schema: string }): Refused {
  if (error instanceof Refused) return error
  if (!isServerError(error)) return new Refused(error instanceof Error ? error.message : 'unknown', 'host')
  const said = saidOf(error)
  const { role, database, schema } = about
  if (error.code.startsWith('28')) return new Refused(`${said}: look at user and password, and at pg_hba.conf`, 'user')
  if (error.code === '3D000') return new Refused(said, 'database')
  if (error.code === ABOUT_RIGHTS)
    return new Refused(
      `${said}: run "GRANT CREATE ON DATABASE ${database} TO ${role}", or make the schema for us by "CREATE SCHEMA ${schema} AUTHORIZATION ${role}"`,
      'user',
    )
  if (error.code === '25006') return new Refused(`${said}: this server is a standby; name the primary`, 'host')
  return new Refused(said, error.code.startsWith('42') ? 'schema' : 'host')
}
