import { createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SendContext } from '../../shared/delivery/define.ts'
import type { Link, Shipment, Shipped } from '../../shared/delivery/shipment.ts'
import mysql from '../../shared/destinations/mysql.ts'
import { context } from '../delivery/leases.ts'
import { dataEvent, lifecycle, shipment, shippedGroup, USER } from '../delivery/sql/shipments.ts'
import { cutAfterCommit, startTcpProxy } from '../harness/tcp-proxy.ts'
import { startMysqlFamily } from './mysql-family.ts'

/** Where a server is only lent to us it is not killed. */
const LENT = process.env.MYSQL_SERVER !== undefined
let server: Awaited<ReturnType<typeof startMysqlFamily>>
let prefix = ''
const links: Link[] = []
beforeAll(async () => {
  server = await startMysqlFamily()
})
afterAll(async () => {
  for (const link of links) await link.close()
  await server?.close()
})
let tests = 0
const run = Date.now().toString(36).slice(-5)
beforeEach(() => {
  prefix = `t${run}_${++tests}_`
})

type Settings = Parameters<typeof mysql.hosts>[0]
const contextOf = (more: Partial<Settings> = {}, password = server.password) => {
  const { host, port, database, user } = server
  const settings = mysql.settings.parse({ host, port, database, user, tls: 'disable', table_prefix: prefix, ...more })
  const linkTo: SendContext<unknown, unknown>['linkTo'] = async ({ id }) => ({
    url: `https://cells.example/p/${id}`,
    payload_id: `pay_${id}`,
  })
  return context(settings, { password }, { timeoutMs: 8_000, linkTo })
}
async function connected(more: Partial<Settings> = {}): Promise<Link> {
  const link = await mysql.connect(contextOf(more))
  links.push(link)
  return link
}
const ship = async (link: Link, ...shipments: Shipment[]): Promise<Shipped[]> => link.ship(shipments)
const rows = (table: string, rest = '') => server.rows(`select * from ${prefix}${table} ${rest}`)
const sql = (text: string) => server.query(text.replaceAll('$', prefix))

const day = (steps: number, more: object = {}): Record<string, unknown> => ({
  metadata: { start_time: '2026-07-01T00:00:00.000000+02:00', end_time: '2026-07-02T00:00:00.000000+02:00' },
  distance_data: { steps },
  ...more,
})
const HEART = 'heart_rate_data.detailed.hr_samples'
const heart = (...bpms: number[]) => ({
  heart_rate_data: {
    detailed: { hr_samples: bpms.map((bpm, i) => ({ timestamp: `2026-07-01T08:0${i}:00.000000+02:00`, bpm })) },
  },
})
const whole = (delivered: number, more: object = {}) => ({ connection: 1, lane: false, delivered, ...more })

describe('a shipment', () => {
  test('becomes rows: columns that are queried, the record, its readings, the user, the event, the position', async () => {
    const link = await connected()
    const record = day(7_000, { ...heart(61, 62), note: 'ü 😀 \\ \' " ; -- \n' })
    expect(await ship(link, shipment([shippedGroup([dataEvent(5, record)])]))).toEqual([
      { kind: 'done', groups: [whole(1)] },
    ])
    const [row] = await rows('daily')
    expect(row).toMatchObject({
      user_id: `${USER}`,
      summary_id: '2026-07-01',
      steps: '7000',
      start_time: '2026-06-30 22:00:00.000000',
      local_date: '2026-07-01',
      utc_offset_minutes: '120',
      seq: '5',
      deleted: '0',
      avg_hr_bpm: undefined,
    })
    const { heart_rate_data: _, ...rest } = record
    expect(JSON.parse(row!.record!)).toEqual({ ...rest, heart_rate_data: { detailed: {} } })
    expect(await rows('samples', 'order by position')).toEqual([
      {
        user_id: USER,
        type: 'daily',
        summary_id: '2026-07-01',
        path: HEART,
        position: '0',
        time: '2026-07-01 06:00:00.000000',
        value: '61',
        data: undefined,
      },
      {
        user_id: USER,
        type: 'daily',
        summary_id: '2026-07-01',
        path: HEART,
        position: '1',
        time: '2026-07-01 06:01:00.000000',
        value: '62',
        data: undefined,
      },
    ])
    expect(await rows('users')).toMatchObject([{ user_id: USER, state: 'active', seq: '5', erased_seq: '0' }])
    expect(await rows('events')).toMatchObject([{ user_id: USER, seq: '5', type: 'daily', event_id: 'evt_5' }])
    expect(await rows('cursors')).toMatchObject([{ destination_id: 'dst_1', cell: 'dev/eu/1', lane: '0', seq: '5' }])
  })
})

describe('what comes again, or late', () => {
  test('a shipment put twice is in once', async () => {
    const link = await connected()
    const one = shipment([shippedGroup([dataEvent(1, day(10, heart(60))), lifecycle(2, 'auth')])])
    await ship(link, one)
    const before = [await rows('daily'), await rows('samples'), await rows('users'), await rows('events')]
    expect(await ship(link, one)).toEqual([{ kind: 'done', groups: [whole(2)] }])
    const after = [await rows('daily'), await rows('samples'), await rows('users'), await rows('events')]
    const lasting = (tables: typeof before) => tables.map((all) => all.map(({ updated_at: _, ...row }) => row))
    expect(lasting(after)).toEqual(lasting(before))
  })
  test('the newest version stays whole, its readings too: an older one that is late changes nothing', async () => {
    const link = await connected()
    await ship(link, shipment([shippedGroup([dataEvent(9, day(900, heart(90)))])]))
    const late = shippedGroup([dataEvent(3, day(300, heart(30, 31, 32)))], { lane: true })
    expect(await ship(link, shipment([late], { window: undefined as never }))).toEqual([
      { kind: 'done', groups: [whole(1, { lane: true })] },
    ])
    expect(await rows('daily')).toMatchObject([{ steps: '900', seq: '9' }])
    expect(await rows('samples')).toMatchObject([{ value: '90' }])
    await ship(link, shipment([shippedGroup([dataEvent(10, day(1_000, heart(99, 98)))])]))
    expect(await rows('samples', 'order by position')).toMatchObject([{ value: '99' }, { value: '98' }])
    expect(await rows('cursors', 'order by lane')).toMatchObject([{ lane: '0', seq: '10' }])
  })
  test('a score does not become null again, in its column and in the record; other fields do', async () => {
    const link = await connected()
    const scored = day(1, {
      scores: { sleep: 80, recovery: 70 },
      data_enrichment: { immune_index: 3 },
      device_data: { name: 'A' },
    })
    await ship(link, shipment([shippedGroup([dataEvent(1, scored)])]))
    await ship(link, shipment([shippedGroup([dataEvent(2, day(2, { scores: { sleep: null, recovery: 75 } }))])]))
    const [row] = await rows('daily')
    expect(row).toMatchObject({
      steps: '2',
      sleep_score: '80',
      recovery_score: '75',
      immune_index: '3',
      device_name: undefined,
    })
    expect(JSON.parse(row!.record!)).toEqual(
      day(2, { scores: { sleep: 80, recovery: 75 }, data_enrichment: { immune_index: 3 } }),
    )
  })
  test('a deletion leaves the key and nothing else, and a version from before it does not come back', async () => {
    const link = await connected()
    await ship(
      link,
      shipment([
        shippedGroup([dataEvent(1, day(1, { ...heart(60), scores: { sleep: 80 } })), dataEvent(3, undefined)]),
      ]),
    )
    await ship(link, shipment([shippedGroup([dataEvent(2, day(2, heart(61)))], { lane: true })]))
    const gone = {
      summary_id: '2026-07-01',
      deleted: '1',
      seq: '3',
      record: undefined,
      steps: undefined,
      sleep_score: undefined,
    }
    expect(await rows('daily')).toMatchObject([gone])
    expect(await rows('samples')).toEqual([])
  })
})

describe('a user', () => {
  test('who leaves is erased, and what is late does not come back; others stay', async () => {
    const link = await connected()
    const other = shippedGroup([dataEvent(4, day(4, heart(64)))], { connection: 2 })
    await ship(
      link,
      shipment([
        shippedGroup([dataEvent(1, day(1, heart(60))), dataEvent(2, day(2, heart(61)), { summary_id: 'other' })]),
        other,
      ]),
    )
    await ship(link, shipment([shippedGroup([lifecycle(5, 'deauth')])]))
    await ship(link, shipment([shippedGroup([dataEvent(3, day(3, heart(62)))], { lane: true })]))
    expect(await rows('daily')).toMatchObject([{ steps: '4' }])
    expect(await rows('samples')).toMatchObject([{ value: '64' }])
    expect(await rows('users', 'order by user_id')).toMatchObject([
      { state: 'deauth', erased_seq: '5' },
      { state: 'active' },
    ])
    expect(await rows('events', 'order by seq')).toHaveLength(5)
    // Connected again under the same id: what is new comes in.
    await ship(link, shipment([shippedGroup([lifecycle(6, 'auth'), dataEvent(7, day(7))])]))
    expect(await rows('daily', 'order by seq')).toMatchObject([{ steps: '4' }, { steps: '7' }])
    expect(await rows('users', 'order by user_id')).toMatchObject([{ state: 'active', erased_seq: '5' }, {}])
  })
  test('who leaves keeps the rows where the settings say so', async () => {
    const link = await connected({ erase_on_deauth: false })
    await ship(link, shipment([shippedGroup([dataEvent(1, day(1)), lifecycle(2, 'deauth')])]))
    expect(await rows('daily')).toMatchObject([{ steps: '1' }])
    expect(await rows('users')).toMatchObject([{ state: 'deauth', erased_seq: '0' }])
  })
  test('who connects anew takes the place of the one before', async () => {
    const link = await connected()
    await ship(link, shipment([shippedGroup([dataEvent(1, day(1))])]))
    const old_user = { ...shippedGroup([]).user }
    const again = shippedGroup([lifecycle(2, 'user_reauth', { old_user })], { connection: 2 })
    await ship(link, shipment([again]))
    expect(await rows('users', 'order by user_id')).toMatchObject([
      { state: 'user_reauth', seq: '1' },
      { state: 'active', seq: '2' },
    ])
  })
})

describe('positions', () => {
  test('of several cells and lanes go in with what they count; a lane that the window passed is no more', async () => {
    const link = await connected()
    const held = shippedGroup([dataEvent(3, day(3))], { connection: 2, lane: true })
    const elsewhere = shipment([shippedGroup([dataEvent(8, day(8))], { connection: 3 })], { cell: 'dev/eu/2' })
    const told = await ship(
      link,
      shipment([shippedGroup([dataEvent(1, day(1))]), held], { window: { from: 1, to: 6 } }),
      elsewhere,
    )
    expect(told.map(({ kind }) => kind)).toEqual(['done', 'done'])
    expect(await rows('cursors', 'order by cell, lane')).toMatchObject([
      { cell: 'dev/eu/1', lane: '0', seq: '6' },
      { cell: 'dev/eu/1', lane: '2', seq: '3' },
      { cell: 'dev/eu/2', lane: '0', seq: '8' },
    ])
    await ship(link, shipment([shippedGroup([dataEvent(7, day(7))], { connection: 2 })]))
    expect(await rows('cursors', "where cell = 'dev/eu/1'")).toMatchObject([{ lane: '0', seq: '7' }])
  })
})

describe('a table that somebody altered', () => {
  test('refuses an event by itself: it is parked with the column named, what comes after it waits, others are in', async () => {
    const link = await connected()
    await sql('alter table $daily modify device_name varchar(5)')
    const named = (seq: number, name: string) =>
      dataEvent(seq, day(seq, { device_data: { name } }), { summary_id: `s${seq}` })
    const first = shippedGroup([named(1, 'short'), named(2, 'much too long'), named(3, 'later')])
    const others = [4, 5, 6].map((n) => shippedGroup([named(n, 'fits')], { connection: n }))
    const [answer] = await ship(link, shipment([first, ...others]))
    const reason = `${prefix}daily: column device_name is too short for the value (error 1406)`
    expect(answer).toEqual({
      kind: 'done',
      groups: [
        whole(1, { failed: { kind: 'rejected', reason } }),
        ...[4, 5, 6].map((connection) => whole(1, { connection })),
      ],
    })
    expect((await rows('daily', 'order by seq')).map(({ seq }) => seq)).toEqual(['1', '4', '5', '6'])
    expect(await rows('cursors', 'order by lane')).toMatchObject([
      { lane: '0', seq: '6' },
      { lane: '1', seq: '1' },
    ])
  })
  test('and lacks a column takes none of its events, others go in; a test of the destination adds the column again', async () => {
    const link = await connected()
    await sql('alter table $daily drop column steps')
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
    expect(await rows('sleep')).toHaveLength(1)
    await mysql.check!(contextOf())
    expect(await ship(link, given)).toMatchObject([{ kind: 'done', groups: [whole(2), whole(1, { connection: 2 })] }])
    expect(await rows('daily')).toMatchObject([{ steps: '2' }])
  })
  test('says which check or index of theirs is in the way, and no value of the row', async () => {
    const link = await connected()
    await sql(
      'alter table $daily add constraint few_steps check (steps < 100); create unique index one_device on $daily (device_name(20))',
    )
    const given = [50, 12_345].map((steps, i) =>
      dataEvent(i + 1, day(steps, { device_data: { name: `Ring of ${i}` } }), { summary_id: `s${i}` }),
    )
    const [checked] = await ship(link, shipment([shippedGroup(given)]))
    const failed = {
      kind: 'rejected',
      reason: expect.stringMatching(
        /daily: constraint few_steps is a check that the row does not pass \(error (4025|3819)\)$/,
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
    await server.query('set global max_allowed_packet = 1048576')
    try {
      const link = await connected()
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
      await server.query('set global max_allowed_packet = 16777216')
    }
  })
  test('that reads quotes and backslashes differently by default gets texts as they are', async () => {
    await server.query(`set global sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'`)
    try {
      const link = await connected()
      const nasty = `\\' or 1=1; drop table users; -- " \\\\ \u0000 \n`
      await ship(link, shipment([shippedGroup([dataEvent(1, day(1, { device_data: { name: nasty }, note: nasty }))])]))
      const [row] = await rows('daily')
      expect(JSON.parse(row!.record!)).toEqual(day(1, { device_data: { name: nasty }, note: nasty }))
      expect(row!.device_name).toBe(nasty)
    } finally {
      await server.query(`set global sql_mode = default`)
    }
  })
  test('that finds a deadlock is asked again: nobody hears of it', async () => {
    const link = await connected()
    await ship(link, shipment([shippedGroup([dataEvent(1, day(1))])]))
    const { host, port, database, user } = server
    await sql('create table $ballast (a int primary key)')
    const other = await createConnection({ host, port, database, user, password: server.password })
    await other.query('start transaction')
    // The server ends the transaction that has changed less: this one has changed more.
    await other.query(`insert into ${prefix}ballast values ${Array.from({ length: 1_000 }, (_, n) => `(${n})`)}`)
    await other.query(`update ${prefix}cursors set seq = seq`)
    await other.query(`select * from ${prefix}cursors for update`)
    const deadlocks = async () =>
      (await server.rows("select count as n from information_schema.innodb_metrics where name = 'lock_deadlocks'"))[0]!
        .n
    const before = await deadlocks()
    const shipping = ship(link, shipment([shippedGroup([dataEvent(2, day(2))])]))
    // It has the user and waits for the position; now the other waits for the user.
    await until(async () => (await server.query('show engine innodb status')).includes('LOCK WAIT'))
    await other.query(`select * from ${prefix}users for update`)
    await other.query('commit')
    await other.end()
    expect(await shipping).toEqual([{ kind: 'done', groups: [whole(1)] }])
    expect(Number(await deadlocks())).toBe(Number(before) + 1)
    expect(await rows('daily')).toMatchObject([{ steps: '2' }])
  })
  test('whose answer to COMMIT is lost is told again, and has it once', async () => {
    const proxy = await startTcpProxy(() => server)
    const { port } = proxy
    await mysql.check!(contextOf())
    const first = await connected({ port })
    let cuts = 1
    proxy.rule(cutAfterCommit(() => cuts-- > 0))
    const one = shipment([shippedGroup([dataEvent(1, day(1, heart(60)))])])
    expect(await ship(first, one)).toMatchObject([{ kind: 'failed', sent: { kind: 'retry', blame: 'destination' } }])
    expect(await rows('daily')).toHaveLength(1)
    expect(await ship(await connected({ port }), one)).toEqual([{ kind: 'done', groups: [whole(1)] }])
    expect([await rows('daily'), await rows('samples'), await rows('events')].map((all) => all.length)).toEqual([
      1, 1, 1,
    ])
    await proxy.close()
  })
  test.skipIf(LENT)(
    'that dies in between has all of a shipment or nothing, and the next connection goes on',
    async () => {
      const link = await connected()
      await ship(link, shipment([shippedGroup([dataEvent(1, day(1))])]))
      await server.ours!.kill()
      const next = shipment([shippedGroup([dataEvent(2, day(2))])])
      expect(await ship(link, next)).toMatchObject([{ kind: 'failed', sent: { blame: 'destination' } }])
      await server.ours!.restart()
      expect(await rows('daily')).toMatchObject([{ steps: '1' }])
      expect(await ship(await connected(), next)).toEqual([{ kind: 'done', groups: [whole(1)] }])
      expect(await rows('daily')).toMatchObject([{ steps: '2' }])
    },
  )
  test.skipIf(LENT)('that knows the password no longer says so, and nothing is parked for it', async () => {
    const link = await connected()
    await server.ours!.revoke()
    expect(await ship(link, shipment([shippedGroup([dataEvent(1, day(1))])]))).toMatchObject([{ kind: 'failed' }])
    await expect(mysql.connect(contextOf())).rejects.toThrow(/Access denied/)
    await server.ours!.giveBack()
    expect(await ship(await connected(), shipment([shippedGroup([dataEvent(1, day(1))])]))).toMatchObject([
      { kind: 'done' },
    ])
  })
})

describe('the layout of pointers', () => {
  test('has a row for each event, with a link to its body; the newest word on each user', async () => {
    const link = await connected({ layout: 'pointers' })
    const given = shipment([shippedGroup([lifecycle(1, 'auth'), dataEvent(2, day(2)), dataEvent(3, day(3))])])
    expect(await ship(link, given)).toEqual([{ kind: 'done', groups: [whole(3)] }])
    expect(await ship(link, given)).toEqual([{ kind: 'done', groups: [whole(3)] }])
    const start_time = '2026-06-30 22:00:00.000000'
    expect(await rows('terra_data_payloads', 'order by event_id')).toMatchObject([
      {
        event_id: 'evt_2',
        payload_id: 'pay_evt_2',
        payload_url: 'https://cells.example/p/evt_2',
        data_type: 'daily',
        start_time,
      },
      { event_id: 'evt_3', payload_id: 'pay_evt_3', data_type: 'daily', start_time },
    ])
    expect(await rows('terra_other_payloads')).toMatchObject([{ event_id: 'evt_1', payload_type: 'auth' }])
    expect(await rows('terra_users')).toMatchObject([{ user_id: USER, state: 'active', seq: '3' }])
    expect(await rows('cursors')).toMatchObject([{ lane: '0', seq: '3' }])
    await ship(link, shipment([shippedGroup([lifecycle(4, 'deauth')])]))
    expect(await rows('terra_data_payloads')).toEqual([])
    expect(await rows('terra_users')).toMatchObject([{ state: 'deauth', seq: '4' }])
  })
  test('is beside the typed one in one database', async () => {
    await mysql.check!(contextOf())
    await mysql.check!(contextOf({ layout: 'pointers' }))
    expect(await rows('fascia_schema', 'order by layout, version')).toMatchObject([
      { layout: 'pointers', version: '0' },
      { layout: 'pointers', version: '1' },
      { layout: 'typed', version: '0' },
      { layout: 'typed', version: '1' },
    ])
    expect(await rows('daily')).toEqual([])
    expect(await rows('terra_users')).toEqual([])
  })
})

describe('settings', () => {
  const refused = (more: Partial<Settings>, password?: string) => mysql.check!(contextOf(more, password))
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
    await server.query(
      `create user if not exists 'reader'@'%' identified by 'r'; grant select on ${server.database}.* to 'reader'@'%'`,
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
    await sql('create table $users (mine int)')
    await expect(refused({})).rejects.toMatchObject({
      field: 'table_prefix',
      message: expect.stringContaining(`${prefix}users`),
    })
    await expect(mysql.connect(contextOf())).rejects.toThrow('was not made by us')
  })
  test('that are good may be tested again, by several at once', async () => {
    await Promise.all([refused({}), refused({}), refused({})])
    await refused({})
  })
})

async function until(check: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000
  while (!(await check())) if (Date.now() > end) throw new Error('it did not come to that')
}
