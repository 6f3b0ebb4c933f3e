import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { eventLog } from '../../durable-objects/stubs.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import { cellName } from '../../shared/delivery/cell.ts'
import type { Lease, LeaseAnswer } from '../../shared/delivery/types.ts'
import { into, resource } from '../../shared/source/map.ts'
import { day } from '../../shared/source/places.ts'
import { number } from '../../shared/source/readers.ts'
import { DEAUTH } from '../../workers/connect/disconnect.ts'
import { runAgain } from '../../workers/queues/reruns.ts'
import { delivery } from '../delivery/leases.ts'
import { type Account, house, migrate, newAccount, newConnection } from '../house.ts'
import { ask, comes, dailies, type Job, jobOf, offers, runs, SLUG } from './rerun-house.ts'

beforeAll(migrate)

const steps = (times: number) => ({ distance_data: { steps: number('steps', { times }) } })
const daysBy = (tree: object, more = {}) => ({
  days: resource('days', [into('daily', day({ date: 'date' }), tree as never, more)]),
})
/** The maps of before took calories for steps. */
const WRONG = daysBy({ distance_data: { steps: number('calories') } })
const RIGHT = daysBy({
  distance_data: { steps: number('steps') },
  calories_data: { total_burned_calories: number('calories') },
})

interface House {
  account: Account
  row: ConnectionRow
  log: ReturnType<typeof eventLog>
  destination_id: string
}
let n = 0
async function newHouse(): Promise<House> {
  const account = await newAccount()
  const row = await newConnection(account, { provider: SLUG })
  const log = eventLog(house, row)
  const destination_id = `dst_rerun_${++n}`
  await log.setDestination({
    ...{ destination_id, developer_id: account.dev_id, type: 'webhook', version: 1, state: 'active' as const },
    ...{ settings: {}, secrets: '', delivery: delivery({ deletions: true }) },
  })
  return { account, row, log, destination_id }
}
const aDay = (date: string, stepsOf: number, calories: number) => ({ days: [{ date, steps: stepsOf, calories }] })
async function delivered({ log, destination_id }: House) {
  const events: { summary_id: string; origin: string; body: unknown }[] = []
  for (let answer: LeaseAnswer = await log.lease(destination_id); answer.kind === 'lease'; ) {
    const { lease_id, epoch, groups }: Lease = answer.lease
    for (const { events: some } of groups)
      events.push(
        ...some.map(({ summary_id, origin, body }) => ({ summary_id, origin, body: body && JSON.parse(body) })),
      )
    const results = groups.map(({ connection, lane, events: some }) => ({
      ...{ connection, lane, deliveredTo: some.at(-1)!.seq, attempts: [] },
    }))
    answer = (await log.settle({ lease_id, destination_id, epoch, more: true, stopped: false, results })).next
  }
  return events
}
const ALL = { provider: SLUG, from: '2020-01-01' }
const dry = ({ account, row }: House, more: object = {}) => runs(account, row, '/renormalizations', { ...ALL, ...more })
const apply = (one: House, more: object = {}) => dry(one, { dry_run: false, ...more })

describe('payloads that are read again by corrected maps', () => {
  it('tell in a dry run what would change, by paths and ids without values, and change nothing', async () => {
    offers(WRONG)
    const one = await newHouse()
    await comes(one.row, aDay('2026-07-01', 4_000, 2_000))
    await comes(one.row, aDay('2026-07-02', 3_000, 3_000))
    const before = await dailies(one.row)
    offers(RIGHT)
    const job = await dry(one)
    expect(job).toMatchObject({ state: 'done', dry_run: true, progress: 1, payloads: 2, events: 0, skipped: 0 })
    expect(job.records).toEqual({
      daily: {
        ...{ changed: 2, added: 0, dropped: 0 },
        fields: { calories_data: 2, 'distance_data.steps': 1 },
        samples: ['2026-07-01', '2026-07-02'].map((summary_id) => ({
          ...{ user_id: one.row.user_id, summary_id, change: 'changed' },
        })),
      },
    })
    expect(JSON.stringify(job)).not.toMatch(/4000|2000/)
    expect(await dailies(one.row)).toEqual(before)
  })
  it('give new seqs to the records that change, and those reach a destination once', async () => {
    offers(WRONG)
    const one = await newHouse()
    await comes(one.row, aDay('2026-07-01', 4_000, 2_000))
    await comes(one.row, { days: [{ date: '2026-07-02', steps: 500, calories: 500 }] })
    await delivered(one)
    offers(daysBy(steps(1)))
    const before = await dailies(one.row)
    expect(await apply(one)).toMatchObject({ state: 'done', events: 1, records: { daily: { changed: 1 } } })
    const after = await dailies(one.row)
    expect(after).toMatchObject([
      { summary_id: '2026-07-01', revision: 2, distance_data: { steps: 4_000 } },
      { summary_id: '2026-07-02', revision: 1, distance_data: { steps: 500 } },
    ])
    expect(after[1]).toEqual(before[1])
    expect(after[0].seq).toBeGreaterThan(before[1].seq)
    const sent = await delivered(one)
    expect(sent).toMatchObject([
      { summary_id: '2026-07-01', origin: 'correction', body: { distance_data: { steps: 4_000 } } },
    ])
    // Once more changes nothing.
    expect(await apply(one)).toMatchObject({ state: 'done', payloads: 2, events: 0, records: {} })
    expect(await delivered(one)).toEqual([])
  })
  it('take away a field that was wrong, also where a record was made of several payloads', async () => {
    offers(daysBy({ distance_data: { steps: number('steps'), elevation: { gain_actual_meters: number('calories') } } }))
    const one = await newHouse()
    await comes(one.row, aDay('2026-07-01', 1_000, 7))
    await comes(one.row, aDay('2026-07-01', 2_000, 8))
    offers(daysBy(steps(1)))
    expect(await dry(one)).toMatchObject({
      records: { daily: { changed: 1, fields: { 'distance_data.elevation': 1 } } },
    })
    expect(await apply(one)).toMatchObject({ events: 1 })
    expect(await dailies(one.row)).toMatchObject([{ distance_data: { steps: 2_000 }, revision: 3 }])
    expect((await dailies(one.row))[0].distance_data).toEqual({ steps: 2_000 })
    // Corrected twice, it is still known to be whole.
    offers(daysBy(steps(2)))
    expect(await apply(one)).toMatchObject({ events: 1 })
    expect((await dailies(one.row))[0].distance_data).toEqual({ steps: 4_000 })
  })
  it('add records that the old maps did not make, and take back those that no payload becomes any more', async () => {
    offers(daysBy(steps(1)))
    const one = await newHouse()
    await comes(one.row, {
      days: [
        { date: '2026-07-01', steps: 1 },
        { date: '2026-07-02', steps: 2 },
      ],
    })
    await delivered(one)
    const positive = (item: { steps: number }) => item.steps > 1
    offers({
      days: resource('days', [
        into('daily', day({ date: 'date' }), steps(1) as never, { when: positive } as never),
        into('body', day({ date: 'date' }), { oxygen_data: { avg_saturation_percentage: number('steps') } } as never),
      ]),
    })
    const told = { daily: { changed: 0, added: 0, dropped: 1 }, body: { changed: 0, added: 2, dropped: 0 } }
    expect(await dry(one)).toMatchObject({ events: 0, records: told })
    expect(await apply(one)).toMatchObject({ events: 3, records: told })
    expect((await dailies(one.row)).map(({ summary_id }) => summary_id)).toEqual(['2026-07-02'])
    expect((await delivered(one)).map(({ body }) => body === undefined).sort()).toEqual([false, false, true])
    expect(await apply(one)).toMatchObject({ events: 0, records: {} })
  })
  it('do not take back what of a payload cannot be read any more', async () => {
    offers(daysBy(steps(1)))
    const one = await newHouse()
    await comes(one.row, aDay('2026-07-01', 1, 1))
    offers({
      days: resource('days', [into('daily', day({ date: 'none' }), steps(1) as never)]),
    })
    expect(await apply(one)).toMatchObject({ payloads: 1, quarantined: 1, events: 0, records: {} })
    expect(await dailies(one.row)).toHaveLength(1)
  })
})

describe('the order of the source', () => {
  it('is kept: a payload outside of the range that came later is not overwritten', async () => {
    offers(WRONG)
    const one = await newHouse()
    const june = Date.parse('2026-06-15T00:00:00Z')
    await comes(one.row, aDay('2026-06-15', 111, 1), { at: june })
    await comes(one.row, aDay('2026-06-15', 222, 2), { at: june + 10 * 86_400_000 })
    offers(RIGHT)
    const range = { from: '2026-06-01', to: '2026-06-20' }
    expect(await apply(one, range)).toMatchObject({ payloads: 1, events: 0, skipped: 1, records: {} })
    expect(await dailies(one.row)).toMatchObject([{ distance_data: { steps: 2 }, revision: 2 }])
    expect(await apply(one)).toMatchObject({ payloads: 2, events: 1, skipped: 0 })
    expect(await dailies(one.row)).toMatchObject([{ distance_data: { steps: 222 } }])
  })
  it('keeps what payloads before the range gave', async () => {
    offers({
      days: daysBy(steps(1)).days,
      more: resource('days', [into('daily', day({ date: 'date' }), steps(1) as never, { part: 'days' } as never)]),
    })
    const one = await newHouse()
    const june = Date.parse('2026-06-15T00:00:00Z')
    offers(daysBy({ distance_data: { steps: number('steps'), distance_meters: number('meters') } }))
    await comes(one.row, { days: [{ date: '2026-06-15', meters: 900 }] }, { at: june })
    await comes(one.row, { days: [{ date: '2026-06-15', steps: 5 }] }, { at: june + 10 * 86_400_000 })
    offers(daysBy({ distance_data: { steps: number('steps', { times: 10 }), distance_meters: number('meters') } }))
    expect(await apply(one, { from: '2026-06-20' })).toMatchObject({ payloads: 1, events: 1 })
    expect(await dailies(one.row)).toMatchObject([{ distance_data: { steps: 50, distance_meters: 900 } }])
  })
  it('puts parts of several payloads together again', async () => {
    const both = (times: number) => ({
      days: daysBy(steps(times)).days,
      heart: resource('days', [
        into('daily', day({ date: 'date' }), { heart_rate_data: { summary: { avg_hr_bpm: number('bpm') } } } as never),
      ]),
    })
    offers(both(1))
    const one = await newHouse()
    await comes(one.row, aDay('2026-07-01', 10, 0))
    await comes(one.row, { days: [{ date: '2026-07-01', bpm: 60 }] }, { resource: 'heart' })
    offers(both(3))
    expect(await dry(one)).toMatchObject({
      skipped: 0,
      records: { daily: { changed: 1, fields: { 'distance_data.steps': 1 } } },
    })
    expect(await apply(one)).toMatchObject({ events: 1 })
    expect(await dailies(one.row)).toMatchObject([
      { distance_data: { steps: 30 }, heart_rate_data: { summary: { avg_hr_bpm: 60 } } },
    ])
  })
})

describe('a renormalization', () => {
  async function many(count: number): Promise<House> {
    offers(WRONG)
    const one = await newHouse()
    for (let i = 0; i < count; i++)
      await comes(one.row, aDay(`2026-06-${String(1 + (i % 30)).padStart(2, '0')}`, i + 1, 1_000 + i))
    return one
  }
  it('reads segments in object storage and what is in none yet, of the range and the user alone', async () => {
    const one = await many(3)
    const other = await newConnection(one.account, { provider: SLUG, cell: one.row.cell })
    await comes(other, aDay('2026-06-01', 5, 1_000))
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 25 * 3_600_000)
    await runDurableObjectAlarm(one.log)
    vi.restoreAllMocks()
    const { objects } = await house.RAW.list({ prefix: `raw/${cellName(one.row)}/` })
    expect(objects).toHaveLength(1)
    await comes(one.row, aDay('2026-06-20', 9, 1_000))
    await evictDurableObject(one.log)
    offers(RIGHT)
    expect(await dry(one)).toMatchObject({ payloads: 5 })
    expect(await dry(one, { user_id: other.user_id })).toMatchObject({ payloads: 1 })
    expect(await dry(one, { to: '2021-01-01' })).toMatchObject({ payloads: 0, state: 'done' })
    expect(await dry(one, { provider: 'oura' })).toMatchObject({ payloads: 0, state: 'done' })
  })
  it('reads a payload that is larger than a segment: its pieces are archived together', async () => {
    offers(WRONG)
    const one = await newHouse()
    // Random, so that it does not become small when it is sealed.
    const random = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(30_000))))
    const pad = Array.from({ length: 200 }, random)
    await comes(one.row, { ...aDay('2026-06-01', 7, 1_000), pad })
    await comes(one.row, aDay('2026-06-02', 8, 1_000))
    for (const hours of [25, 26]) {
      vi.spyOn(Date, 'now').mockReturnValue(Date.now() + hours * 3_600_000)
      await runDurableObjectAlarm(one.log)
      vi.restoreAllMocks()
    }
    const { objects } = await house.RAW.list({ prefix: `raw/${cellName(one.row)}/` })
    expect(objects.map(({ key }) => key.split('/').at(-1))).toEqual(['1-1', '2-2'])
    await evictDurableObject(one.log)
    offers(daysBy(steps(1)))
    expect(await dry(one)).toMatchObject({ payloads: 2, quarantined: 0, records: { daily: { changed: 2 } } })
  })
  it('goes on where it was when the object died, and counts a turn that comes twice once', async () => {
    const one = await many(60)
    offers(RIGHT)
    const begun = (await (
      await ask(one.account, 'POST', '/renormalizations', { ...ALL, dry_run: false })
    ).json()) as Job
    const id = begun.renormalization_id
    const { payloads, ...place } = (await one.log.nextRerun({ jobId: id }))!
    expect(payloads.length).toBeLessThan(60)
    const empty = { job_id: id, ...place, processed: [] }
    expect(await one.log.rerun(empty)).toBe(true)
    expect(await one.log.rerun(empty)).toBe(true)
    expect((await jobOf(one.account, id)).progress).toBeLessThan(1)
    await evictDurableObject(one.log)
    await runAgain(house, cellName(one.row), id)
    expect(await jobOf(one.account, id)).toMatchObject({ state: 'done', payloads: 60 - payloads.length, progress: 1 })
    expect(await one.log.nextRerun({ jobId: id })).toBeUndefined()
  })
  it('is cancelled', async () => {
    const one = await many(2)
    offers(RIGHT)
    const begun = (await (
      await ask(one.account, 'POST', '/renormalizations', { ...ALL, dry_run: false })
    ).json()) as Job
    const id = begun.renormalization_id
    const over = (await (await ask(one.account, 'DELETE', `/renormalizations/${id}`)).json()) as Job
    expect(over).toMatchObject({ state: 'cancelled' })
    await runAgain(house, cellName(one.row), id)
    expect(await dailies(one.row)).toMatchObject([{ revision: 1 }, { revision: 1 }])
    const { renormalizations } = (await (await ask(one.account, 'GET', '/renormalizations')).json()) as {
      renormalizations: Job[]
    }
    expect(renormalizations).toMatchObject([{ renormalization_id: id, state: 'cancelled' }])
  })
  it('is refused where the range is none', async () => {
    const one = await many(1)
    for (const body of [
      { provider: SLUG },
      { ...ALL, from: 'yesterday' },
      { ...ALL, to: '2019-01-01' },
      { ...ALL, what: 1 },
    ])
      expect((await ask(one.account, 'POST', '/renormalizations', body)).status).toBe(400)
    expect((await ask(one.account, 'GET', '/renormalizations/rnm_none')).status).toBe(404)
    expect((await ask(one.account, 'POST', '/renormalizations', { ...ALL, provider: 'correctd' })).status).toBe(404)
  })
})

describe('quarantine', () => {
  const broken = (date: string) => ({
    days: [
      { date: '2026-07-01', steps: 1 },
      { date, steps: 2 },
    ],
  })
  const listed = async ({ account }: House, query = '') =>
    (await (await ask(account, 'GET', `/quarantine${query}`)).json()) as {
      items: { path: string; payload_id: string; reason: string }[]
      next_cursor: string | null
    }
  it('is paged and found by provider, resource, payload, user and time', async () => {
    offers(daysBy(steps(1)))
    const one = await newHouse()
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.push(await comes(one.row, broken(`no date ${i}`)))
    const seen: string[] = []
    for (let cursor = '', pages = 0; ; pages++) {
      const page = await listed(one, `?limit=2${cursor}`)
      seen.push(...page.items.map(({ payload_id }) => payload_id))
      expect(JSON.stringify(page)).not.toContain('no date')
      if (!page.next_cursor || pages > 9) break
      cursor = `&cursor=${page.next_cursor}`
    }
    expect(seen).toEqual(ids.toReversed())
    const { items } = await listed(one, `?payload_id=${ids[1]}`)
    expect(items).toMatchObject([{ provider: SLUG, resource: 'days', path: '/days/1/date', user_id: one.row.user_id }])
    expect((await listed(one, `?provider=${SLUG}&resource=days&user_id=${one.row.user_id}`)).items).toHaveLength(5)
    for (const none of ['provider=oura', 'resource=sleep', 'to=2020-01-01T00:00:00Z'])
      expect((await listed(one, `?${none}`)).items).toEqual([])
    expect((await ask(one.account, 'GET', '/quarantine?cursor=x')).status).toBe(400)
  })
  it('is not begun again by a turn that comes in when the job was cancelled', async () => {
    offers(daysBy(steps(1)))
    const one = await newHouse()
    for (const date of ['never', 'nor now']) await comes(one.row, broken(date))
    const begun = (await (await ask(one.account, 'POST', '/quarantine/redrive', {})).json()) as Job
    const jobId = begun.renormalization_id
    const { payloads: _, ...place } = (await one.log.nextRerun({ jobId }))!
    const turn = one.log.rerun({ job_id: jobId, ...place, over: false, to: 1, processed: [] })
    await one.log.cancelRerun({ jobId })
    expect(await turn).toBe(false)
    expect(await jobOf(one.account, jobId)).toMatchObject({ state: 'cancelled' })
    expect(await one.log.nextRerun({ jobId })).toBeUndefined()
  })
  it('of a connection that ends while its payloads run again is gone with it', async () => {
    offers(daysBy(steps(1)))
    const one = await newHouse()
    await comes(one.row, broken('never'))
    const begun = (await (await ask(one.account, 'POST', '/quarantine/redrive', {})).json()) as Job
    const jobId = begun.renormalization_id
    const { payloads, ...place } = (await one.log.nextRerun({ jobId }))!
    const quarantined = [{ path: '/days/1', reason: 'not there' }]
    const processed = payloads.map((payload) => ({ ...payload, records: [], quarantined, notices: [] }))
    await one.log.closeConnection(one.row.user_id, { ...DEAUTH, silent: true })
    await one.log.rerun({ job_id: jobId, ...place, processed })
    expect(await jobOf(one.account, jobId)).toMatchObject({ state: 'done' })
    expect((await one.log.quarantined({ limit: 10 })).items).toEqual([])
  })
  it('is left by what can be read after a map was corrected; the rest stays with its reason of now', async () => {
    offers(daysBy(steps(1)))
    const one = await newHouse()
    const first = await comes(one.row, broken('20260702'))
    await comes(one.row, broken('never'))
    await delivered(one)
    const before = await dailies(one.row)
    expect(await runs(one.account, one.row, '/quarantine/redrive', {})).toMatchObject({
      payloads: 2,
      quarantined: 2,
      events: 0,
    })
    expect((await listed(one)).items).toHaveLength(2)
    offers({
      days: resource('days', [into('daily', day({ date: 'date', style: 'compact' } as never), steps(1) as never)]),
    })
    const path = '/quarantine/redrive'
    const job = await runs(one.account, one.row, path, { payload_id: first })
    expect(job).toMatchObject({ kind: 'redrive', payloads: 1, events: 1, state: 'done' })
    expect((await dailies(one.row)).map(({ summary_id }) => summary_id)).toEqual(['2026-07-01', '2026-07-02'])
    expect((await dailies(one.row))[0]).toEqual(before[0])
    expect(await delivered(one)).toMatchObject([{ summary_id: '2026-07-02', origin: 'correction' }])
    expect(await runs(one.account, one.row, path, { resource: 'days' })).toMatchObject({ events: 0 })
  })
})
