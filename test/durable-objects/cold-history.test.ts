import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { cellName } from '../../shared/delivery/cell.ts'
import type { LeaseAnswer } from '../../shared/delivery/types.ts'
import { house, migrate } from '../house.ts'
import { atStart, daily, days, dies, looks, objectsOf, putDay, read, START, today } from './cold-cell.ts'
import { cell, drained, eventsOf, failed, type House, leased, put, settled } from './one-cell.ts'

beforeAll(migrate)
beforeEach(atStart)
afterEach(() => vi.restoreAllMocks())

/** Three days of January, delivered, and three months later: they are cold. */
async function oldDays(settings = {}): Promise<House> {
  const one = await cell(settings, { created_at: START })
  for (const day of [0, 1, 2]) await putDay(one, day, { day })
  await drained(one)
  await days(one, 80)
  return one
}
const contents = async (one: House, ...range: number[]) => (await read(one, ...range)).map(({ body }) => body)
const feed = (one: House) => one.log.events({ afterSeq: 0, limit: 100 })
const rowsOf = async (one: House) => (await one.log.health()).rowsWritten

describe('records that grow old', () => {
  it('leave the cell as one object for a connection and month, and are read as before', async () => {
    const one = await cell({}, { created_at: START })
    for (const day of [0, 1, 30, 31]) await putDay(one, day, { day })
    await drained(one)
    const before = await read(one)
    const view = await one.log.connection(one.row.user_id)
    await days(one, 100)
    expect(await objectsOf(one)).toHaveLength(2)
    expect(await read(one)).toEqual(before)
    expect(await one.log.connection(one.row.user_id)).toEqual(view)
    await dies(one)
    expect(await read(one)).toEqual(before)
    expect(await feed(one)).toHaveLength(5)
  })
  it('stay for a window of thirty days and until their month is over', async () => {
    const one = await cell({}, { created_at: START })
    await putDay(one, 0, { day: 0 })
    await drained(one)
    await days(one, 49)
    expect(await objectsOf(one)).toEqual([])
    // The third of March: January ended more than thirty days ago.
    await days(one, 3)
    expect(await objectsOf(one)).toHaveLength(1)
  })
  it('are old by when they came, too: what was fetched of the past today stays', async () => {
    const one = await cell({}, { created_at: START })
    await putDay(one, -2_000, { day: 'long ago' })
    await drained(one)
    await days(one, 2)
    expect(await objectsOf(one)).toEqual([])
    await days(one, 80)
    expect(await objectsOf(one)).toHaveLength(1)
    expect(await contents(one, -3_000)).toEqual([{ day: 'long ago' }])
  })
  it('are sealed with the key of their connection', async () => {
    const one = await cell({}, { created_at: START })
    await putDay(one, 0, { day: 'a word that nobody may read here' })
    await drained(one)
    await days(one, 80)
    const [name] = await objectsOf(one)
    const stored = await (await house.RAW.get(name!))!.text()
    expect(stored.length).toBeGreaterThan(20)
    expect(stored).not.toContain('nobody may read')
  })
  it('stay where a destination has not got them yet, and move when it has', async () => {
    const one = await cell({}, { created_at: START })
    await putDay(one, 0, { day: 0 })
    await days(one, 80)
    expect(await objectsOf(one)).toEqual([])
    expect((await drained(one)).map(({ body }) => body)).toEqual(['{"day":0}'])
    await days(one, 1)
    expect(await objectsOf(one)).toHaveLength(1)
  })
  it('stay where their connection is held at them', async () => {
    const one = await cell({ retry_schedule_ms: [200 * 86_400_000] }, { created_at: START })
    await putDay(one, 0, { day: 0 })
    const lease = leased(await one.log.lease(one.destination.destination_id))
    await one.log.settle({ ...settled(lease, failed(lease, 'retry')), more: false })
    await days(one, 80)
    expect(await objectsOf(one)).toEqual([])
  })
  it('stay while they are parked, and are replayed as they are', async () => {
    const one = await cell({}, { created_at: START })
    await putDay(one, 0, { day: 0 })
    await days(one, 55)
    const lease = leased(await one.log.lease(one.destination.destination_id))
    await one.log.settle({ ...settled(lease, failed(lease, 'rejected')), more: false })
    await days(one, 5)
    expect(await objectsOf(one)).toEqual([])
    const asked = { destinationId: one.destination.destination_id, what: { kind: 'replay' as const, filter: {} } }
    expect(await one.log.countAgain(asked)).toMatchObject({ matched: 1 })
    await one.log.startJob({ ...asked, job_id: 'rpl_cold', rate: 100, matched: 1, madeAt: today() })
    await looks(one, 1)
    const again = leased(await one.log.lease(one.destination.destination_id, 'again'))
    expect(eventsOf(again).map(({ body }) => body)).toEqual(['{"day":0}'])
  })
})

describe('a read across the border', () => {
  it('gives hot and cold records in order, each once', async () => {
    const one = await oldDays()
    await putDay(one, 79, { day: 79 })
    await putDay(one, -5, { day: -5 })
    await putDay(one, 1, { day: 'late' })
    expect(await contents(one)).toEqual([{ day: -5 }, { day: 0 }, { day: 'late' }, { day: 2 }, { day: 79 }])
    expect(await contents(one, 1, 2)).toEqual([{ day: 'late' }])
    expect(await contents(one, 2, 80)).toEqual([{ day: 2 }, { day: 79 }])
  })
  it('finds what a request sends again', async () => {
    const one = await oldDays()
    await putDay(one, 79, { day: 79 })
    await drained(one)
    const range = { user_id: one.row.user_id, type: 'daily' as const, startAt: START, endAt: today() }
    const sent = await one.log.resend({ ...range, reference: 'ref-1', large: false, with_samples: true, days: 1 })
    expect(sent).toMatchObject({ records: 4, events: 1 })
    const [event] = await drained(one)
    expect(JSON.parse(`[${event!.body}]`)).toEqual([{ day: 0 }, { day: 1 }, { day: 2 }, { day: 79 }])
  })
})

describe('news of a cold record', () => {
  it('with the same content is no news, and is not fetched to know it', async () => {
    const one = await oldDays()
    const get = vi.spyOn(house.RAW, 'get')
    await putDay(one, 1, { day: 1 })
    expect(get.mock.calls.filter(([name]) => name.startsWith(`cold/${cellName(one.row)}/`))).toEqual([])
    expect(await one.log.lease(one.destination.destination_id)).toEqual({ kind: 'nothing' })
    expect((await read(one)).map(({ revision }) => revision)).toEqual([1, 1, 1])
  })
  it('takes the next seq and revision, is merged with what was there, and is delivered', async () => {
    const one = await oldDays()
    await putDay(one, 1, { more: true })
    expect((await drained(one)).map(({ body }) => body)).toEqual(['{"day":1,"more":true}'])
    expect((await read(one)).map(({ revision }) => revision)).toEqual([1, 2, 1])
    // It grows old again, and takes the place of what it was.
    await days(one, 80)
    await dies(one)
    expect(await contents(one)).toEqual([{ day: 0 }, { day: 1, more: true }, { day: 2 }])
    expect(await objectsOf(one)).toHaveLength(1)
  })
  it('from an earlier payload does not replace it', async () => {
    const one = await cell({}, { created_at: START })
    const earlier = await put(one.row, [])
    await putDay(one, 0, { day: 'newer' })
    await drained(one)
    await days(one, 80)
    await putDay(one, 0, { day: 'older' }, earlier)
    expect(await contents(one)).toEqual([{ day: 'newer' }])
    expect(await one.log.lease(one.destination.destination_id)).toEqual({ kind: 'nothing' })
  })
  it('that its source deleted it is kept when that is cold as well', async () => {
    const one = await cell({}, { created_at: START })
    const earlier = await put(one.row, [])
    await putDay(one, 0, { day: 0 })
    await putDay(one, 0, undefined)
    // It does not take deletions: the cursor passes by itself.
    expect(await one.log.lease(one.destination.destination_id)).toEqual({ kind: 'nothing' })
    await days(one, 80)
    expect(await objectsOf(one)).toHaveLength(1)
    await putDay(one, 0, { day: 'back from the dead' }, earlier)
    expect(await contents(one)).toEqual([])
    expect(await one.log.lease(one.destination.destination_id)).toEqual({ kind: 'nothing' })
  })
  it('that its source deleted it is delivered', async () => {
    const one = await oldDays({ deletions: true })
    await putDay(one, 1, undefined)
    expect((await drained(one)).map(({ body }) => body)).toEqual([undefined])
    expect(await contents(one)).toEqual([{ day: 0 }, { day: 2 }])
  })
})

describe('a destination that is new', () => {
  it('gets cold months by a backfill, in the order of their seqs, beside what is hot', async () => {
    const one = await oldDays()
    await putDay(one, 1, { day: 'late' })
    await putDay(one, 79, { day: 79 })
    await drained(one)
    const destination = { ...one.destination, destination_id: 'dst_new_and_cold' }
    await one.log.setDestination(destination)
    const range = { startAt: 0, endAt: Number.MAX_SAFE_INTEGER, types: ['daily'] }
    const asked = { destinationId: destination.destination_id, what: { kind: 'backfill' as const, range } }
    const { matched } = await one.log.countAgain(asked)
    expect(matched).toBe(4)
    await one.log.startJob({ ...asked, job_id: 'bkf_cold', rate: 100, matched, madeAt: today() })
    await looks(one, 2)
    const events: { seq: number; body: string | undefined }[] = []
    for (
      let answer: LeaseAnswer = await one.log.lease(destination.destination_id, 'again');
      answer.kind === 'lease';
    ) {
      events.push(...eventsOf(answer.lease))
      const settlement = settled(answer.lease)
      settlement.results[0]!.replayed = answer.lease.groups[0]!.events.map(({ replayOf }) => replayOf!)
      answer = (await one.log.settle(settlement)).next
    }
    expect(events.map(({ body }) => body)).toEqual(['{"day":0}', '{"day":2}', '{"day":"late"}', '{"day":79}'])
    expect(events.map(({ seq }) => seq)).toEqual([...events.map(({ seq }) => seq)].sort((a, b) => a - b))
    const [job] = await one.log.jobs({ destinationId: destination.destination_id })
    expect(job).toMatchObject({ state: 'done', replayed: 4, superseded: 0 })
  })
})

describe('erasing a connection', () => {
  it('takes its cold history with it', async () => {
    const one = await oldDays()
    await putDay(one, 1, { day: 'late' })
    await drained(one)
    await one.log.closeConnection(one.row.user_id, { type: 'deauth', message: 'bye', silent: false })
    expect(await objectsOf(one)).toEqual([])
    expect(await read(one)).toEqual([])
    expect((await feed(one)).map(({ type }) => type)).toEqual(['auth', 'deauth'])
  })
})

describe('moving costs', () => {
  it('a row for each record and some for each object', async () => {
    const one = await cell({}, { created_at: START })
    await put(
      one.row,
      Array.from({ length: 200 }, (_, i) => ({ ...daily(0, { i }), summary_id: `record-${i}`, type: 'body' as const })),
    )
    await drained(one)
    const { records: _, ...before } = await rowsOf(one)
    const put_ = vi.spyOn(house.RAW, 'put')
    await days(one, 80)
    const after = await rowsOf(one)
    expect((after.cold ?? 0) - (before.cold ?? 0)).toBeLessThanOrEqual(200 + 4)
    expect((after.meta ?? 0) - (before.meta ?? 0)).toBeLessThanOrEqual(4)
    expect(put_.mock.calls.filter(([name]) => name.startsWith(`cold/${cellName(one.row)}/`))).toHaveLength(1)
  })
})
