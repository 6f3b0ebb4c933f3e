import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { createHash } from 'node:crypto'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Cell } from '../../durable-objects/event-log/cell.ts'
import { DAY_MS, dayOf, HOUR_MS } from '../../shared/base/time.ts'
import type { LeaseAnswer } from '../../shared/delivery/types.ts'
import { appendDaily, migrate, newConnection } from '../house.ts'
import { drain, type Log, leased, newLog, refused, sentAgain, settlement, taken } from './log-of.ts'

beforeAll(migrate)
afterEach(() => vi.restoreAllMocks())

/** Ahead of the real clock: an alarm in its past would ring again and again. */
const TODAY = dayOf(Date.now()) + 2
const PARKED = { kind: 'replay' as const, filter: {} }
const MORNING = TODAY * DAY_MS + 8 * HOUR_MS
const at = (time: number) => vi.spyOn(Date, 'now').mockReturnValue(time)
const manifest = ({ log, id }: Log, day = TODAY, more = {}) =>
  log.dayManifest({ destinationId: id, day, after: 0, limit: 100, ...more })
/** As a receiver makes it, by what the document says. */
function hashOf(userId: string, seqs: number[]): string {
  const digest = (text: string) => createHash('sha256').update(text).digest('hex')
  const total = seqs.reduce((sum, seq) => sum + BigInt(`0x${digest(`${userId}/${seq}`)}`), 0n)
  return (total % 2n ** 256n).toString(16).padStart(64, '0')
}
const entry = (userId: string, seqs: number[]) => ({
  user_id: userId,
  events: seqs.length,
  first_seq: seqs[0],
  last_seq: seqs.at(-1),
  hash: hashOf(userId, seqs),
})

describe('a manifest', () => {
  it('counts what was taken of each connection, and is complete when the day is over', async () => {
    at(MORNING)
    const one = await newLog()
    const other = await newConnection(one.account)
    for (const day of ['2026-06-01', '2026-06-02', '2026-06-03']) await appendDaily(one.row, day)
    await appendDaily(other, '2026-06-01')
    const seqs = await drain(one)
    expect(seqs[one.row.user_id]).toHaveLength(4)
    const expected = [entry(one.row.user_id, seqs[one.row.user_id]!), entry(other.user_id, seqs[other.user_id]!)]
    const nothing = { undelivered: 0, held: 0, parked: 0, expired: 0 }
    expect(await manifest(one)).toEqual({ users: expected, next: null, ...nothing, complete: false })
    at(MORNING + DAY_MS)
    expect(await manifest(one)).toEqual({ users: expected, next: null, ...nothing, complete: true })
    expect(await one.log.daySummaries(one.id)).toEqual([{ day: TODAY, events: 6, ...nothing, complete: true }])
  })
  it('has the days apart, by when content was recorded, whenever it was taken', async () => {
    at(MORNING)
    const one = await newLog()
    at(MORNING + DAY_MS)
    await appendDaily(one.row, '2026-06-01')
    at(MORNING + 3 * DAY_MS)
    const { [one.row.user_id]: seqs } = await drain(one)
    expect((await manifest(one)).users).toEqual([entry(one.row.user_id, [seqs![0]!])])
    expect((await manifest(one, TODAY + 1)).users).toEqual([entry(one.row.user_id, [seqs![1]!])])
    expect((await manifest(one, TODAY + 2)).users).toEqual([])
  })
  it('does not hold what newer content replaced before it was sent', async () => {
    at(MORNING)
    const one = await newLog()
    await appendDaily(one.row, '2026-06-01', { a: 1 })
    await appendDaily(one.row, '2026-06-01', { a: 2 })
    const { [one.row.user_id]: seqs } = await drain(one)
    expect(seqs).toEqual([1, 3])
    expect((await manifest(one)).users).toEqual([entry(one.row.user_id, [1, 3])])
  })
  it('is not complete while something of the day waits, is held or parked; a replay completes it', async () => {
    at(MORNING)
    const one = await newLog({ retry_schedule_ms: [600_000] })
    await appendDaily(one.row, '2026-06-01')
    at(MORNING + DAY_MS)
    expect(await manifest(one)).toMatchObject({ undelivered: 2, held: 0, parked: 0, complete: false })
    const lease = leased(await one.log.lease(one.id))
    await one.log.settle(settlement(lease, refused(lease)))
    expect(await manifest(one)).toMatchObject({ undelivered: 0, held: 1, parked: 1, complete: false })
    expect(await drain(one)).toEqual({ [one.row.user_id]: [2] })
    expect(await manifest(one)).toMatchObject({ held: 0, parked: 1, complete: false })
    expect(await sentAgain(one, PARKED)).toEqual({ [one.row.user_id]: [1] })
    expect(await manifest(one)).toMatchObject({
      users: [entry(one.row.user_id, [1, 2])],
      parked: 0,
      complete: true,
    })
  })
  it('counts newer content of what is parked by itself, and the parked event no more', async () => {
    at(MORNING)
    const one = await newLog()
    await drain(one)
    await appendDaily(one.row, '2026-06-01', { a: 1 })
    const lease = leased(await one.log.lease(one.id))
    await one.log.settle(settlement(lease, refused(lease)))
    await appendDaily(one.row, '2026-06-01', { a: 2 })
    expect(await sentAgain(one, PARKED)).toEqual({})
    expect(await drain(one)).toEqual({ [one.row.user_id]: [3] })
    expect(await manifest(one)).toMatchObject({ users: [entry(one.row.user_id, [1, 3])], parked: 0 })
  })
  it('does not hold what came before the destination, however often a backfill sends it', async () => {
    at(MORNING)
    const one = await newLog()
    const later = { ...one, id: `${one.id}_later` }
    await one.log.setDestination({ ...one.destination, destination_id: later.id })
    await appendDaily(one.row, '2026-06-01')
    expect(await drain(later)).toEqual({ [one.row.user_id]: [2] })
    const everything = { startAt: 0, endAt: Number.MAX_SAFE_INTEGER, types: [] }
    expect(await sentAgain(later, { kind: 'backfill', range: everything })).toEqual({ [one.row.user_id]: [1] })
    expect((await manifest(later)).users).toEqual([entry(one.row.user_id, [2])])
  })
  it('is true after a crash between the answer and the settling: what is sent again counts once', async () => {
    at(MORNING)
    const one = await newLog()
    const first = leased(await one.log.lease(one.id))
    await one.log.settle(settlement(first, taken(first)))
    await appendDaily(one.row, '2026-06-01')
    await appendDaily(one.row, '2026-06-02')
    const lost = leased(await one.log.lease(one.id))
    await evictDurableObject(one.log)
    // The worker's answer comes to an object that knows nothing of the lease.
    expect(await one.log.settle(settlement(lost, taken(lost)))).toMatchObject({ settled: false })
    expect((await manifest(one)).users).toEqual([entry(one.row.user_id, [1])])
    at(MORNING + 60_000)
    expect(await drain(one)).toEqual({ [one.row.user_id]: [2, 3] })
    expect((await manifest(one)).users).toEqual([entry(one.row.user_id, [1, 2, 3])])
  })
  it('counts an answer that came after its window was settled, in the lane that waited for it', async () => {
    at(MORNING)
    const one = await newLog()
    await appendDaily(one.row, '2026-06-01')
    const lease = leased(await one.log.lease(one.id))
    const { connection } = lease.groups[0]!
    const open = [{ connection, lane: false, deliveredTo: 0, unanswered: { from: 1, to: 1 }, attempts: [] }]
    const { handed } = await one.log.settle(settlement(lease, open))
    const late = { ...lease, lease_id: handed[0]!.lease_id }
    await one.log.settle(settlement(late, [{ connection, lane: true, deliveredTo: 1, attempts: [] }]))
    expect((await manifest(one)).users).toEqual([entry(one.row.user_id, [1])])
    expect(await drain(one)).toEqual({ [one.row.user_id]: [2] })
    expect((await manifest(one)).users).toEqual([entry(one.row.user_id, [1, 2])])
  })
  it('is given in pages', async () => {
    at(MORNING)
    const one = await newLog()
    const others = [await newConnection(one.account), await newConnection(one.account)]
    await drain(one)
    const first = await manifest(one, TODAY, { limit: 2 })
    expect(first.users.map((user) => user.user_id)).toEqual([one.row.user_id, others[0]!.user_id])
    const second = await manifest(one, TODAY, { limit: 2, after: first.next })
    expect([second.users.map((user) => user.user_id), second.next]).toEqual([[others[1]!.user_id], null])
  })
  it('is forgotten after sixty days, and with its destination', async () => {
    at(MORNING)
    const one = await newLog()
    await many(one, 300)
    await drain(one)
    const rows = () =>
      runInDurableObject(one.log, (_, { storage }) => storage.sql.exec(`SELECT day FROM manifests`).toArray())
    expect(await rows()).toEqual([{ day: TODAY }])
    at(MORNING + 59 * DAY_MS)
    await one.log.health()
    expect(await rows()).toHaveLength(1)
    at(MORNING + 60 * DAY_MS)
    expect((await manifest(one)).users).toEqual([])
    await one.log.health()
    expect(await rows()).toEqual([])
  })
})

/** Puts so many records into the log, in one payload. */
async function many({ row, log }: Log, count: number, prefix = 'x') {
  const about = { user_id: row.user_id, origin: 'live', trace: 't', receivedAt: Date.now() } as const
  const payload = {
    ...about,
    payload_id: `pay_${row.user_id}_${prefix}`,
    kind: 'push',
    resource: 'daily',
    body: '{}',
  } as const
  const { accepted } = await log.accept([payload], { express: true })
  const records = Array.from({ length: count }, (_, i) => ({
    type: 'daily' as const,
    summary_id: `${prefix}-${i}`,
    part: 'daily',
    startAt: 0,
    endAt: 1,
    body: `{"n":${i}}`,
  }))
  await log.append([{ ...about, number: accepted[0]!.number, records, quarantined: [], notices: [] }], { lease: false })
}

describe('the seq before', () => {
  it('is known of every connection, however many came after it, also after a restart', async () => {
    at(MORNING)
    const one = await newLog()
    await drain(one)
    // As if 2,500 others had been served since.
    await runInDurableObject(one.log, (object) => {
      const { cell } = object as unknown as { cell: Cell }
      const destination = cell.destinations.get(one.id)!
      for (let i = 0; i < 2_500; i++) destination.state.sent.set(1_000 + i, 1)
      cell.tables.transaction(() => cell.destinations.persist(destination, [{ kind: 'cursor' }]))
      expect(destination.state.sent.size).toBe(1_000)
    })
    await evictDurableObject(one.log)
    at(MORNING + 60_000)
    await appendDaily(one.row, '2026-06-01')
    const { groups } = leased(await one.log.lease(one.id))
    expect(groups[0]!.events.map(({ seq, prevSeq }) => [seq, prevSeq])).toEqual([[2, 1]])
  })
})

describe('its cost', () => {
  it('is a row in 256 events or more: what was taken waits in the row that is written anyway', async () => {
    at(MORNING)
    const one = await newLog()
    let settles = 0
    const before = (await one.log.health()).rowsWritten
    for (let round = 0; round < 40; round++) {
      await many(one, 25, `round-${round}`)
      for (let answer: LeaseAnswer = await one.log.lease(one.id); answer.kind === 'lease' && settles < 500; settles++)
        answer = (await one.log.settle(settlement(answer.lease, taken(answer.lease), { more: true }))).next
    }
    const after = (await one.log.health()).rowsWritten
    const rows = (purpose: string) => (after[purpose] ?? 0) - (before[purpose] ?? 0)
    const { users } = await manifest(one)
    expect(users[0]!.events).toBe(1_001)
    expect(rows('manifests')).toBe(3)
    expect(rows('cursors')).toBe(settles)
    await evictDurableObject(one.log)
    expect((await manifest(one)).users).toEqual(users)
  })
})
