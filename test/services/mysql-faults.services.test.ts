import { createConnection } from 'mysql2/promise'
import { describe, expect, test } from 'vitest'
import { dataEvent, lifecycle, shipment, shippedGroup } from '../delivery/sql/shipments.ts'
import { cutAfterCommit, startTcpProxy } from '../harness/tcp-proxy.ts'
import { day, heart, house, LENT, ship, whole } from './mysql-house.ts'

const it = house()

describe('a table that somebody altered', () => {
  test('refuses an event by itself: it is parked with the column named, what comes after it waits, others are in', async () => {
    const link = await it.connected()
    await it.sql('alter table $daily modify device_name varchar(5)')
    const named = (seq: number, name: string) =>
      dataEvent(seq, day(seq, { device_data: { name } }), { summary_id: `s${seq}` })
    const first = shippedGroup([named(1, 'short'), named(2, 'much too long'), named(3, 'later')])
    const others = [4, 5, 6].map((n) => shippedGroup([named(n, 'fits')], { connection: n }))
    const [answer] = await ship(link, shipment([first, ...others]))
    const reason = `${it.prefix}daily: column device_name is too short for the value (error 1406)`
    expect(answer).toEqual({
      kind: 'done',
      groups: [
        whole(1, { failed: { kind: 'rejected', reason } }),
        ...[4, 5, 6].map((connection) => whole(1, { connection })),
      ],
    })
    expect((await it.rows('daily', 'order by seq')).map(({ seq }) => seq)).toEqual(['1', '4', '5', '6'])
    expect(await it.rows('cursors', 'order by lane')).toMatchObject([
      { lane: '0', seq: '6' },
      { lane: '1', seq: '1' },
    ])
  })
  test('and lacks a column takes none of its events, others go in; a test of the destination adds the column again', async () => {
    const link = await it.connected()
    await it.sql('alter table $daily drop column steps')
    const night = dataEvent(1, {}, { type: 'sleep', summary_id: 'n' })
    const given = shipment([
      shippedGroup([night, dataEvent(2, day(2))]),
      shippedGroup([lifecycle(3, 'auth')], { connection: 2 }),
    ])
    const [answer] = await ship(link, given)
    const reason = expect.stringMatching(/daily: column steps is missing.*1054/)
    expect(answer).toEqual({
      kind: 'done',
      groups: [whole(1, { failed: { kind: 'rejected', reason } }), whole(1, { connection: 2 })],
    })
    expect(await it.rows('sleep')).toHaveLength(1)
    await it.check()
    expect(await ship(link, given)).toMatchObject([{ kind: 'done', groups: [whole(2), whole(1, { connection: 2 })] }])
    expect(await it.rows('daily')).toMatchObject([{ steps: '2' }])
  })
  test('says which check or index of theirs is in the way, and no value of the row', async () => {
    const link = await it.connected()
    await it.sql(
      'alter table $daily add constraint $few_steps check (steps < 100); create unique index one_device on $daily (device_name(20))',
    )
    const given = [50, 12_345].map((steps, i) =>
      dataEvent(i + 1, day(steps, { device_data: { name: `Ring of ${i}` } }), { summary_id: `s${i}` }),
    )
    const [checked] = await ship(link, shipment([shippedGroup(given)]))
    const failed = {
      kind: 'rejected',
      reason: expect.stringMatching(
        /daily: constraint t\w+_few_steps is a check that the row does not pass \(error (4025|3819)\)$/,
      ),
    }
    expect(checked).toEqual({ kind: 'done', groups: [whole(1, { failed })] })
    const twin = dataEvent(3, day(3, { device_data: { name: 'Ring of 0' } }), { summary_id: 'twin' })
    const [unique] = await ship(link, shipment([shippedGroup([twin], { connection: 2 })]))
    expect(JSON.stringify(unique)).toMatch(/daily: a unique index of yours forbids the row/)
    expect(JSON.stringify([checked, unique])).not.toMatch(/12.?345|Ring of/)
  })
})

describe('a server', () => {
  test('that takes smaller statements gets smaller ones; a record larger than that is parked with both sizes', async () => {
    await it.server.query('set global max_allowed_packet = 1048576')
    try {
      const link = await it.connected()
      const large = (seq: number, bytes: number) =>
        dataEvent(seq, day(seq, { note: 'x'.repeat(bytes) }), { summary_id: `s${seq}` })
      const many = Array.from({ length: 6 }, (_, i) => large(i + 1, 400_000))
      expect(await ship(link, shipment([shippedGroup(many)]))).toEqual([{ kind: 'done', groups: [whole(6)] }])
      const reason = expect.stringMatching(
        /daily: a row takes a statement of 12\d{5} bytes, and the server takes 1048576; raise its max_allowed_packet/,
      )
      const [answer] = await ship(
        link,
        shipment([shippedGroup([large(7, 10), large(8, 1_200_000)]), shippedGroup([large(9, 10)], { connection: 2 })]),
      )
      expect(answer).toEqual({
        kind: 'done',
        groups: [whole(1, { failed: { kind: 'rejected', reason } }), whole(1, { connection: 2 })],
      })
    } finally {
      await it.server.query('set global max_allowed_packet = 16777216')
    }
  })
  test('that reads quotes and backslashes differently by default gets texts as they are', async () => {
    await it.server.query(`set global sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'`)
    try {
      const link = await it.connected()
      const nasty = `\\' or 1=1; drop table users; -- " \\\\ \u0000 \n`
      await ship(link, shipment([shippedGroup([dataEvent(1, day(1, { device_data: { name: nasty }, note: nasty }))])]))
      const [row] = await it.rows('daily')
      expect(JSON.parse(row!.record!)).toEqual(day(1, { device_data: { name: nasty }, note: nasty }))
      expect(row!.device_name).toBe(nasty)
    } finally {
      await it.server.query(`set global sql_mode = default`)
    }
  })
  test('that finds a deadlock is asked again: nobody hears of it', async () => {
    const link = await it.connected()
    await ship(link, shipment([shippedGroup([dataEvent(1, day(1))])]))
    const { host, port, database, user } = it.server
    await it.sql('create table $ballast (a int primary key)')
    const other = await createConnection({ host, port, database, user, password: it.server.password })
    await other.query('start transaction')
    // The server ends the transaction that has changed less: this one has changed more.
    await other.query(`insert into ${it.prefix}ballast values ${Array.from({ length: 1_000 }, (_, n) => `(${n})`)}`)
    await other.query(`update ${it.prefix}cursors set seq = seq`)
    await other.query(`select * from ${it.prefix}cursors for update`)
    const deadlocks = async () =>
      (
        await it.server.rows("select count as n from information_schema.innodb_metrics where name = 'lock_deadlocks'")
      )[0]!.n
    const before = await deadlocks()
    const shipping = ship(link, shipment([shippedGroup([dataEvent(2, day(2))])]))
    // It has the user and waits for the position; now the other waits for the user.
    await until(async () => (await it.server.query('show engine innodb status')).includes('LOCK WAIT'))
    await other.query(`select * from ${it.prefix}users for update`)
    await other.query('commit')
    await other.end()
    expect(await shipping).toEqual([{ kind: 'done', groups: [whole(1)] }])
    expect(Number(await deadlocks())).toBe(Number(before) + 1)
    expect(await it.rows('daily')).toMatchObject([{ steps: '2' }])
  })
  test('whose answer to COMMIT is lost is told again, and has it once', async () => {
    const proxy = await startTcpProxy(() => it.server)
    const { port } = proxy
    await it.check()
    const first = await it.connected({ port })
    let cuts = 1
    proxy.rule(cutAfterCommit(() => cuts-- > 0))
    const one = shipment([shippedGroup([dataEvent(1, day(1, heart(60)))])])
    expect(await ship(first, one)).toMatchObject([{ kind: 'failed', sent: { kind: 'retry', blame: 'destination' } }])
    expect(await it.rows('daily')).toHaveLength(1)
    expect(await ship(await it.connected({ port }), one)).toEqual([{ kind: 'done', groups: [whole(1)] }])
    expect(
      [await it.rows('daily'), await it.rows('samples'), await it.rows('events')].map((all) => all.length),
    ).toEqual([1, 1, 1])
    await proxy.close()
  })
  test('is taken leave of: it counts no broken connection for one that is closed', async () => {
    const counted = async () => (await it.server.rows("show global status like 'Aborted_clients'"))[0]!.Value
    const before = await counted()
    await it.check()
    await (await it.connected()).close()
    expect(await counted()).toBe(before)
  })
  test('that says nothing any more is waited for no longer than the time-out', async () => {
    await it.check()
    const proxy = await startTcpProxy(() => it.server)
    proxy.rule({ answered: (_, asked) => (/information_schema/.test(asked.toString('latin1')) ? 'swallow' : 'pass') })
    const timeout = new AbortController()
    const checking = it.check({ port: proxy.port }, undefined, { signal: timeout.signal, timeoutMs: 2_000 })
    const told = expect(checking).rejects.toMatchObject({
      field: 'host',
      message: expect.stringMatching(/^no answer within 2000 ms/),
    })
    await until(async () => proxy.counts.swallowed > 0)
    timeout.abort()
    await told
    await proxy.close()
  })
  test.skipIf(LENT)(
    'that dies in between has all of a shipment or nothing, and the next connection goes on',
    async () => {
      const link = await it.connected()
      await ship(link, shipment([shippedGroup([dataEvent(1, day(1))])]))
      await it.server.ours!.kill()
      const next = shipment([shippedGroup([dataEvent(2, day(2))])])
      expect(await ship(link, next)).toMatchObject([{ kind: 'failed', sent: { blame: 'destination' } }])
      await it.server.ours!.restart()
      expect(await it.rows('daily')).toMatchObject([{ steps: '1' }])
      expect(await ship(await it.connected(), next)).toEqual([{ kind: 'done', groups: [whole(1)] }])
      expect(await it.rows('daily')).toMatchObject([{ steps: '2' }])
    },
  )
  test.skipIf(LENT)('that knows the password no longer says so, and nothing is parked for it', async () => {
    const link = await it.connected()
    await it.server.ours!.revoke()
    expect(await ship(link, shipment([shippedGroup([dataEvent(1, day(1))])]))).toMatchObject([{ kind: 'failed' }])
    await expect(it.connected()).rejects.toThrow(/Access denied/)
    await it.server.ours!.giveBack()
    expect(await ship(await it.connected(), shipment([shippedGroup([dataEvent(1, day(1))])]))).toMatchObject([
      { kind: 'done' },
    ])
  })
})

describe('settings', () => {
  const refused = it.check
  test('that do not connect are refused with what the server said, what to mend, and where', async () => {
    await expect(refused({}, 'not it')).rejects.toMatchObject({
      field: 'password',
      message: expect.stringMatching(/Access denied.*error 1045\)\. Look at user and password/),
    })
    await expect(refused({ database: 'nobody' })).rejects.toMatchObject({
      field: 'database',
      message: expect.stringMatching(/nobody.*Create the database/),
    })
    await expect(refused({ port: 1 })).rejects.toMatchObject({
      field: 'host',
      message: expect.stringMatching(/ECONNREFUSED.*Look at host and port/),
    })
    await expect(refused({ tls: 'require', host: 'localhost' })).rejects.toMatchObject({
      field: 'tls',
      message: expect.stringMatching(/certificate/),
    })
  })
  test('of a user who may not make tables or change rows are refused with what is missing', async () => {
    await it.server.query(
      `create user if not exists 'reader'@'%' identified by 'r'; grant select on ${it.server.database}.* to 'reader'@'%'`,
    )
    await expect(refused({ user: 'reader' }, 'r')).rejects.toMatchObject({
      field: 'user',
      message: expect.stringMatching(/CREATE command denied.*Grant the user create/),
    })
    await refused({})
    await expect(refused({ user: 'reader' }, 'r')).rejects.toMatchObject({
      field: 'user',
      message: expect.stringMatching(/INSERT(, UPDATE)? command denied/),
    })
  })
  test('that name a place where other tables have our names are refused, and those are left alone', async () => {
    await it.sql('create table $users (mine int)')
    await expect(refused({})).rejects.toMatchObject({
      field: 'table_prefix',
      message: expect.stringContaining(`${it.prefix}users`),
    })
    await expect(it.connected()).rejects.toThrow('was not made by us')
  })
  test('that are good may be tested again, by several at once', async () => {
    await Promise.all([refused({}), refused({}), refused({})])
    await refused({})
  })
})

async function until(check: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000
  while (!(await check())) {
    if (Date.now() > end) throw new Error('it did not come to that')
    await new Promise(setImmediate)
  }
}
