import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { AgainAsked, JobView, ParkedFilter, RecordRange } from '../../durable-objects/event-log-api.ts'
import { ATTEMPTS_KEPT } from '../../shared/base/limits.ts'
import type { Attempt, Lease, LeaseAnswer, Settlement } from '../../shared/delivery/types.ts'
import { migrate, newConnection } from '../house.ts'
import { cell, drained, failed, type House, leased, put, settled } from './one-cell.ts'

beforeAll(migrate)
afterEach(() => vi.restoreAllMocks())

let n = 0
const idOf = ({ destination }: House) => destination.destination_id
const parkedOf = async (one: House, filter: ParkedFilter = {}) =>
  (await one.log.parked({ destinationId: idOf(one), limit: 100, ...filter })).events
const liveOf = (one: House) => one.log.lease(idOf(one))
const againOf = (one: House) => one.log.lease(idOf(one), 'again')
/** The receiver refuses the first event of the next lease for good. */
async function park(one: House, records: Parameters<typeof put>[1]) {
  await put(one.row, records)
  const lease = leased(await liveOf(one))
  await one.log.settle({ ...settled(lease, failed(lease, 'rejected')), more: false })
}
/** Counts and begins; what comes at once is in lanes when it is back. */
async function begin(one: House, what: AgainAsked, rate = 100): Promise<string> {
  const destinationId = idOf(one)
  const { matched } = await one.log.countAgain({ destinationId, what })
  const job_id = `rpl_${++n}`
  await one.log.startJob({ destinationId, job_id, what, rate, matched, madeAt: Date.now() })
  await runDurableObjectAlarm(one.log)
  return job_id
}
const replay = (one: House, filter: ParkedFilter = {}, rate?: number) => begin(one, { kind: 'replay', filter }, rate)
const ALL: RecordRange = { startAt: 0, endAt: Number.MAX_SAFE_INTEGER, types: [] }
const backfill = (one: House, range: Partial<RecordRange> = {}, rate?: number) =>
  begin(one, { kind: 'backfill', range: { ...ALL, ...range } }, rate)
async function jobOf(one: House, jobId: string): Promise<JobView> {
  const [job] = await one.log.jobs({ destinationId: idOf(one), jobId })
  return job!
}
/** As a worker settles what arrived. */
const arrived = (lease: Lease): Settlement => {
  const settlement = settled(lease)
  for (const [i, { events }] of lease.groups.entries()) {
    const replayed = events.flatMap(({ replayOf }) => replayOf ?? [])
    if (replayed.length > 0) settlement.results[i]!.replayed = replayed
  }
  return settlement
}
const attempt = (lease: Lease, outcome: Attempt['outcome'], more: Partial<Attempt> = {}): Attempt => {
  const [{ connection, user, events }] = lease.groups as [Lease['groups'][number]]
  const [{ seq, type }] = events as [(typeof events)[number]]
  return {
    ...{ attempt_id: `att_${++n}`, from: seq, to: seq, events: 1, connection, user_id: user.user_id, type },
    ...{ trace_id: 'evt_1', attempt: 1, startedAt: Date.now() + n, durationMs: 5, outcome, status: 422 },
    ...(outcome !== 'delivered' && { reason: 'status 422', response: '{"error":"unknown field"}' }),
    ...more,
  }
}
/** Sends until nothing of it is left. → what arrived, in order */
async function sent(one: House, lease = againOf): Promise<{ seq: number; summary_id: string; origin: string }[]> {
  const all: { seq: number; summary_id: string; origin: string }[] = []
  for (let answer: LeaseAnswer = await lease(one); answer.kind === 'lease'; ) {
    for (const { events } of answer.lease.groups)
      all.push(...events.map(({ seq, summary_id, origin }) => ({ seq, summary_id, origin })))
    answer = (await one.log.settle(arrived(answer.lease))).next
  }
  return all
}
/** A destination that was added now. */
async function added(one: House, settings = {}): Promise<House> {
  const destination = { ...one.destination, destination_id: `dst_later_${++n}` }
  Object.assign(destination, { delivery: { ...destination.delivery, ...settings } })
  await one.log.setDestination(destination)
  return { ...one, destination }
}

describe('parked events', () => {
  it('are kept and listed, the lane goes on, and the next delivery says so', async () => {
    const one = await cell()
    await put(one.row, [{ summary_id: 'a' }])
    const lease = leased(await liveOf(one))
    await put(one.row, [{ summary_id: 'b', body: '{"b":1}' }])
    const answer = await one.log.settle(settled(lease, failed(lease, 'rejected')))
    expect(await parkedOf(one)).toMatchObject([
      { user_id: one.row.user_id, summary_id: 'a', status: 422, reason: 'never', state: 'parked' },
    ])
    expect(leased(answer.next).groups).toMatchObject([
      { lane: true, skipped: [lease.groups[0]!.events[0]!.seq], events: [{ summary_id: 'b' }] },
    ])
  })
  it('are found by what the receiver said, by user, type, status, time and state, page by page', async () => {
    const one = await cell()
    for (const summary_id of ['a', 'b', 'c']) await park(one, [{ summary_id }])
    const found = async (filter: ParkedFilter) => (await parkedOf(one, filter)).map((event) => event.summary_id)
    expect(await found({ text: 'NEVER', userId: one.row.user_id, type: 'daily', status: 422 })).toHaveLength(3)
    for (const filter of [
      { text: 'other' },
      { userId: 'nobody' },
      { type: 'sleep' },
      { status: 500 },
      { state: 'replayed' },
      { fromAt: Date.now() + 1_000 },
      { toAt: 1_000 },
    ] as const)
      expect(await found(filter)).toEqual([])
    const query = { destinationId: idOf(one), limit: 2 }
    const first = await one.log.parked(query)
    const second = await one.log.parked({ ...query, after: first.to! })
    expect([...first.events, ...second.events].map((event) => event.summary_id).sort()).toEqual(['a', 'b', 'c'])
    expect(second.to).toBeNull()
  })
  it('show each attempt, whatever was tried at others since, and no content unless it is asked for', async () => {
    const one = await cell({ retry_schedule_ms: [60_000] })
    await put(one.row, [{ summary_id: 'a', body: '{"secret":1}' }])
    const lease = leased(await liveOf(one))
    const retry = settled(lease, { ...failed(lease, 'retry'), attempts: [attempt(lease, 'retry')] })
    await one.log.settle({ ...retry, more: false })
    const others = { ...settled(lease), lease_id: 'lse_gone', more: false }
    others.results[0]!.attempts = Array.from({ length: ATTEMPTS_KEPT }, () =>
      attempt(lease, 'delivered', { user_id: 'another', connection: 99 }),
    )
    await one.log.settle(others)
    const query = { destinationId: idOf(one), userId: one.row.user_id, limit: 10 }
    expect(await one.log.attempts(query)).toMatchObject([{ outcome: 'retry', response: '{"error":"unknown field"}' }])
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 100_000)
    const again = leased(await liveOf(one))
    const last = settled(again, { ...failed(again, 'rejected'), attempts: [attempt(again, 'rejected')] })
    await one.log.settle({ ...last, more: false })
    const [parked] = await parkedOf(one)
    const asked = { destinationId: idOf(one), parkedId: parked!.parked_id }
    const detail = await one.log.parkedEvent({ ...asked, body: false })
    expect(detail).toMatchObject({ newer: false, deleted: false, revision: 1, origin: 'live', state: 'parked' })
    expect(detail!.tried.map(({ outcome }) => outcome)).toEqual(['retry', 'rejected'])
    expect(JSON.stringify(detail)).not.toContain('secret')
    expect((await one.log.parkedEvent({ ...asked, body: true }))!.body).toBe('{"secret":1}')
    await put(one.row, [{ summary_id: 'a', body: '{"secret":2}' }])
    expect(await one.log.parkedEvent({ ...asked, body: true })).toMatchObject({ newer: true, body: '{"secret":1}' })
    expect(await one.log.parkedEvent({ destinationId: idOf(one), parkedId: 'prk_none', body: true })).toBeUndefined()
  })
  it('are of a connection that was held: what the filter leaves out between its events hides none', async () => {
    const one = await cell({ event_types: ['daily'], retry_schedule_ms: [1] })
    await put(one.row, [{ summary_id: 'a' }])
    const lease = leased(await liveOf(one))
    await put(one.row, [
      { type: 'sleep', summary_id: 'night' },
      { summary_id: 'b', body: '{"b":1}' },
    ])
    await one.log.settle({ ...settled(lease, failed(lease, 'retry')), more: false })
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 5_000)
    const first = leased(await liveOf(one))
    const delivered = { ...settled(first), more: true }
    delivered.results[0]!.deliveredTo = first.groups[0]!.events[0]!.seq
    const arrivals = [first.groups[0]!.events[0]!.summary_id]
    await one.log.settle({ ...delivered, more: false })
    arrivals.push(...(await sent(one, liveOf)).map(({ summary_id }) => summary_id))
    expect(arrivals).toEqual(['a', 'b'])
  })
})

describe('a replay', () => {
  it('is counted first, then sends parked events as they are now, marked, and closes them when they arrive', async () => {
    const one = await cell()
    await park(one, [{ summary_id: 'a' }])
    await park(one, [{ summary_id: 'b' }])
    const what = { kind: 'replay', filter: { type: 'daily' } } as const
    expect(await one.log.countAgain({ destinationId: idOf(one), what })).toEqual({ matched: 2, to: null })
    expect((await parkedOf(one)).map(({ state }) => state)).toEqual(['parked', 'parked'])
    const job = await begin(one, what)
    expect(await jobOf(one, job)).toMatchObject({ state: 'running', matched: 2, waiting: 0, sending: 2 })
    const lease = leased(await againOf(one))
    expect(lease.groups[0]!.events).toMatchObject([
      { summary_id: 'a', origin: 'replay', body: '{"a":1}' },
      { summary_id: 'b', origin: 'replay' },
    ])
    const settlement = arrived(lease)
    settlement.results[0]!.attempts = [attempt(lease, 'delivered', { status: 200 })]
    await one.log.settle(settlement)
    const parked = await parkedOf(one)
    expect(parked.map(({ state }) => state)).toEqual(['replayed', 'replayed'])
    expect(await jobOf(one, job)).toMatchObject({ state: 'done', matched: 2, sending: 0, replayed: 2, failed: 0 })
    const asked = { destinationId: idOf(one), parkedId: parked[0]!.parked_id, body: false }
    expect(await one.log.parkedEvent(asked)).toMatchObject({ job_id: job, tried: [{ outcome: 'delivered' }] })
    expect(await one.log.deliveryStatus(idOf(one))).toMatchObject({ lag: 0, held: [] })
  })
  it('closes as superseded what has newer content, also where that came while it waited', async () => {
    const one = await cell()
    await park(one, [{ summary_id: 'a' }])
    await put(one.row, [{ summary_id: 'a', body: '{"a":2}' }])
    await drained(one)
    await park(one, [{ summary_id: 'b' }])
    const job = await replay(one)
    expect(await jobOf(one, job)).toMatchObject({ superseded: 1, sending: 1 })
    await put(one.row, [{ summary_id: 'b', body: '{"b":2}' }])
    expect((await sent(one, liveOf)).map(({ summary_id, origin }) => [summary_id, origin])).toEqual([['b', 'live']])
    expect(await sent(one)).toEqual([])
    expect((await parkedOf(one)).map(({ state }) => state)).toEqual(['superseded', 'superseded'])
    expect(await jobOf(one, job)).toMatchObject({ state: 'done', superseded: 2, replayed: 0 })
  })
  it('waits while anything live is owed to the connection, and is not in the way of it', async () => {
    const one = await cell()
    await park(one, [{ summary_id: 'a' }])
    await replay(one)
    const out = leased(await againOf(one))
    await put(one.row, [{ summary_id: 'b' }])
    expect(await liveOf(one)).toEqual({ kind: 'nothing' })
    const unfinished = { ...settled(out, { deliveredTo: 0, unfinished: true }), more: true }
    expect((await one.log.settle(unfinished)).next).toEqual({ kind: 'nothing' })
    expect(await againOf(one)).toEqual({ kind: 'nothing' })
    expect((await sent(one, liveOf)).map(({ summary_id }) => summary_id)).toEqual(['b'])
    expect((await sent(one)).map(({ summary_id }) => summary_id)).toEqual(['a'])
  })
  it('that is refused again leaves the event parked, with one more attempt, and goes on', async () => {
    const one = await cell()
    for (const summary_id of ['a', 'b']) await park(one, [{ summary_id }])
    const job = await replay(one)
    const lease = leased(await againOf(one))
    const [first] = lease.groups[0]!.events
    const refused = settled(lease, { ...failed(lease, 'retry'), attempts: [attempt(lease, 'retry', { status: 400 })] })
    refused.results[0]!.failed = { ...refused.results[0]!.failed!, status: 400, replays: [first!.replayOf!] }
    const { next } = await one.log.settle(refused)
    expect(leased(next).groups[0]!.events).toMatchObject([{ summary_id: 'b' }])
    await one.log.settle(arrived(leased(next)))
    expect(await jobOf(one, job)).toMatchObject({ state: 'done', replayed: 1, failed: 1 })
    const [a] = await parkedOf(one, { state: 'parked' })
    expect(a).toMatchObject({ summary_id: 'a', status: 400, attempts: 2, reason: 'status 422' })
  })
  it('holds nothing that is live while the destination fails, and is tried again by the schedule', async () => {
    const one = await cell({ retry_schedule_ms: [60_000] })
    await park(one, [{ summary_id: 'a' }])
    const job = await replay(one)
    const lease = leased(await againOf(one))
    const { seq, replayOf } = lease.groups[0]!.events[0]!
    const outcome = { kind: 'retry', blame: 'destination', reason: 'status 503' } as const
    const down = settled(lease, {
      deliveredTo: 0,
      attempts: [attempt(lease, 'retry')],
      failed: { from: seq, to: seq, status: 503, outcome, replays: [replayOf!] },
    })
    await one.log.settle({ ...down, more: false })
    expect(await againOf(one)).toEqual({ kind: 'nothing' })
    await put(one.row, [{ summary_id: 'b' }])
    expect((await sent(one, liveOf)).map(({ summary_id }) => summary_id)).toEqual(['b'])
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 80_000)
    const again = leased(await againOf(one))
    expect(again.groups[0]).toMatchObject({ attempts: 1, events: [{ summary_id: 'a' }] })
    await one.log.settle(arrived(again))
    expect(await jobOf(one, job)).toMatchObject({ state: 'done', replayed: 1 })
  })
  it('lets a lane go on that was held at its event', async () => {
    const one = await cell({ on_parked: 'hold' })
    await put(one.row, [{ summary_id: 'a' }, { summary_id: 'b', body: '{"b":1}' }])
    const lease = leased(await liveOf(one))
    await one.log.settle({ ...settled(lease, failed(lease, 'rejected')), more: false })
    expect(await liveOf(one)).toEqual({ kind: 'nothing' })
    const job = await replay(one)
    const again = leased(await liveOf(one))
    expect(again.groups[0]!.events.map(({ summary_id }) => summary_id)).toEqual(['a', 'b'])
    await one.log.settle({ ...settled(again, failed(again, 'rejected')), more: false })
    expect(await jobOf(one, job)).toMatchObject({ state: 'done', failed: 1 })
    expect(await parkedOf(one)).toMatchObject([{ state: 'parked', attempts: 2 }])
    const second = await replay(one)
    expect((await sent(one, liveOf)).map(({ summary_id }) => summary_id)).toEqual(['a', 'b'])
    expect(await parkedOf(one)).toMatchObject([{ state: 'replayed' }])
    expect(await jobOf(one, second)).toMatchObject({ state: 'done', replayed: 1 })
  })
  it('sends no more in a second than it was told', async () => {
    const one = await cell()
    for (let i = 0; i < 5; i++) await park(one, [{ summary_id: `day-${i}` }])
    const clock = vi.spyOn(Date, 'now')
    const start = Date.now() + 60_000
    clock.mockReturnValue(start)
    const job = await replay(one, {}, 2)
    expect(await sent(one)).toHaveLength(2)
    await runDurableObjectAlarm(one.log)
    expect(await jobOf(one, job)).toMatchObject({ waiting: 3, sending: 0, replayed: 2 })
    expect(await againOf(one)).toEqual({ kind: 'nothing' })
    for (const [seconds, left] of [
      [1, 1],
      [2, 0],
    ] as const) {
      clock.mockReturnValue(start + seconds * 1_000)
      await runDurableObjectAlarm(one.log)
      await sent(one)
      expect(await jobOf(one, job)).toMatchObject({ waiting: left, replayed: 5 - left })
    }
    expect(await jobOf(one, job)).toMatchObject({ state: 'done' })
  })
  it('goes on after the object died, and sends nothing twice', async () => {
    const one = await cell()
    for (let i = 0; i < 4; i++) await park(one, [{ summary_id: `day-${i}` }])
    const clock = vi.spyOn(Date, 'now')
    const start = Date.now() + 60_000
    clock.mockReturnValue(start)
    const job = await replay(one, {}, 2)
    const before = await sent(one)
    clock.mockReturnValue(start + 1_000)
    await runDurableObjectAlarm(one.log)
    await evictDurableObject(one.log)
    expect(await jobOf(one, job)).toMatchObject({ replayed: 2, waiting: 0, sending: 2 })
    // Past the fence.
    clock.mockReturnValue(start + 120_000)
    const after = await sent(one)
    expect([...before, ...after].map(({ summary_id }) => summary_id).sort()).toEqual([
      'day-0',
      'day-1',
      'day-2',
      'day-3',
    ])
    await runDurableObjectAlarm(one.log)
    expect(await jobOf(one, job)).toMatchObject({ state: 'done', replayed: 4 })
  })
  it('that is cancelled leaves what it did not send parked', async () => {
    const one = await cell()
    for (let i = 0; i < 4; i++) await park(one, [{ summary_id: `day-${i}` }])
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000)
    const job = await replay(one, {}, 3)
    const cancelled = await one.log.cancelJob({ destinationId: idOf(one), jobId: job })
    expect(cancelled).toMatchObject({ state: 'cancelled', cancelled: 3, sending: 0, waiting: 0 })
    expect(await againOf(one)).toEqual({ kind: 'nothing' })
    expect((await parkedOf(one)).map(({ state }) => state)).toEqual(['parked', 'parked', 'parked', 'parked'])
    expect(await one.log.cancelJob({ destinationId: idOf(one), jobId: 'rpl_none' })).toBeUndefined()
    expect(await sent(one, liveOf)).toEqual([])
    expect(await one.log.deliveryStatus(idOf(one))).toMatchObject({ held: [], parked: 4 })
  })
})

describe('a backfill', () => {
  const DAY = 86_400_000
  const day = (i: number) => ({ summary_id: `day-${i}`, startAt: i * DAY, endAt: (i + 1) * DAY, body: `{"n":${i}}` })

  it('sends a new destination each record once, in order, and who is connected first', async () => {
    const one = await cell()
    for (const i of [3, 1, 2]) await put(one.row, [day(i)])
    const later = await added(one)
    expect(await liveOf(later)).toEqual({ kind: 'nothing' })
    const job = await backfill(later)
    expect(await jobOf(later, job)).toMatchObject({ kind: 'backfill', matched: 4, sending: 4 })
    const arrivals = await sent(later)
    expect(arrivals.map(({ summary_id }) => summary_id).slice(1)).toEqual(['day-3', 'day-1', 'day-2'])
    expect(arrivals.map(({ seq }) => seq)).toEqual(arrivals.map(({ seq }) => seq).sort((a, b) => a - b))
    expect(new Set(arrivals.map(({ origin }) => origin))).toEqual(new Set(['backfill']))
    expect(await jobOf(later, job)).toMatchObject({ state: 'done', matched: 4, replayed: 4, waiting: 0 })
    expect(await againOf(later)).toEqual({ kind: 'nothing' })
  })
  it('takes the days of its range, the types it names, and what the destination takes', async () => {
    const one = await cell()
    for (const i of [1, 2, 3, 4]) await put(one.row, [day(i)])
    await put(one.row, [{ ...day(2), type: 'sleep', summary_id: 'night' }])
    await put(one.row, [day(4), { ...day(4), body: undefined }])
    const daily = await added(one, { event_types: ['daily'] })
    await backfill(daily, { startAt: 2 * DAY, endAt: 5 * DAY })
    expect((await sent(daily)).map(({ summary_id }) => summary_id)).toEqual(['day-2', 'day-3'])
    const other = await added(one)
    await backfill(other, { startAt: 2 * DAY, endAt: 3 * DAY, types: ['sleep'] })
    expect((await sent(other)).map(({ summary_id }) => summary_id)).toEqual(['night'])
    const nobody = await added(one, { users: ['someone else'] })
    expect(await jobOf(nobody, await backfill(nobody))).toMatchObject({ matched: 0, sending: 0 })
  })
  it('leaves to the live feed what changes meanwhile; nothing is doubled, and nothing older comes after newer', async () => {
    const one = await cell()
    for (const i of [1, 2, 3]) await put(one.row, [day(i)])
    const later = await added(one, { event_types: ['daily'] })
    const job = await backfill(later)
    await put(one.row, [{ ...day(2), body: '{"n":"new"}' }, day(9)])
    const arrivals = [...(await sent(later, liveOf)), ...(await sent(later))]
    expect(arrivals.map(({ summary_id, origin }) => `${summary_id} ${origin}`)).toEqual([
      'day-2 live',
      'day-9 live',
      'day-1 backfill',
      'day-3 backfill',
    ])
    expect(await jobOf(later, job)).toMatchObject({ state: 'done', replayed: 2, superseded: 1 })
  })
  it('parks what the receiver refuses, as any event', async () => {
    const one = await cell()
    await put(one.row, [day(1), day(2)])
    const later = await added(one, { event_types: ['daily'] })
    const job = await backfill(later)
    const lease = leased(await againOf(later))
    const refused = settled(lease, { ...failed(lease, 'rejected'), attempts: [attempt(lease, 'rejected')] })
    refused.results[0]!.failed!.replays = lease.groups[0]!.events.slice(0, 1).map(({ replayOf }) => replayOf!)
    const { next } = await one.log.settle(refused)
    await one.log.settle(arrived(leased(next)))
    expect(await jobOf(later, job)).toMatchObject({ state: 'done', replayed: 1, failed: 1 })
    expect(await parkedOf(later)).toMatchObject([{ summary_id: 'day-1', state: 'parked', status: 422, attempts: 1 }])
  })
  it('goes on after the object died, with every user, and sends nothing twice', async () => {
    const one = await cell()
    const rows = [one.row]
    for (let i = 0; i < 3; i++) rows.push(await newConnection(one.account, { provider: 'garmin', cell: one.row.cell }))
    for (const row of rows) for (const i of [1, 2, 3]) await put(row, [day(i)])
    const later = await added(one, { event_types: ['daily'] })
    const clock = vi.spyOn(Date, 'now')
    const start = Date.now() + 60_000
    clock.mockReturnValue(start)
    const job = await backfill(later, {}, 5)
    const arrivals = await sent(later)
    expect(arrivals).toHaveLength(5)
    for (let second = 1; (await jobOf(later, job)).state === 'running' && second < 10; second++) {
      clock.mockReturnValue(start + second * 100_000)
      await evictDurableObject(one.log)
      // The fence, and what was moved behind it.
      await one.log.jobs({ destinationId: idOf(later) })
      clock.mockReturnValue(start + second * 100_000 + 50_000)
      await runDurableObjectAlarm(one.log)
      arrivals.push(...(await sent(later)))
    }
    expect(await jobOf(later, job)).toMatchObject({ state: 'done', matched: 12, replayed: 12 })
    expect(new Set(arrivals.map(({ seq }) => seq)).size).toBe(12)
    expect(arrivals).toHaveLength(12)
  })
  it('sends nothing of people who are gone', async () => {
    const one = await cell()
    await put(one.row, [day(1)])
    const later = await added(one)
    const job = await backfill(later)
    await one.log.closeConnection(one.row.user_id, { type: 'deauth', message: 'bye', silent: false })
    expect((await sent(later, liveOf)).map(({ origin }) => origin)).toEqual(['live'])
    expect(await sent(later)).toEqual([])
    expect(await jobOf(later, job)).toMatchObject({ state: 'done', superseded: 2, replayed: 0 })
  })
})
