import { readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { TYPED } from '../../shared/delivery/sql/layout.ts'
import { type Layout, migrate } from '../../shared/delivery/sql/migrate.ts'
import { newClient } from '../../shared/delivery/sql/postgresql/client.ts'
import { prepare } from '../../shared/delivery/sql/postgresql/store.ts'
import supabase from '../../shared/destinations/supabase.ts'
import { dataEvent, lifecycle, shipment, shippedGroup, USER } from '../delivery/sql/shipments.ts'
import { house, shipOne, unit, wholly } from './postgres-house.ts'

const at = house()
const day = (more: object = {}) => ({
  metadata: { start_time: '2026-07-01T00:00:00.000000+02:00', end_time: '2026-07-02T00:00:00.000000+02:00' },
  ...more,
})
const one = shippedGroup([dataEvent(1, day())])

describe('our tables', () => {
  test('are made at the first connection, and noted', async () => {
    await at.fresh()
    const tables = await at.rows(`select table_name from information_schema.tables where table_schema = '${at.schema}'`)
    expect(tables.map(({ table_name }) => table_name).sort()).toEqual([
      'activity',
      'athlete',
      'body',
      'cursors',
      'daily',
      'events',
      'fascia_schema',
      'menstruation',
      'nutrition',
      'samples',
      'sleep',
      'users',
    ])
    expect(await at.rows('select layout, version from @fascia_schema order by version')).toEqual([
      { layout: 'typed', version: 0 },
      { layout: 'typed', version: 1 },
    ])
  })
  test('grow with the layout, and keep what is in them', async () => {
    const link = await at.fresh()
    await shipOne(link, shipment([one]))
    await link.close()
    const grown: Layout = {
      ...TYPED,
      version: 2,
      tables: [
        ...TYPED.tables.map((table) =>
          table.name === 'daily'
            ? { ...table, columns: [...table.columns, { name: 'mood', type: 'int' as const, notNull: true as const }] }
            : table,
        ),
        { name: 'moods', columns: [{ name: 'user_id', type: 'id', notNull: true }], key: ['user_id'], indexes: [] },
      ],
    }
    const login = {
      host: '127.0.0.1',
      port: at.port,
      tls: 'disable' as const,
      database: 'postgres',
      user: 'postgres',
      password: 'x',
    }
    const client = newClient(login, { signal: new AbortController().signal, timeoutMs: 5_000 })
    const place = { schema: at.schema, prefix: '' }
    await prepare(client, place, grown, { thorough: false })
    await prepare(client, place, grown, { thorough: true })
    // What an older deployment finds is newer than it knows, and has all it needs.
    await prepare(client, place, TYPED, { thorough: false })
    await client.close()
    expect(await at.rows('select summary_id, mood from @daily')).toEqual([{ summary_id: '2026-07-01', mood: null }])
    expect(await at.rows('select * from @moods')).toEqual([])
    expect(await at.rows('select version from @fascia_schema order by version')).toEqual(
      [0, 1, 2].map((version) => ({ version })),
    )
  })
  test('are not mistaken for tables of the developer that are called the same', async () => {
    await at.fresh()
    await at.exec('create schema theirs; create table theirs.users (name text)')
    await expect(at.again({ schema: 'theirs' })).rejects.toThrow('a table theirs.users is there already')
    const link = await at.again({ schema: 'theirs', table_prefix: 'health_' })
    expect(await shipOne(link, shipment([one]))).toEqual(wholly([one]))
    expect(await at.rows('select user_id from theirs.health_users')).toEqual([{ user_id: USER }])
    expect(
      await at.rows(
        `select column_name from information_schema.columns where table_schema = 'theirs' and table_name = 'users'`,
      ),
    ).toEqual([{ column_name: 'name' }])
  })
  test('answer every query of their page', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/sql.md'), 'utf8')
    const queries = [...page.matchAll(/```sql\n(.*?)```/gs)].map(([, query]) => query!)
    expect(queries.length).toBeGreaterThan(3)
    await at.fresh({ schema: 'fascia' })
    for (const query of queries) await at.exec(query)
  })
  test('whose making broke off are finished the next time', async () => {
    const ran: string[] = []
    const tools = {
      existing: async () =>
        new Map([
          ['fascia_schema', new Set(['layout', 'version', 'made_at'])],
          ['users', new Set(['user_id'])],
        ]),
      noted: async () => 0,
      createTable: (table: { name: string }) => `create ${table.name}`,
      addColumn: (table: { name: string }, column: { name: string }) => `add ${table.name}.${column.name}`,
      note: (version: number) => `note ${version}`,
      run: async (statements: string[]) => void ran.push(...statements),
      nameOf: (table: { name: string }) => table.name,
    }
    await migrate(TYPED, tools, { thorough: false })
    expect(ran).toContain('create daily')
    expect(ran).toContain('add users.state')
    expect(ran.at(-1)).toBe('note 1')
    expect(ran).not.toContain('note 0')
  })
})

describe('a check', () => {
  test('makes the tables, and leaves no rows in them', async () => {
    await at.fresh()
    await at.check()
    for (const table of ['daily', 'samples', 'users', 'events', 'cursors'])
      expect(await at.rows(`select * from @${table}`)).toEqual([])
  })
  test('says which right is missing, and how to give it', async () => {
    await at.fresh()
    await at.exec(`create role reader login; set role reader`)
    try {
      await expect(at.check({ schema: 'locked' })).rejects.toMatchObject({
        field: 'user',
        message: expect.stringMatching(/permission denied for database .*CREATE SCHEMA locked AUTHORIZATION/s),
      })
    } finally {
      await at.exec('reset role')
    }
    await at.exec('grant usage on schema @ to reader'.replace('@', at.schema))
    await at.exec('set role reader')
    try {
      await expect(at.check()).rejects.toMatchObject({
        field: 'user',
        message: expect.stringContaining('permission denied for'),
      })
    } finally {
      await at.exec('reset role')
    }
  })
  test('says that nobody listens, and that there is no TLS', async () => {
    await expect(at.check({ port: 1 })).rejects.toMatchObject({
      field: 'host',
      message: expect.stringContaining('127.0.0.1:1'),
    })
    await expect(at.check({ tls: 'verify-full' })).rejects.toMatchObject({
      field: 'tls',
      message: expect.stringContaining('offers no TLS'),
    })
  })
  test.each([
    [
      'a handshake that breaks off',
      (socket: Socket) => void socket.once('data', () => socket.write('S', () => socket.destroy())),
      'tls',
      'handshake failed',
    ],
    ['a server that says nothing', () => undefined, 'host', 'did not answer in time'],
    ['a server that hangs up', (socket: Socket) => void socket.destroy(), 'host', 'closed the connection'],
  ])('says so of %s', async (_, behave, field, message) => {
    const server = createServer((socket) => behave(socket.on('error', () => undefined)))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = server.address() as { port: number }
      await expect(at.check({ port, tls: 'verify-full' }, { timeoutMs: 300 })).rejects.toMatchObject({
        field,
        message: expect.stringContaining(message),
      })
    } finally {
      server.close()
    }
  })
})

describe('the layout of pointers', () => {
  const user = 'select user_id, state, provider from @terra_users'
  test('holds who, what and when, and where the body is', async () => {
    const link = await at.fresh({ layout: 'pointers' })
    const group = shippedGroup([lifecycle(1, 'auth'), dataEvent(2, day()), dataEvent(3, day())])
    expect(await shipOne(link, shipment([group]))).toEqual(wholly([group]))
    // Again: nothing comes twice.
    expect(await shipOne(link, shipment([group]))).toEqual(wholly([group]))
    expect(await at.rows(user)).toEqual([{ user_id: USER, state: 'active', provider: 'OURA' }])
    expect(
      await at.rows(
        'select user_id, data_type, created_at, start_time, end_time, payload_id, payload_url from @terra_data_payloads order by created_at',
      ),
    ).toEqual(
      [2, 3].map((seq) => ({
        user_id: USER,
        data_type: 'daily',
        created_at: new Date(`2026-07-01T12:00:0${seq}Z`),
        start_time: new Date('2026-06-30T22:00:00Z'),
        end_time: new Date('2026-07-01T22:00:00Z'),
        payload_id: `evt_${seq}`,
        payload_url: `https://fascia.example/v2/payloads/evt_${seq}`,
      })),
    )
    expect(await at.rows('select data_type, payload_type, payload_id from @terra_other_payloads')).toEqual([
      { data_type: 'auth', payload_type: 'auth', payload_id: 'evt_1' },
    ])
    expect(await at.rows('select lane, seq from @cursors')).toEqual([{ lane: 0, seq: 3 }])
  })
  test('loses the data of a user who deauthenticates', async () => {
    const link = await at.fresh({ layout: 'pointers' })
    await shipOne(link, shipment([shippedGroup([dataEvent(2, day()), lifecycle(3, 'deauth')])]))
    expect(await at.rows(user)).toEqual([{ user_id: USER, state: 'deauth', provider: 'OURA' }])
    expect(await at.rows('select * from @terra_data_payloads')).toEqual([])
    expect(await at.rows('select data_type from @terra_other_payloads')).toEqual([{ data_type: 'deauth' }])
  })
  test('is ours to mend where bodies cannot be stored', async () => {
    const linkTo = async () => {
      throw new Error('no address')
    }
    const link = await at.fresh({ layout: 'pointers' }, { linkTo })
    expect(await shipOne(link, shipment([one]))).toMatchObject({
      kind: 'failed',
      sent: { blame: 'ours', reason: 'no address' },
    })
  })
  test('may stand beside the typed one', async () => {
    await at.fresh()
    const link = await at.again({ layout: 'pointers' })
    expect(await shipOne(link, shipment([one]))).toEqual(wholly([one]))
    await at.check()
    await at.check({ layout: 'pointers' })
  })
})

describe('settings', () => {
  const good = { host: 'db.example.com', database: 'd', user: 'u' }
  const problem = (more: object) => unit.settings.safeParse({ ...good, ...more }).error?.issues[0]?.message
  test('are few, and the rest is sensible', () => {
    expect(unit.settings.parse(good)).toEqual({
      ...good,
      port: 5432,
      tls: 'verify-full',
      schema: 'fascia',
      table_prefix: '',
      layout: 'typed',
      erase_on_deauth: true,
    })
    expect(unit.hosts(unit.settings.parse(good))).toEqual(['db.example.com:5432'])
    expect(unit.hosts(unit.settings.parse({ ...good, host: '::1' }))).toEqual(['[::1]:5432'])
  })
  test('refuse an authority in so many words, and addresses with more than a host in them', () => {
    expect(problem({ ca: '-----BEGIN CERTIFICATE-----' })).toContain(
      'certificate authority of your own cannot be given',
    )
    expect(problem({ whatever: 1 })).toContain('whatever')
    for (const host of ['postgres://u:p@h/d', 'h:5432/d', 'a b', '', "h'"])
      expect(problem({ host }), host).toBeDefined()
  })
  test('of the pooler name the project in the user', async () => {
    const settings = supabase.settings.parse({
      project: 'abcdefghijklmnopqrst',
      host: 'aws-0-eu-central-1.pooler.supabase.com',
    })
    expect(settings).toMatchObject({ port: 6543, database: 'postgres', role: 'postgres', tls: 'verify-full' })
    expect(supabase.hosts(settings)).toEqual(['aws-0-eu-central-1.pooler.supabase.com:6543'])
  })
})
