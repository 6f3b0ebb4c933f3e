import { describe, expect, test } from 'vitest'
import { dataEvent, lifecycle, record, shipment, shippedEvent, shippedGroup, USER } from '../delivery/sql/shipments.ts'
import { house, shipOne, wholly } from './postgres-house.ts'

const at = house()
const day = (more: object = {}) => ({
  metadata: {
    start_time: '2026-07-01T00:00:00.000000+02:00',
    end_time: '2026-07-02T00:00:00.000000+02:00',
    upload_type: 1,
  },
  ...more,
})
const heart = (...bpm: number[]) => ({
  heart_rate_data: {
    detailed: {
      hr_samples: bpm.map((n, i) => ({ timestamp: `2026-07-01T08:0${i}:00.000000+02:00`, bpm: n })),
    },
  },
})

describe('a record', () => {
  test('becomes a row with its columns, its times and its JSON', async () => {
    const link = await at.fresh()
    const group = shippedGroup([dataEvent(7, day({ distance_data: { steps: 8_345, distance_meters: 6_210.5 } }))])
    expect(await shipOne(link, shipment([group]))).toEqual(wholly([group]))
    const [row] = await at.rows(`select *, local_date::text as day from @daily`)
    expect(row).toMatchObject({
      user_id: USER,
      summary_id: '2026-07-01',
      provider: 'OURA',
      start_time: new Date('2026-06-30T22:00:00Z'),
      end_time: new Date('2026-07-01T22:00:00Z'),
      day: '2026-07-01',
      utc_offset_minutes: 120,
      steps: 8_345,
      distance_meters: 6_210.5,
      upload_type: 1,
      avg_hr_bpm: null,
      record: day({ distance_data: { steps: 8_345, distance_meters: 6_210.5 } }),
      seq: 7,
      revision: 1,
      deleted: false,
      received_at: new Date('2026-07-01T11:59:00Z'),
      appended_at: new Date('2026-07-01T12:00:07Z'),
    })
  })
  test('of a night belongs to the day on which it ends', async () => {
    const link = await at.fresh()
    const sleep = {
      metadata: { start_time: '2026-07-01T23:10:00.000000+02:00', end_time: '2026-07-02T06:40:00.000000+02:00' },
      sleep_durations_data: { asleep: { duration_REM_sleep_state_seconds: 5_400 } },
    }
    await shipOne(link, shipment([shippedGroup([dataEvent(1, sleep, { type: 'sleep', summary_id: 'night' })])]))
    expect(await at.rows(`select local_date::text, rem_sleep_seconds from @sleep`)).toEqual([
      { local_date: '2026-07-02', rem_sleep_seconds: 5_400 },
    ])
  })
  test('is replaced by a newer version of it, whatever comes later', async () => {
    const link = await at.fresh()
    const put = (seq: number, steps: number) =>
      shipOne(link, shipment([shippedGroup([dataEvent(seq, day({ distance_data: { steps } }), { revision: seq })])]))
    await put(5, 500)
    await put(9, 900)
    await put(7, 700)
    expect(await at.rows('select steps, seq, revision from @daily')).toEqual([{ steps: 900, seq: 9, revision: 9 }])
  })
  test('that comes twice in one turn is there once, as its newer version', async () => {
    const link = await at.fresh()
    const group = shippedGroup([1, 2, 3].map((seq) => dataEvent(seq, day({ distance_data: { steps: seq } }))))
    expect(await shipOne(link, shipment([group]))).toEqual(wholly([group]))
    expect(await at.rows('select steps, seq from @daily')).toEqual([{ steps: 3, seq: 3 }])
    expect(await at.rows('select seq from @events order by seq')).toEqual([{ seq: 1 }, { seq: 2 }, { seq: 3 }])
  })
  test('that was asked for by a request has the place it has in the log', async () => {
    const link = await at.fresh()
    const asked = shippedEvent(20, {
      reference: 'req_1',
      records: [record(3, day(), { summary_id: 'a' }), record(4, day(), { summary_id: 'b' })],
    })
    await shipOne(link, shipment([shippedGroup([dataEvent(9, day({ cheat: 1 }), { summary_id: 'b' }), asked])]))
    expect(await at.rows('select summary_id, seq from @daily order by 1')).toEqual([
      { summary_id: 'a', seq: 3 },
      { summary_id: 'b', seq: 9 },
    ])
    expect(await at.rows('select seq, reference from @events where seq = 20')).toEqual([
      { seq: 20, reference: 'req_1' },
    ])
  })
  test('that the source deleted leaves a tombstone, without any value', async () => {
    const link = await at.fresh()
    await shipOne(link, shipment([shippedGroup([dataEvent(1, day({ scores: { recovery: 70 }, ...heart(60) }))])]))
    await shipOne(link, shipment([shippedGroup([dataEvent(2, undefined)])]))
    expect(await at.rows('select record, recovery_score, start_time, deleted, seq from @daily')).toEqual([
      { record: null, recovery_score: null, start_time: null, deleted: true, seq: 2 },
    ])
    expect(await at.rows('select * from @samples')).toEqual([])
    await shipOne(link, shipment([shippedGroup([dataEvent(1, day())])]))
    expect(await at.rows('select deleted from @daily')).toEqual([{ deleted: true }])
  })
  test.each([
    ['in two turns', false],
    ['in one turn', true],
  ])('keeps the scores that a newer version comes without, %s', async (_, together) => {
    const link = await at.fresh()
    const older = dataEvent(
      1,
      day({
        data_enrichment: { immune_index: 2, strain_index: 40, stress_contributors: { sleep: 3 } },
        scores: { sleep: 81 },
      }),
    )
    const newer = dataEvent(2, day({ data_enrichment: { immune_index: null, strain_index: 45 }, scores: null }))
    for (const events of together ? [[older, newer]] : [[older], [newer]])
      await shipOne(link, shipment([shippedGroup(events)]))
    const [row] = await at.rows('select immune_index, strain_index, sleep_score, record from @daily')
    expect(row).toEqual({
      immune_index: 2,
      strain_index: 45,
      sleep_score: 81,
      record: day({
        data_enrichment: { immune_index: 2, strain_index: 45, stress_contributors: { sleep: 3 } },
        scores: { sleep: 81 },
      }),
    })
  })
  test('of every type has its table', async () => {
    const link = await at.fresh()
    const types = ['activity', 'athlete', 'body', 'daily', 'menstruation', 'nutrition', 'sleep'] as const
    await shipOne(link, shipment([shippedGroup(types.map((type, i) => dataEvent(i + 1, day(), { type })))]))
    for (const type of types) expect(await at.rows(`select summary_id from @${type}`), type).toHaveLength(1)
  })
})

describe('readings', () => {
  const readings = 'select position, time, value from @samples order by position'
  test('are rows of their own, and not in the record', async () => {
    const link = await at.fresh()
    await shipOne(link, shipment([shippedGroup([dataEvent(1, day(heart(61, 64)))])]))
    expect(
      await at.rows(
        'select user_id, type, summary_id, path, position, time, value, data from @samples order by position',
      ),
    ).toEqual([
      {
        user_id: USER,
        type: 'daily',
        summary_id: '2026-07-01',
        path: 'heart_rate_data.detailed.hr_samples',
        position: 0,
        time: new Date('2026-07-01T06:00:00Z'),
        value: 61,
        data: null,
      },
      expect.objectContaining({ position: 1, time: new Date('2026-07-01T06:01:00Z'), value: 64 }),
    ])
    expect(await at.rows('select record from @daily')).toEqual([{ record: day({ heart_rate_data: { detailed: {} } }) }])
  })
  test('are those of the newest version alone', async () => {
    const link = await at.fresh()
    await shipOne(link, shipment([shippedGroup([dataEvent(2, day(heart(61, 64, 70)))])]))
    await shipOne(link, shipment([shippedGroup([dataEvent(3, day(heart(61, 65)))])]))
    await shipOne(link, shipment([shippedGroup([dataEvent(1, day(heart(1, 2, 3, 4)))])]))
    expect((await at.rows(readings)).map(({ value }) => value)).toEqual([61, 65])
  })
  test('that are as they were are not written again', async () => {
    const link = await at.fresh()
    await shipOne(link, shipment([shippedGroup([dataEvent(1, day(heart(61, 64)))])]))
    const before = await at.rows('select position, xmin::text from @samples order by position')
    await shipOne(link, shipment([shippedGroup([dataEvent(2, day(heart(61, 66)))])]))
    const after = await at.rows('select position, xmin::text from @samples order by position')
    expect(after[0]).toEqual(before[0])
    expect(after[1]).not.toEqual(before[1])
  })
})

describe('users', () => {
  const users = 'select user_id, state, reference_id, scopes from @users order by user_id'
  test('are known from their data, and by what ended them', async () => {
    const link = await at.fresh()
    const group = shippedGroup([lifecycle(1, 'auth'), dataEvent(2, day())])
    const user = { ...group.user, reference_id: 'yours', scopes: 'daily,sleep' }
    await shipOne(link, shipment([{ ...group, user }]))
    expect(await at.rows(users)).toEqual([
      { user_id: USER, state: 'active', reference_id: 'yours', scopes: 'daily,sleep' },
    ])
    await shipOne(link, shipment([{ ...group, user, events: [lifecycle(3, 'access_revoked')] }]))
    // Whose data comes late is not active for that.
    await shipOne(link, shipment([{ ...group, user: { ...user, active: false }, events: [dataEvent(4, day())] }]))
    expect(await at.rows('select state, seq from @users')).toEqual([{ state: 'access_revoked', seq: 4 }])
  })
  test('that came back under another id say so', async () => {
    const link = await at.fresh()
    const one = shippedGroup([lifecycle(30, 'auth')], { connection: 1 })
    await shipOne(link, shipment([one]))
    const two = shippedGroup([lifecycle(2, 'user_reauth', { old_user: one.user, new_user: {} })], { connection: 2 })
    await shipOne(link, shipment([two]))
    expect((await at.rows(users)).map(({ state }) => state)).toEqual(['user_reauth', 'active'])
  })
  test('that never were are not there, but their event is', async () => {
    const link = await at.fresh()
    await shipOne(link, shipment([shippedGroup([lifecycle(1, 'auth_cancelled', { reason: 'access_denied' })])]))
    expect(await at.rows(users)).toEqual([])
    expect(await at.rows('select type, event from @events')).toEqual([
      { type: 'auth_cancelled', event: { type: 'auth_cancelled', reason: 'access_denied' } },
    ])
  })
  test('who deauthenticate take their records with them, in the same turn and later', async () => {
    const link = await at.fresh()
    const other = shippedGroup([dataEvent(4, day(heart(50)))], { connection: 2 })
    const group = shippedGroup([dataEvent(1, day(heart(61))), lifecycle(2, 'deauth')])
    await shipOne(link, shipment([group, other]))
    // The window comes again, cut shorter than before.
    await shipOne(link, shipment([{ ...group, events: group.events.slice(0, 1) }]))
    expect(await at.rows('select user_id from @daily')).toEqual([{ user_id: other.user.user_id }])
    expect(await at.rows('select user_id from @samples')).toEqual([{ user_id: other.user.user_id }])
    expect(await at.rows('select user_id, state from @users order by 1')).toEqual([
      { user_id: USER, state: 'deauth' },
      { user_id: other.user.user_id, state: 'active' },
    ])
    expect(await at.rows('select seq from @events order by 1')).toEqual([{ seq: 1 }, { seq: 2 }, { seq: 4 }])
  })
  test('keep their records where the developer wants them kept', async () => {
    const link = await at.fresh({ erase_on_deauth: false })
    await shipOne(link, shipment([shippedGroup([dataEvent(1, day()), lifecycle(2, 'deauth')])]))
    expect(await at.rows('select seq from @daily')).toEqual([{ seq: 1 }])
    expect(await at.rows('select state from @users')).toEqual([{ state: 'deauth' }])
  })
})

describe('the position', () => {
  const cursors = 'select cell, lane, seq from @cursors order by cell, lane'
  test('goes up in the transaction of what it counts, for each cell', async () => {
    const link = await at.fresh()
    const ship = (cell: string, seq: number, to: number) =>
      shipment([shippedGroup([dataEvent(seq, day())])], { cell, window: { from: 1, to } })
    await link.ship([ship('a', 3, 5), ship('b', 8, 9)])
    await link.ship([ship('a', 2, 4)])
    expect(await at.rows(cursors)).toEqual([
      { cell: 'a', lane: 0, seq: 5 },
      { cell: 'b', lane: 0, seq: 9 },
    ])
  })
  test('of a held connection is its own, until the window carries it again', async () => {
    const link = await at.fresh()
    const lane = shippedGroup([dataEvent(4, day())], { connection: 3, lane: true })
    await shipOne(link, shipment([lane], { window: undefined as never }))
    await shipOne(link, shipment([shippedGroup([dataEvent(6, day())])], { window: { from: 5, to: 8 } }))
    expect(await at.rows(cursors)).toEqual([
      { cell: 'dev/eu/1', lane: 0, seq: 8 },
      { cell: 'dev/eu/1', lane: 3, seq: 4 },
    ])
    await shipOne(link, shipment([shippedGroup([dataEvent(9, day())], { connection: 3 })]))
    expect(await at.rows(cursors)).toEqual([{ cell: 'dev/eu/1', lane: 0, seq: 9 }])
  })
  test('names the event before each, so that a gap is seen', async () => {
    const link = await at.fresh()
    const events = [dataEvent(2, day()), { ...dataEvent(5, day()), prevSeq: 2 }]
    await shipOne(link, shipment([shippedGroup(events)]))
    expect(await at.rows('select seq, prev_seq, event_id, type from @events order by seq')).toEqual([
      { seq: 2, prev_seq: null, event_id: 'evt_2', type: 'daily' },
      { seq: 5, prev_seq: 2, event_id: 'evt_5', type: 'daily' },
    ])
  })
})
