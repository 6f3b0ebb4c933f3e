import { describe, expect, test } from 'vitest'
import { dataEvent, lifecycle, shipment, shippedGroup, USER } from '../delivery/sql/shipments.ts'
import { startBetween } from './pglite.ts'
import { house, shipOne, unit, wholly } from './postgres-house.ts'

const at = house()
const day = (more: object = {}) => ({ metadata: { start_time: '2026-07-01T00:00:00.000000+02:00' }, ...more })
const steps = (n: number) => day({ distance_data: { steps: n } })
const events = 'select user_id, seq from @events order by seq'

describe('a row that the database refuses', () => {
  test('stops its own connection, and nobody else', async () => {
    const link = await at.fresh()
    await at.exec('alter table @daily add constraint few_steps check (steps < 1000)')
    const guilty = shippedGroup(
      [1, 2, 3].map((seq) => dataEvent(seq, steps(seq === 2 ? 5_000 : 5), { summary_id: `${seq}` })),
    )
    const others = [2, 3, 4].map((connection) =>
      shippedGroup([dataEvent(10 * connection, steps(1)), dataEvent(10 * connection + 1, steps(2))], { connection }),
    )
    const shipped = await shipOne(link, shipment([others[0]!, guilty, ...others.slice(1)]))
    expect(shipped).toMatchObject({
      kind: 'done',
      groups: [
        { connection: 2, delivered: 2 },
        {
          connection: 1,
          delivered: 1,
          failed: { kind: 'rejected', reason: expect.stringContaining('"few_steps"') },
        },
        { connection: 3, delivered: 2 },
        { connection: 4, delivered: 2 },
      ],
    })
    expect((await at.rows(events)).map(({ seq }) => seq)).toEqual([1, 20, 21, 30, 31, 40, 41])
    // The window is past it; the connection has a position of its own.
    expect(await at.rows('select lane, seq from @cursors order by lane')).toEqual([
      { lane: 0, seq: 41 },
      { lane: 1, seq: 1 },
    ])
  })
  test('is told without any value that is in it', async () => {
    const link = await at.fresh()
    await at.exec('alter table @daily add constraint few_steps check (steps < 1000)')
    const shipped = await shipOne(link, shipment([shippedGroup([dataEvent(1, steps(4_711))])]))
    expect(shipped).toMatchObject({ groups: [{ failed: { reason: expect.stringContaining('few_steps') } }] })
    expect(JSON.stringify(shipped)).not.toContain('4711')
  })
  test('by a trigger of the developer is told without the words of the trigger', async () => {
    const link = await at.fresh()
    await at.exec(`create function @no() returns trigger language plpgsql as $$ begin raise exception 'steps are %', new.steps; end $$;
      create trigger no before insert on @daily for each row execute function @no()`)
    const shipped = await shipOne(link, shipment([shippedGroup([dataEvent(1, steps(4_711))])]))
    expect(shipped).toMatchObject({ groups: [{ delivered: 0, failed: { kind: 'rejected' } }] })
    expect(JSON.stringify(shipped)).not.toContain('4711')
  })
})

describe('a schema that somebody altered', () => {
  test('refuses what needs the column, which is named, and takes the rest', async () => {
    const link = await at.fresh()
    await at.exec('alter table @daily drop column steps')
    const sleep = dataEvent(1, day(), { type: 'sleep', summary_id: 'n' })
    const shipped = await shipOne(link, shipment([shippedGroup([sleep, dataEvent(2, steps(1)), lifecycle(3, 'auth')])]))
    expect(shipped).toMatchObject({
      groups: [
        {
          delivered: 1,
          failed: { kind: 'rejected', reason: expect.stringMatching(/column "steps" of relation "daily"/) },
        },
      ],
    })
    expect(await at.rows('select summary_id from @sleep')).toEqual([{ summary_id: 'n' }])
    // It goes on: what comes next does not meet it again.
    expect(await shipOne(link, shipment([shippedGroup([lifecycle(3, 'auth')])]))).toMatchObject({
      groups: [{ delivered: 1 }],
    })
  })
  test('costs no look for a guilty event when hundreds need the column', async () => {
    const link = await at.fresh()
    await at.exec('alter table @daily rename column steps to paces')
    const groups = Array.from({ length: 250 }, (_, i) =>
      shippedGroup([lifecycle(2 * i + 1, 'auth'), dataEvent(2 * i + 2, steps(1))], { connection: i + 10 }),
    ).map((group, i) => ({ ...group, user: { ...group.user, user_id: `u${i}` } }))
    const shipped = await shipOne(link, shipment(groups))
    if (shipped.kind !== 'done') throw new Error('failed')
    expect(shipped.groups.every(({ delivered, failed }) => delivered === 1 && failed?.kind === 'rejected')).toBe(true)
    expect(await at.rows('select count(*)::int as n from @events')).toEqual([{ n: 250 }])
  })
  test('by another type of a column is mended by nobody but its owner', async () => {
    const link = await at.fresh()
    await at.exec('alter table @daily alter column steps type boolean using null')
    const refused = { delivered: 0, failed: { kind: 'rejected', reason: expect.stringContaining('"steps"') } }
    expect(await shipOne(link, shipment([shippedGroup([dataEvent(1, steps(1))])]))).toMatchObject({ groups: [refused] })
  })
  test('gets back what is missing when the destination is tested', async () => {
    await at.fresh()
    await at.exec('alter table @daily drop column steps; drop table @sleep')
    await at.check()
    const link = await at.again()
    const both = shippedGroup([dataEvent(1, steps(1)), dataEvent(2, day(), { type: 'sleep' })])
    expect(await shipOne(link, shipment([both]))).toEqual(wholly([both]))
  })
  test('that lost a table which every event needs is the destination’s trouble: it comes again', async () => {
    const link = await at.fresh()
    await at.exec('drop table @events')
    expect(await shipOne(link, shipment([shippedGroup([dataEvent(1, day())])]))).toMatchObject({
      kind: 'failed',
      sent: { kind: 'retry', blame: 'destination', reason: expect.stringContaining('events') },
    })
    expect(await at.rows('select * from @daily')).toEqual([])
  })
})

describe('an answer that is lost after the commit', () => {
  test('is a failure; put again, everything is there once', async () => {
    await at.fresh()
    const between = await startBetween(at.port)
    try {
      const link = await at.again({ port: between.port })
      const groups = [
        shippedGroup([dataEvent(1, steps(1), { summary_id: 'a' }), dataEvent(2, steps(2), { summary_id: 'b' })]),
        shippedGroup([lifecycle(3, 'auth')], { connection: 2 }),
      ]
      between.loseNextAnswer()
      expect(await shipOne(link, shipment(groups))).toMatchObject({ kind: 'failed', sent: { blame: 'destination' } })
      const landed = await at.rows(events)
      expect(landed).toHaveLength(3)
      const again = await at.again()
      expect(await shipOne(again, shipment(groups))).toEqual(wholly(groups))
      expect(await at.rows(events)).toEqual(landed)
      expect(await at.rows('select summary_id, steps from @daily order by 1')).toEqual([
        { summary_id: 'a', steps: 1 },
        { summary_id: 'b', steps: 2 },
      ])
    } finally {
      await between.stop()
    }
  })
})

describe('the server’s own trouble', () => {
  test('fails all and holds nobody', async () => {
    const link = await at.fresh()
    // The embedded database has one session, which is everybody's.
    await at.exec('set default_transaction_read_only = on')
    try {
      expect(await shipOne(link, shipment([shippedGroup([dataEvent(1, day())])]))).toMatchObject({
        kind: 'failed',
        sent: { kind: 'retry', blame: 'destination', reason: expect.stringContaining('read-only') },
      })
    } finally {
      await at.exec('set default_transaction_read_only = off')
    }
  })
  test('a database that is not there is said with its address', async () => {
    await at.fresh()
    const gone = await startBetween(at.port)
    await gone.stop()
    await expect(at.again({ port: gone.port })).rejects.toThrow(`127.0.0.1:${gone.port} cannot be reached`)
  })
})

describe('what people write', () => {
  const name = async () => (await at.rows('select name, record from @activity'))[0]
  const ship = async (text: string) => {
    const link = await at.fresh()
    const activity = { metadata: { name: text, start_time: '2026-07-01T00:00:00.000000' } }
    const group = shippedGroup([
      dataEvent(1, activity, { type: 'activity', summary_id: text.slice(0, 20).replaceAll('\0', '') }),
    ])
    expect(await shipOne(link, shipment([group]))).toEqual(wholly([group]))
    return activity
  }
  test.each([
    `'; drop table activity; --`,
    `$j$::jsonb); drop table activity; --`,
    `\\$j$ \\' "quotes" \\\\ back`,
    'ünïcödé 走る 🏃🏽‍♀️ \u2028 \t \r\n',
    `\\u0000 spelled out`,
  ])('is text and stays as it is: %j', async (text) => {
    const activity = await ship(text)
    expect(await name()).toEqual({ name: text, record: activity })
  })
  test('loses what a database cannot hold to the sign for what cannot be shown', async () => {
    await ship('a\0b')
    expect(await name()).toMatchObject({ name: 'a\uFFFDb' })
    await ship('half \ud83c of a pair')
    expect(await name()).toMatchObject({
      name: 'half \uFFFD of a pair',
      record: { metadata: { name: 'half \uFFFD of a pair' } },
    })
  })
  test('stays out of the names of tables', async () => {
    const hostile = `s"; drop schema public; --`
    const link = await at.fresh({ schema: hostile })
    const group = shippedGroup([dataEvent(1, day())])
    expect(await shipOne(link, shipment([group]))).toEqual(wholly([group]))
    expect(await at.rows(`select user_id from "s""; drop schema public; --".daily`)).toEqual([{ user_id: USER }])
    expect(unit.settings.safeParse({ host: 'h', database: 'd', user: 'u', table_prefix: 'a"b' }).success).toBe(false)
  })
})

describe('numbers', () => {
  test('that no column takes are in the record alone', async () => {
    const link = await at.fresh()
    const huge = day({
      distance_data: { steps: 1e21, distance_meters: 1.7e308 },
      oxygen_data: { avg_saturation_percentage: '97' },
    })
    const group = shippedGroup([dataEvent(1, huge)])
    expect(await shipOne(link, shipment([group]))).toEqual(wholly([group]))
    const [row] = await at.rows(`select steps, distance_meters, avg_saturation_percentage as spo2,
      record #>> '{distance_data,steps}' as whole from @daily`)
    expect(row).toEqual({ steps: null, distance_meters: 1.7e308, spo2: null, whole: '1000000000000000000000' })
  })
})

test('500 events of 100 users with readings go in in one turn', async () => {
  const link = await at.fresh({}, { timeoutMs: 60_000 })
  const readings = Array.from({ length: 60 }, (_, i) => ({
    timestamp: `2026-07-01T08:${String(i).padStart(2, '0')}:00.000000+02:00`,
    bpm: 60 + (i % 20),
  }))
  const groups = Array.from({ length: 100 }, (_, u) => {
    const days = Array.from({ length: 5 }, (_, d) =>
      dataEvent(
        5 * u + d + 1,
        { ...steps(d), heart_rate_data: { detailed: { hr_samples: readings } } },
        { summary_id: `day ${d}` },
      ),
    )
    const group = shippedGroup(days, { connection: u + 1 })
    return { ...group, user: { ...group.user, user_id: `user-${u}` } }
  })
  expect(await shipOne(link, shipment(groups))).toEqual(wholly(groups))
  expect(await at.rows('select count(*)::int as n, sum(steps)::int as steps from @daily')).toEqual([
    { n: 500, steps: 1_000 },
  ])
  expect(await at.rows('select count(*)::int as n from @samples')).toEqual([{ n: 30_000 }])
})
