import { escape as escaped } from 'mysql2'
import { describe, expect, test } from 'vitest'
import { SqlFailure } from '../../../shared/delivery/sql/failure.ts'
import { CURSORS, RECORD_TABLES, SAMPLES, TYPED } from '../../../shared/delivery/sql/layout.ts'
import { checkVersion, refusalOf } from '../../../shared/delivery/sql/mysql/check.ts'
import { comesAgain, failureOf } from '../../../shared/delivery/sql/mysql/failures.ts'
import { inserts, keepFirst, keepNewest, literal } from '../../../shared/delivery/sql/mysql/insert.ts'
import type { Rows, Server } from '../../../shared/delivery/sql/mysql/server.ts'
import { createTable, tableName } from '../../../shared/delivery/sql/mysql/tables.ts'
import { inTransaction } from '../../../shared/delivery/sql/mysql/transaction.ts'
import { POINTERS } from '../../../shared/delivery/sql/pointers.ts'
import type { Row } from '../../../shared/delivery/sql/table.ts'

const quote = (text: string) => escaped(text)
const cursor = (cell: string, seq = 1): Row => ({
  ...{ destination_id: 'dst_1', cell, lane: 0, seq },
  updated_at: '2026-07-01T05:30:00.123456Z',
})

describe('statements', () => {
  test('make tables whose keys fit: four ids are within the 3,072 bytes that an index may have', () => {
    // https://dev.mysql.com/doc/refman/8.4/en/innodb-limits.html
    for (const { name, key, columns } of [...TYPED.tables, ...TYPED.common, ...POINTERS.tables]) {
      const sizes = { id: 191 * 4, bigint: 8, int: 4 } as Record<string, number>
      const bytes = key.map((part) => sizes[columns.find((column) => column.name === part)!.type]!)
      expect(
        bytes.reduce((sum, size) => sum + size),
        name,
      ).toBeLessThanOrEqual(3_072)
    }
    const made = createTable('our_', CURSORS)
    expect(made).toMatch(/^create table if not exists `our_cursors` \(/)
    expect(made).toContain('primary key (`destination_id`, `cell`, `lane`)')
    expect(made).toContain('engine = InnoDB')
  })
  test('quote names, whatever is in them', () => {
    expect(tableName('a`b', { name: 'x`; drop table y' })).toBe('`a``bx``; drop table y`')
  })
  test('write values so that nothing in them ends the text', () => {
    expect(literal(`\\' or 1=1 -- "`, 'text', quote)).toBe(`'\\\\\\' or 1=1 -- \\"'`)
    expect(literal('2026-07-01T05:30:00.123456Z', 'instant', quote)).toBe(`'2026-07-01 05:30:00.123456'`)
    expect([null, undefined, true, false, 1.5, 1e21].map((value) => literal(value, 'double', quote))).toEqual(
      ['null', 'null', '1', '0', '1.5', '1e+21'], // https://dev.mysql.com/doc/refman/8.4/en/number-literals.html
    )
  })
  test('are cut by bytes, not by characters, and lose no row', () => {
    const cells = Array.from({ length: 40 }, (_, i) => `${i}${'ü😀'.repeat(10)}`)
    const server = { quote, packetBytes: 1_500 }
    const cut = inserts(
      server,
      '',
      CURSORS,
      cells.map((cell) => cursor(cell)),
      keepNewest(CURSORS),
    )
    expect(cut.length).toBeGreaterThan(1)
    for (const sql of cut) expect(Buffer.byteLength(sql)).toBeLessThan(1_500)
    expect(cells.filter((cell) => !cut.some((sql) => sql.includes(`'${cell}'`)))).toEqual([])
  })
  test('of a row that no statement can carry are refused, with both sizes and what to raise', () => {
    const row = { user_id: 'u', type: 'daily', summary_id: 's', path: 'p', position: 0, data: `"${'x'.repeat(2_000)}"` }
    const put = () => inserts({ quote, packetBytes: 1_024 }, 'our_', SAMPLES, [row], keepFirst(SAMPLES))
    expect(put).toThrow(
      /^our_samples: a row takes a statement of 2\d{3} bytes, and the server takes 1024; raise its max_allowed_packet$/,
    )
    expect(put).toThrow(SqlFailure)
  })
  test('set seq last, since assignments see those before them, and change no row of another key', () => {
    const rule = keepNewest(RECORD_TABLES.athlete)
    expect(rule).toMatch(/, `seq` = greatest\(`seq`, values\(`seq`\)\)$/)
    expect(rule).toMatch(
      /^on duplicate key update `user_id` = if\(values\(`user_id`\) = `user_id` and values\(`summary_id`\) = `summary_id`, `user_id`, null\)/,
    )
    expect(rule).not.toMatch(/`summary_id` = if/)
  })
})

/** As servers put them: https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html */
const said = (errno: number, sqlState: string, sqlMessage: string) =>
  Object.assign(new Error(sqlMessage), { errno, code: 'ER_SOME', sqlState, sqlMessage })
const DAILY = { ...RECORD_TABLES.daily, called: 'our_daily' }

describe('a failure', () => {
  test('of a row names table and column, and no value', () => {
    const rows: [number, string, string, string][] = [
      [
        1406,
        '22001',
        "Data too long for column 'device_name' at row 3",
        'column device_name is too short for the value',
      ],
      [1264, '22003', "Out of range value for column 'steps' at row 1", 'column steps is too narrow for the value'],
      [
        1366,
        'HY000',
        "Incorrect integer value: 'column 'weight' 81.5' for column `health`.`our_daily`.`steps` at row 1",
        'column steps takes no such value',
      ],
      [
        1292,
        '22007',
        "Incorrect datetime value: '2026-13-01' for column 'start_time' at row 1",
        'column start_time takes no such value',
      ],
      [1048, '23000', "Column 'note' cannot be null", 'column note takes no null'],
      [
        1062,
        '23000',
        "Duplicate entry 'key 'x' 81.5' for key 'our_daily.one_device'",
        'key one_device forbids the row: another one has that value',
      ],
      [
        1452,
        '23000',
        'Cannot add or update a child row: a foreign key constraint fails (`health`.`our_daily`, CONSTRAINT `known` FOREIGN KEY (`user_id`) REFERENCES `people` (`id`))',
        'constraint known refers to a row that is not there',
      ],
      [
        3819,
        'HY000',
        "Check constraint 'few_steps' is violated.",
        'constraint few_steps is a check that the row does not pass',
      ],
      [
        4025,
        '23000',
        'CONSTRAINT `few_steps` failed for `health`.`our_daily`',
        'constraint few_steps is a check that the row does not pass',
      ],
      [
        3140,
        '22032',
        `Invalid JSON text: "The surrogate pair in string is invalid." at position 9 in value for column 'our_daily.record'.`,
        'column record takes no such JSON',
      ],
    ]
    for (const [errno, state, message, reason] of rows) {
      const failure = failureOf(said(errno, state, message), DAILY)
      expect(failure).toMatchObject({ kind: 'rows', table: 'daily', message: `our_daily: ${reason} (error ${errno})` })
    }
  })
  test('that a trigger signals is of the row; what it says may hold values and is not told', () => {
    const failure = failureOf(said(1644, '45000', "weight 81.5 in column 'weight'"), DAILY)
    expect(failure).toMatchObject({ kind: 'rows', message: 'our_daily was refused by a trigger of yours (error 1644)' })
  })
  test('of a table that lacks something says what: no row goes in until it is mended', () => {
    expect(failureOf(said(1054, '42S22', "Unknown column 'steps' in 'field list'"), DAILY)).toMatchObject({
      ...{ kind: 'table', table: 'daily' },
      message: 'our_daily: column steps is missing: add it again, or test the destination and it is made (error 1054)',
    })
    expect(failureOf(said(1146, '42S02', "Table 'health.our_daily' doesn't exist"), DAILY)).toMatchObject({
      kind: 'table',
    })
    expect(failureOf(said(1364, 'HY000', "Field 'mine' doesn't have a default value"), DAILY)).toMatchObject({
      ...{
        kind: 'table',
        message: 'our_daily: column mine has no default: give it one, or let it be null (error 1364)',
      },
    })
  })
  test('of the server is nobody’s fault: rights, disk, a broken connection, what we do not know', () => {
    const denied = "INSERT command denied to user 'app'@'%' for table `our_daily`"
    expect(failureOf(said(1142, '42000', denied), DAILY)).toMatchObject({
      kind: 'server',
      message: `${denied} (error 1142)`,
    })
    expect(failureOf(said(1114, 'HY000', "The table 'our_daily' is full"), DAILY)).toMatchObject({ kind: 'server' })
    const lost = Object.assign(new Error('Connection lost'), { code: 'PROTOCOL_CONNECTION_LOST', fatal: true })
    expect(failureOf(lost, DAILY)).toMatchObject({
      kind: 'server',
      message: 'Connection lost (PROTOCOL_CONNECTION_LOST)',
    })
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104 })
    expect(failureOf(reset, DAILY)).toMatchObject({ kind: 'server', message: 'read ECONNRESET' })
    // It may say a value.
    expect(failureOf(said(9_999, 'HY000', 'weight 81.5 is odd'), DAILY)).toMatchObject({
      kind: 'server',
      message: 'our_daily (error 9999)',
    })
  })
})

describe('a transaction', () => {
  /** Answers with errors, one for each try, at the statement that it is about. */
  const server = (...errors: (Error | undefined)[]): Server & { asked: string[] } => {
    const asked: string[] = []
    return {
      asked,
      ...{ quote, packetBytes: 1_000_000 },
      query: async (sql): Promise<Rows> => {
        asked.push(sql.split('\n')[0]!)
        const error = sql.startsWith('insert') ? errors.shift() : undefined
        if (error) throw error
        return []
      },
    }
  }
  const put = (at: Server) => inTransaction(at, '', (db) => db.insert(CURSORS, [cursor('c')], keepNewest(CURSORS)))
  const insert = expect.stringMatching(/^insert into `cursors`/)

  test('that another one was in the way of is tried again, and told to nobody', async () => {
    const at = server(said(1213, '40001', 'Deadlock found'), said(1205, 'HY000', 'Lock wait timeout exceeded'))
    await put(at)
    const failed = ['start transaction', insert, 'rollback']
    expect(at.asked).toEqual([...failed, ...failed, 'start transaction', insert, 'commit'])
  })
  test('that others are always in the way of is given up, as the server’s trouble', async () => {
    const deadlock = said(1213, '40001', 'Deadlock found')
    expect(comesAgain(deadlock)).toBe(true)
    const at = server(deadlock, deadlock, deadlock, deadlock, deadlock)
    await expect(put(at)).rejects.toMatchObject({ kind: 'server', message: 'Deadlock found (error 1213)' })
    expect(at.asked.filter((sql) => sql === 'rollback')).toHaveLength(4)
  })
  test('over a connection that broke asks nothing more', async () => {
    const at = server(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104 }))
    await expect(put(at)).rejects.toMatchObject({ kind: 'server' })
    expect(at.asked).toEqual(['start transaction', insert])
  })
})

describe('a server', () => {
  test('that is too old is refused by its own name; one that hides its age behind 5.5.5 is not', () => {
    for (const version of ['5.7.44-log', '10.5.23-MariaDB', '5.5.5-10.4.1-MariaDB-log'])
      expect(() => checkVersion(version)).toThrow(version)
    for (const version of [
      '8.0.11',
      '9.7.4-2',
      '10.6.0-MariaDB',
      '5.5.5-10.11.6-MariaDB-1',
      '8.0.36-TiDB-v8.5',
      '12.1.1-MariaDB',
    ])
      expect(() => checkVersion(version)).not.toThrow()
  })
  test('whose certificate is not taken is refused with what to mend', () => {
    const error = Object.assign(new Error('internal error; reference = x'), {
      code: 'HANDSHAKE_SSL_ERROR',
      fatal: true,
    })
    expect(refusalOf(error)).toMatchObject({ field: 'tls', message: expect.stringContaining('certificate') })
  })
})
