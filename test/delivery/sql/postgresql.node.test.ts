import { describe, expect, test } from 'vitest'
import type { Client } from '../../../shared/delivery/sql/postgresql/client.ts'
import { failureOf, refusalOf, SEPARATOR, saidOf } from '../../../shared/delivery/sql/postgresql/errors.ts'
import { literal, quoted } from '../../../shared/delivery/sql/postgresql/names.ts'
import { jsonLiteral } from '../../../shared/delivery/sql/postgresql/rows.ts'
import { put } from '../../../shared/delivery/sql/postgresql/store.ts'

/** As the server's messages come: https://www.postgresql.org/docs/current/protocol-error-fields.html */
const serverError = (code: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { severity: 'ERROR', code, ...more }) as never
const statements = [
  { table: 'users', text: `insert into users '🏃🏽‍♀️'` },
  { table: 'daily', text: 'insert into daily' },
]

describe('what a server says', () => {
  // Classes by https://www.postgresql.org/docs/current/errcodes-appendix.html
  test.each([
    ['22003', 'numeric_value_out_of_range', 'rows'],
    ['23502', 'not_null_violation', 'rows'],
    ['23514', 'check_violation', 'rows'],
    ['54000', 'program_limit_exceeded', 'rows'],
    ['P0001', 'raise_exception', 'rows'],
    ['42501', 'insufficient_privilege', 'server'],
    ['53100', 'disk_full', 'server'],
    ['57P01', 'admin_shutdown', 'server'],
    ['25006', 'read_only_sql_transaction', 'server'],
    ['28P01', 'invalid_password', 'server'],
    ['55P03', 'lock_not_available', 'server'],
  ])('%s (%s) is about %s', (code, message, kind) => {
    expect(failureOf(serverError(code, message), statements).kind).toBe(kind)
  })
  test('of a connection that broke is the server’s', () => {
    expect(
      failureOf(Object.assign(new Error('write CONNECTION_CLOSED'), { code: 'CONNECTION_CLOSED' }), statements),
    ).toMatchObject({
      kind: 'server',
      message: 'write CONNECTION_CLOSED',
    })
  })
  test('of a column names the table of the statement, whatever characters come before it', () => {
    // Positions count characters, of which each runner is five.
    const first = [...statements[0]!.text].length
    const at = (position: number) =>
      failureOf(serverError('42703', 'column "steps" does not exist', { position: String(position) }), statements).table
    expect(at(first)).toBe('users')
    expect(at(first + SEPARATOR.length + 1)).toBe('daily')
    expect(at(10_000)).toBeUndefined()
    expect(failureOf(serverError('42P10', 'no unique constraint'), statements).kind).toBe('rows')
  })
  test('is told without values: what data errors and triggers quote stays here', () => {
    expect(saidOf(serverError('22P02', 'invalid input syntax for type integer: "4711"'))).toBe(
      'invalid input syntax for type integer (22P02)',
    )
    expect(saidOf(serverError('22003', '"4711" is out of range for type real'))).toBe(
      '… is out of range for type real (22003)',
    )
    expect(saidOf(serverError('P0001', 'weight 93.5 is too much'))).not.toContain('93.5')
    expect(
      saidOf(
        serverError('23514', 'new row for relation "daily" violates check constraint "c"', {
          detail: 'Failing row contains (4711)',
          column_name: 'steps',
        }),
      ),
    ).toBe('new row for relation "daily" violates check constraint "c", column "steps" (23514)')
  })
  test('of rights comes with the statement that gives them', () => {
    const about = { role: 'app', database: 'health', schema: 'fascia' }
    expect(refusalOf(serverError('42501', 'permission denied for database health'), about)).toMatchObject({
      field: 'user',
      message: expect.stringContaining('GRANT CREATE ON DATABASE health TO app'),
    })
  })
})

describe('a collision with somebody else’s transaction', () => {
  const colliding = (times: number, code: string) => {
    const seen = { tried: 0 }
    const client = {
      together: async () => {
        seen.tried++
        if (seen.tried <= times) throw serverError(code, 'deadlock detected')
      },
    } as unknown as Client
    return { seen, done: put(client, statements, 1_000) }
  }
  test.each(['40001', '40P01'])('%s is tried again', async (code) => {
    const { seen, done } = colliding(3, code)
    await done
    expect(seen.tried).toBe(4)
  })
  test('that does not end is the server’s trouble', async () => {
    const { seen, done } = colliding(100, '40P01')
    await expect(done).rejects.toMatchObject({ kind: 'server', message: 'deadlock detected (40P01)' })
    expect(seen.tried).toBe(4)
  })
})

describe('texts in statements', () => {
  test('have no end inside', () => {
    expect(quoted('a"b')).toBe('"a""b"')
    expect(literal(`a$x$ '\\`)).toBe(`$xx$a$x$ '\\$xx$`)
    const inside = jsonLiteral(JSON.stringify(['$j$', `'; --`, '$'])).slice('$j$'.length, -'$j$::jsonb'.length)
    expect(inside).not.toContain('$')
    expect(JSON.parse(inside)).toEqual(['$j$', `'; --`, '$'])
  })
})
