import { describe, expect, test } from 'vitest'
import type { ShippedEvent } from '../../shared/delivery/shipment.ts'
import { dataEvent, lifecycle, record, shipment, shippedGroup, USER } from '../delivery/sql/shipments.ts'
import { day, HEART, heart, house, ship, whole } from './mysql-house.ts'

const it = house()

describe('a shipment', () => {
  test('becomes rows: columns that are queried, the record, its readings, the user, the event, the position', async () => {
    const link = await it.connected()
    const record = day(7_000, { ...heart(61, 62), note: 'ü 😀 \\ \' " ; -- \n' })
    expect(await ship(link, shipment([shippedGroup([dataEvent(5, record)])]))).toEqual([
      { kind: 'done', groups: [whole(1)] },
    ])
    const [row] = await it.rows('daily')
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
    expect(await it.rows('samples', 'order by position')).toEqual([
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
    expect(await it.rows('users')).toMatchObject([{ user_id: USER, state: 'active', seq: '5', erased_seq: '0' }])
    expect(await it.rows('events')).toMatchObject([{ user_id: USER, seq: '5', type: 'daily', event_id: 'evt_5' }])
    expect(await it.rows('cursors')).toMatchObject([{ destination_id: 'dst_1', cell: 'dev/eu/1', lane: '0', seq: '5' }])
  })
})

describe('what comes again, or late', () => {
  test('a shipment put twice is in once', async () => {
    const link = await it.connected()
    const one = shipment([shippedGroup([dataEvent(1, day(10, heart(60))), lifecycle(2, 'auth')])])
    await ship(link, one)
    const before = [await it.rows('daily'), await it.rows('samples'), await it.rows('users'), await it.rows('events')]
    expect(await ship(link, one)).toEqual([{ kind: 'done', groups: [whole(2)] }])
    const after = [await it.rows('daily'), await it.rows('samples'), await it.rows('users'), await it.rows('events')]
    const lasting = (tables: typeof before) => tables.map((all) => all.map(({ updated_at: _, ...row }) => row))
    expect(lasting(after)).toEqual(lasting(before))
  })
  test('the newest version stays whole, its readings too: an older one that is late changes nothing', async () => {
    const link = await it.connected()
    await ship(link, shipment([shippedGroup([dataEvent(9, day(900, heart(90)))])]))
    const late = shippedGroup([dataEvent(3, day(300, heart(30, 31, 32)))], { lane: true })
    expect(await ship(link, shipment([late], { window: undefined as never }))).toEqual([
      { kind: 'done', groups: [whole(1, { lane: true })] },
    ])
    expect(await it.rows('daily')).toMatchObject([{ steps: '900', seq: '9' }])
    expect(await it.rows('samples')).toMatchObject([{ value: '90' }])
    await ship(link, shipment([shippedGroup([dataEvent(10, day(1_000, heart(99, 98)))])]))
    expect(await it.rows('samples', 'order by position')).toMatchObject([{ value: '99' }, { value: '98' }])
    expect(await it.rows('cursors', 'order by lane')).toMatchObject([{ lane: '0', seq: '10' }])
  })
  test('a score does not become null again, in its column and in the record; other fields do', async () => {
    const link = await it.connected()
    const scored = day(1, {
      scores: { sleep: 80, recovery: 70 },
      data_enrichment: { immune_index: 3 },
      device_data: { name: 'A' },
    })
    await ship(link, shipment([shippedGroup([dataEvent(1, scored)])]))
    await ship(link, shipment([shippedGroup([dataEvent(2, day(2, { scores: { sleep: null, recovery: 75 } }))])]))
    const [row] = await it.rows('daily')
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
    const link = await it.connected()
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
    expect(await it.rows('daily')).toMatchObject([gone])
    expect(await it.rows('samples')).toEqual([])
  })
})

describe('a user', () => {
  test('who leaves is erased, and what is late does not come back; others stay', async () => {
    const link = await it.connected()
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
    expect(await it.rows('daily')).toMatchObject([{ steps: '4' }])
    expect(await it.rows('samples')).toMatchObject([{ value: '64' }])
    expect(await it.rows('users', 'order by user_id')).toMatchObject([
      { state: 'deauth', erased_seq: '5' },
      { state: 'active' },
    ])
    expect(await it.rows('events', 'order by seq')).toHaveLength(5)
    // Connected again under the same id: what is new comes in.
    await ship(link, shipment([shippedGroup([lifecycle(6, 'auth'), dataEvent(7, day(7))])]))
    expect(await it.rows('daily', 'order by seq')).toMatchObject([{ steps: '4' }, { steps: '7' }])
    expect(await it.rows('users', 'order by user_id')).toMatchObject([{ state: 'active', erased_seq: '5' }, {}])
  })
  test('is erased with all who leave at the same time: by as many statements as one takes', async () => {
    const link = await it.connected()
    const users = Array.from({ length: 60 }, (_, i) => ({ connection: i % 10, seq: i + 1 }))
    const events = (at: number) => users.filter(({ connection }) => connection === at)
    const data = Array.from({ length: 10 }, (_, at) =>
      shippedGroup(
        events(at).map(({ seq }) => dataEvent(seq, day(seq, heart(60)), { summary_id: `s${seq}` })),
        { connection: at },
      ),
    )
    await ship(link, shipment(data))
    const deletes = async () =>
      (await it.server.rows("show global status where variable_name in ('Com_delete', 'Com_delete_multi')"))
        .map((row) => Number(row.Value))
        .reduce((sum, n) => sum + n)
    const before = await deletes()
    const leaving = Array.from({ length: 9 }, (_, at) =>
      shippedGroup([lifecycle(100 + at, 'deauth')], { connection: at }),
    )
    await ship(link, shipment(leaving))
    expect((await deletes()) - before).toBeLessThanOrEqual(14)
    expect(new Set((await it.rows('daily')).map(({ user_id }) => user_id)).size).toBe(1)
    expect(await it.rows('samples')).toHaveLength(6)
  })
  test('who leaves keeps the rows where the settings say so', async () => {
    const link = await it.connected({ erase_on_deauth: false })
    await ship(link, shipment([shippedGroup([dataEvent(1, day(1)), lifecycle(2, 'deauth')])]))
    expect(await it.rows('daily')).toMatchObject([{ steps: '1' }])
    expect(await it.rows('users')).toMatchObject([{ state: 'deauth', erased_seq: '0' }])
  })
  test('who connects anew takes the place of the one before', async () => {
    const link = await it.connected()
    await ship(link, shipment([shippedGroup([dataEvent(1, day(1))])]))
    const old_user = { ...shippedGroup([]).user }
    const again = shippedGroup([lifecycle(2, 'user_reauth', { old_user })], { connection: 2 })
    await ship(link, shipment([again]))
    expect(await it.rows('users', 'order by user_id')).toMatchObject([
      { state: 'user_reauth', seq: '1' },
      { state: 'active', seq: '2' },
    ])
  })
})

describe('one event', () => {
  test('may carry more records than a condition names', async () => {
    const link = await it.connected()
    const asked = (seq: number): ShippedEvent => ({
      ...dataEvent(seq, {}),
      records: Array.from({ length: 1_203 }, (_, i) =>
        record(seq, day(i, { ...heart(i % 90), scores: { sleep: seq === 1 ? i : null } }), { summary_id: `s${i}` }),
      ),
    })
    await ship(link, shipment([shippedGroup([asked(1)])]))
    expect(await ship(link, shipment([shippedGroup([asked(2)])]))).toEqual([{ kind: 'done', groups: [whole(1)] }])
    expect(await it.rows('daily', 'where seq = 2 and sleep_score = steps')).toHaveLength(1_203)
    expect(await it.rows('samples')).toHaveLength(1_203)
  })
})

describe('positions', () => {
  test('of several cells and lanes go in with what they count; a lane that the window passed is no more', async () => {
    const link = await it.connected()
    const held = shippedGroup([dataEvent(3, day(3))], { connection: 2, lane: true })
    const elsewhere = shipment([shippedGroup([dataEvent(8, day(8))], { connection: 3 })], { cell: 'dev/eu/2' })
    const told = await ship(
      link,
      shipment([shippedGroup([dataEvent(1, day(1))]), held], { window: { from: 1, to: 6 } }),
      elsewhere,
    )
    expect(told.map(({ kind }) => kind)).toEqual(['done', 'done'])
    expect(await it.rows('cursors', 'order by cell, lane')).toMatchObject([
      { cell: 'dev/eu/1', lane: '0', seq: '6' },
      { cell: 'dev/eu/1', lane: '2', seq: '3' },
      { cell: 'dev/eu/2', lane: '0', seq: '8' },
    ])
    await ship(link, shipment([shippedGroup([dataEvent(7, day(7))], { connection: 2 })]))
    expect(await it.rows('cursors', "where cell = 'dev/eu/1'")).toMatchObject([{ lane: '0', seq: '7' }])
  })
})

describe('the layout of pointers', () => {
  test('has a row for each event, with a link to its body; the newest word on each user', async () => {
    const link = await it.connected({ layout: 'pointers' })
    const given = shipment([shippedGroup([lifecycle(1, 'auth'), dataEvent(2, day(2)), dataEvent(3, day(3))])])
    expect(await ship(link, given)).toEqual([{ kind: 'done', groups: [whole(3)] }])
    expect(await ship(link, given)).toEqual([{ kind: 'done', groups: [whole(3)] }])
    const start_time = '2026-06-30 22:00:00.000000'
    expect(await it.rows('terra_data_payloads', 'order by event_id')).toMatchObject([
      {
        event_id: 'evt_2',
        payload_id: 'pay_evt_2',
        payload_url: 'https://cells.example/p/evt_2',
        data_type: 'daily',
        start_time,
      },
      { event_id: 'evt_3', payload_id: 'pay_evt_3', data_type: 'daily', start_time },
    ])
    expect(await it.rows('terra_other_payloads')).toMatchObject([{ event_id: 'evt_1', payload_type: 'auth' }])
    expect(await it.rows('terra_users')).toMatchObject([{ user_id: USER, state: 'active', seq: '3' }])
    expect(await it.rows('cursors')).toMatchObject([{ lane: '0', seq: '3' }])
    await ship(link, shipment([shippedGroup([lifecycle(4, 'deauth')])]))
    expect(await it.rows('terra_data_payloads')).toEqual([])
    expect(await it.rows('terra_users')).toMatchObject([{ state: 'deauth', seq: '4' }])
  })
  test('is beside the typed one in one database', async () => {
    await it.check()
    await it.check({ layout: 'pointers' })
    expect(await it.rows('fascia_schema', 'order by layout, version')).toMatchObject([
      { layout: 'pointers', version: '0' },
      { layout: 'pointers', version: '1' },
      { layout: 'typed', version: '0' },
      { layout: 'typed', version: '1' },
    ])
    expect(await it.rows('daily')).toEqual([])
    expect(await it.rows('terra_users')).toEqual([])
  })
})
