import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { PullLease } from '../../durable-objects/pull-api.ts'
import { supplierDesk } from '../../durable-objects/stubs.ts'
import type { NewBatch } from '../../durable-objects/supplier-desk-api.ts'
import { PULL, SUPPLY } from '../../shared/base/supply-limits.ts'
import { DAY_MS } from '../../shared/base/time.ts'
import type { BatchView } from '../../workers/suppliers/batch-views.ts'
import type { PulledObjectView, PullView } from '../../workers/suppliers/pull-views.ts'
import { call, house } from '../house.ts'
import { openBucket } from './bucket.ts'
import { KEYS, PLACE } from './bucket-place.ts'
import { NIGHTS, night } from './nights.ts'
import { ownSupplier } from './own-supplier.ts'
import { consume, newContract } from './pushed.ts'
import { answered, newSupplier, post, refusal, signedIn } from './supplier.ts'

const lab = ownSupplier(newContract)
afterEach(() => vi.restoreAllMocks())

const people = { people: 2 }
const DENIED = { kind: 'error', status: 403, code: 'AccessDenied' } as const
/** A body that breaks off. */
const BROKEN = () =>
  new ReadableStream({
    pull(controller) {
      controller.error(new TypeError('reset'))
    },
  })
const INPUT = { contract: 'sleep-nights@1', ...PLACE, prefix: 'nights/', every_minutes: 15, ...KEYS }
const lines = (...numbers: number[]) => numbers.map((number) => `${JSON.stringify(night(number, people))}\n`).join('')
const create = async (more: object = {}) =>
  answered<PullView>(await lab.ask('POST', '/v2/supplier/pulls', { ...INPUT, ...more }))
const refused = async (more: object) => lab.ask('POST', '/v2/supplier/pulls', { ...INPUT, ...more })
const view = async ({ pull_id }: PullView) => answered<PullView>(await lab.ask('GET', `/v2/supplier/pulls/${pull_id}`))
const change = (pull: PullView, body: object) => lab.ask('PATCH', `/v2/supplier/pulls/${pull.pull_id}`, body)
const objects = async ({ pull_id }: PullView, query = '') =>
  (
    await answered<{ objects: PulledObjectView[] }>(
      await lab.ask('GET', `/v2/supplier/pulls/${pull_id}/objects${query}`),
    )
  ).objects
const batches = async () =>
  (await answered<{ batches: BatchView[] }>(await lab.ask('GET', '/v2/supplier/batches'))).batches
/** Looks now, and works off what is found. */
async function look(pull: PullView, body: object = {}): Promise<PullView> {
  await answered(await lab.ask('POST', `/v2/supplier/pulls/${pull.pull_id}/look`, body))
  await consume(lab)
  return view(pull)
}
const deskOfLab = () =>
  supplierDesk(house, { ...lab.account.developer, supplier_id: lab.supplier_id, environment: 'sandbox' })
const takePull = async () => (await deskOfLab().takeFile()) as PullLease | undefined
const advance = async (seconds: number) => {
  await answered(await lab.ask('POST', '/v2/supplier/clock', { advance_seconds: seconds }))
  await consume(lab)
}

describe('objects in a supplier’s bucket', () => {
  test('become batches, in the order in which they were written, whatever their names; each once', async () => {
    const { put, double } = openBucket({ pageKeys: 2 })
    put('nights/z first.ndjson.gz', gzipSync(lines(1, 2)))
    put('nights/b.json', JSON.stringify([night(3, people), night(4, people), { night: 'broken' }]))
    put('nights/a last.ndjson', lines(5))
    put('nights/encoded.ndjson', gzipSync(lines(6)), { 'content-encoding': 'gzip' })
    put('nights/folder/', '')
    put('other/x.ndjson', lines(7))
    const pull = await create()
    expect(pull).toMatchObject({ state: 'active', contract: 'sleep-nights@1', looked_at: null, problem: null })
    await consume(lab)
    expect(await view(pull)).toMatchObject({ problem: null, objects: { waiting: 0, taken: 4, failed: 0 } })
    const came = (await batches()).reverse()
    expect(came.map(({ kind, state, records, counts }) => [kind, state, records, counts.accepted])).toEqual([
      ['pull', 'done', 2, 2],
      ['pull', 'done', 3, 2],
      ['pull', 'done', 1, 1],
      ['pull', 'done', 1, 1],
    ])
    const found = await objects(pull)
    expect(Object.fromEntries(found.map(({ key, batch_id }) => [key, batch_id]))).toEqual({
      'nights/z first.ndjson.gz': came[0]!.batch_id,
      'nights/b.json': came[1]!.batch_id,
      'nights/a last.ndjson': came[2]!.batch_id,
      'nights/encoded.ndjson': came[3]!.batch_id,
    })
    const asked = double.answered.length
    expect(await look(pull)).toMatchObject({ objects: { taken: 4 } })
    // Three pages of a list of six keys, no object again.
    expect(double.answered.slice(asked)).toEqual(['GET 200', 'GET 200', 'GET 200'])
    expect(await batches()).toHaveLength(4)
  })
  test('that are put again, or replaced, are taken again: what they held is a duplicate, or an update', async () => {
    const { put } = openBucket()
    put('nights/1.ndjson', lines(1, 2))
    const pull = await create()
    await consume(lab)
    put('nights/1.ndjson', lines(1, 2))
    await look(pull)
    put('nights/1.ndjson', `${lines(1)}${JSON.stringify({ ...night(2, people), asleep_minutes: 17 })}\n`)
    await look(pull)
    expect((await batches()).map(({ counts }) => counts)).toMatchObject([
      { updated: 1, duplicate: 1 },
      { duplicate: 2 },
      { accepted: 2 },
    ])
  })
  test('are looked at when their time comes, and only those that are asked for are taken', async () => {
    const { put } = openBucket()
    const since = `${new Date(Date.now() - 7_200_000).toISOString().slice(0, 19)}Z`
    put('nights/old.ndjson', lines(1), {}, Date.parse(since) - 1_000)
    put('nights/new.csv', 'night,person\n', {}, Date.parse(since))
    const pull = await create({ since, suffix: '.ndjson', every_minutes: 60 })
    await consume(lab)
    expect(await view(pull)).toMatchObject({ objects: { waiting: 0, taken: 0, failed: 0 } })
    put('nights/new.ndjson', lines(2))
    await advance(59 * 60)
    expect(await batches()).toEqual([])
    await advance(2 * 60)
    expect((await objects(pull)).map(({ key, state }) => [key, state])).toEqual([['nights/new.ndjson', 'taken']])
  })
  test('that cannot be read fail as their batches do, and those behind them are taken', async () => {
    const { put } = openBucket()
    put('nights/1.ndjson.gz', gzipSync(lines(1, 2, 3)).subarray(0, 60))
    put('nights/2.ndjson', lines(4))
    const pull = await create()
    await consume(lab)
    expect(await view(pull)).toMatchObject({ problem: null, objects: { taken: 1, failed: 1 } })
    const [failed] = await objects(pull, '?state=failed')
    expect(failed).toMatchObject({ key: 'nights/1.ndjson.gz', reason: expect.stringContaining('ends before its end') })
    expect((await batches()).find(({ batch_id }) => batch_id === failed!.batch_id)).toMatchObject({
      state: 'failed',
      reason: failed!.reason,
    })
    put('nights/1.ndjson.gz', gzipSync(lines(1, 2, 3)))
    expect(await look(pull)).toMatchObject({ objects: { taken: 2, failed: 1 } })
  })
  test('whose batch was cancelled are not taken again, and one that is gone is no trouble', async () => {
    const { put, double } = openBucket()
    put('nights/1.ndjson', lines(1))
    const pull = await create()
    let cancelled: string | undefined
    const answer = double.answer.bind(double)
    vi.spyOn(double, 'answer').mockImplementation(async (asked, body, trouble) => {
      if (asked.url.includes('/nights/1') && cancelled === undefined) {
        cancelled = (await batches())[0]!.batch_id
        await answered(await lab.ask('DELETE', `/v2/supplier/batches/${cancelled}`))
      }
      // It was there when the list was made.
      if (asked.url.includes('/nights/2')) double.objects.delete('nights/2.ndjson')
      return answer(asked, body, trouble)
    })
    await consume(lab)
    put('nights/2.ndjson', lines(2))
    await look(pull)
    await advance(3_600)
    expect(await view(pull)).toMatchObject({ problem: null, objects: { waiting: 0, taken: 0, failed: 1 } })
    expect((await batches()).map(({ batch_id, state }) => [batch_id, state])).toEqual([[cancelled, 'cancelled']])
  })
})

describe('what is remembered', () => {
  test('is what was written in the last 30 days: what is older is taken by the first look, and by no later one', async () => {
    const { put } = openBucket()
    const old = Date.now() - PULL.rememberedMs - DAY_MS
    put('nights/1.ndjson', lines(1), {}, old)
    put('nights/2.ndjson', lines(2), {}, Date.now())
    const pull = await create()
    await consume(lab)
    expect(await view(pull)).toMatchObject({ objects: { waiting: 0, taken: 2 } })
    put('nights/3.ndjson', lines(3), {}, old)
    for (let looks = 0; looks < 2; looks++)
      expect(await look(pull)).toMatchObject({ objects: { waiting: 0, taken: 1, failed: 0 } })
    expect((await objects(pull)).map(({ key }) => key)).toEqual(['nights/2.ndjson'])
    expect(await batches()).toHaveLength(2)
  })
  test('a key that no address can have fails, and says so', async () => {
    const { put } = openBucket()
    put('nights/../1.ndjson', lines(1))
    put('nights/..2', lines(2))
    const pull = await create()
    await consume(lab)
    expect(await view(pull)).toMatchObject({ problem: null, objects: { waiting: 0, taken: 1, failed: 1 } })
    const [failed] = await objects(pull, '?state=failed')
    expect(failed!.reason).toContain('put it under another key')
    expect(await look(pull)).toMatchObject({ objects: { waiting: 0, taken: 1, failed: 1 } })
  })
})

test('files of one supplier are read one at a time; those that came and those that are fetched take turns', async () => {
  openBucket()
  const desk = deskOfLab()
  const upload = async () => {
    const bytes = lines(1)
    const begun = await lab.ask('POST', '/v2/ingest/sleep-nights/uploads', { bytes: bytes.length })
    const path = `/v2/ingest/uploads/${(await answered<{ upload_id: string }>(begun)).upload_id}`
    await answered(await lab.ask('PUT', `${path}/parts/1`, bytes, { 'content-type': 'application/octet-stream' }))
    await answered(await lab.ask('POST', `${path}/complete`, {}))
  }
  await upload()
  await upload()
  await create()
  await create({ prefix: 'days/' })
  const taken: string[] = []
  for (;;) {
    const lease = await desk.takeFile()
    if (!lease) break
    taken.push(lease.work)
    expect(await desk.takeFile()).toBeUndefined()
    if (lease.work === 'upload') await desk.endUpload(lease.upload_id, 'it is only a test')
    else await desk.endPull(lease.lease, { kind: 'looked', objects: [], next: undefined })
  }
  expect(taken).toEqual(['upload', 'look', 'upload', 'look'])
})

describe('a lease that is lost', () => {
  test('is somebody else’s: what its first holder says of a look is not heard', async () => {
    openBucket()
    const pull = await create()
    const desk = deskOfLab()
    const first = (await takePull())!
    expect(await takePull()).toBeUndefined()
    await desk.advance(PULL.leaseMs + 1)
    expect(await takePull()).toBeUndefined()
    await desk.advance(PULL.waitsMs[0])
    const second = (await takePull())!
    expect([first.work, second.work]).toEqual(['look', 'look'])
    await desk.endPull(first.lease, { kind: 'looked', objects: [], next: undefined })
    await desk.endPull(first.lease, { kind: 'later', problem: 'too late' })
    expect(await view(pull)).toMatchObject({
      looked_at: null,
      problem: { message: expect.not.stringContaining('late') },
    })
    expect(await takePull()).toBeUndefined()
    // What is looked for becomes another: nobody has seen that yet.
    await answered(await change(pull, { suffix: '.gz' }))
    await desk.endPull(second.lease, { kind: 'looked', objects: [], next: undefined })
    expect(await view(pull)).toMatchObject({ looked_at: null })
    await consume(lab)
    expect(await view(pull)).toMatchObject({ looked_at: expect.any(String), problem: null })
  })
  test('of an object begins no second batch of it', async () => {
    const { put } = openBucket()
    const pull = await create()
    await consume(lab)
    put('nights/1.ndjson', lines(1))
    await answered(await lab.ask('POST', `/v2/supplier/pulls/${pull.pull_id}/look`, {}))
    const desk = deskOfLab()
    const looking = (await takePull())!
    const found = { key: 'nights/1.ndjson', etag: '"1"', bytes: 1, modifiedAt: Date.now() }
    await desk.endPull(looking.lease, { kind: 'looked', objects: [found], next: undefined })
    const first = (await takePull())!
    await desk.advance(PULL.leaseMs + 1)
    await takePull()
    await desk.advance(PULL.waitsMs[0])
    const second = (await takePull())!
    expect([first.work, second.work]).toEqual(['object', 'object'])
    const batch = (batch_id: string): NewBatch => ({
      ...{ batch_id, contract_id: 'ctr_1', contract: 'sleep-nights@1.0', kind: 'pull', mode: 'partial' },
      ...{ origin: 'live', report_days: 1, quarantine_days: 1, apart: false },
      ...{ idempotency_key: undefined, hash: undefined },
    })
    expect(await desk.beginPulled(second.lease, batch('bat_2'))).toBe(true)
    expect(await desk.beginPulled(first.lease, batch('bat_1'))).toBe(false)
    await desk.endPull(first.lease, { kind: 'gone' })
    expect((await batches()).map(({ batch_id, state }) => [batch_id, state])).toEqual([['bat_2', 'receiving']])
    expect(await view(pull)).toMatchObject({ objects: { waiting: 1 } })
  })
})

describe('a store that has trouble', () => {
  test('is asked again, later each time; its supplier is told after three times, and when it is over', async () => {
    const told: { type: string; data: { problem?: string } }[] = []
    const { put, double } = openBucket({}, (_, init) => {
      told.push(JSON.parse(String(init.body)))
      return new Response(null, { status: 204 })
    })
    const events = ['pull.failing', 'pull.recovered']
    await answered(await lab.ask('PUT', '/v2/supplier/hook', { url: 'https://lab.example/hook', events }))
    const pull = await create()
    await consume(lab)
    put('nights/1.ndjson', lines(1))
    const denied = { kind: 'error', status: 403, code: 'AccessDenied', message: 'Access Denied' } as const
    double.troubles.push(denied)
    const first = await look(pull)
    expect(first.problem).toMatchObject({ times: 1, message: expect.stringContaining('s3:ListBucket') })
    for (let times = 2; times <= 3; times++) {
      double.troubles.push(denied)
      await advance(3_600)
      expect((await view(pull)).problem).toMatchObject({ times, since: first.problem!.since })
    }
    await expect.poll(() => told.map(({ type }) => type)).toEqual(['pull.failing'])
    expect(told[0]!.data.problem).toContain('Access Denied')
    await advance(3_600)
    expect(await view(pull)).toMatchObject({ problem: null, objects: { taken: 1 } })
    await advance(1)
    await expect.poll(() => told.map(({ type }) => type)).toEqual(['pull.failing', 'pull.recovered'])
  })
  test('keeps what waits for as long as it takes; an object that only it forbids is given up after five tries', async () => {
    const { put, double } = openBucket()
    const pull = await create()
    put('nights/1.ndjson', lines(1))
    put('nights/2.ndjson', lines(2))
    const forbidden = { kind: 'error', status: 403, code: 'AccessDenied' } as const
    const down = { kind: 'text', status: 520, body: 'the proxy before it has trouble' } as const
    let trouble: typeof forbidden | typeof down | undefined = down
    const answer = double.answer.bind(double)
    vi.spyOn(double, 'answer').mockImplementation((asked, body) =>
      answer(asked, body, asked.url.includes('/nights/1') ? trouble : undefined),
    )
    await consume(lab)
    for (let i = 0; i < 8; i++) await advance(2 * 3_600)
    expect(await view(pull)).toMatchObject({ objects: { waiting: 2, failed: 0 }, problem: { times: 9 } })
    trouble = forbidden
    for (let i = 0; i < 5; i++) await advance(2 * 3_600)
    expect(await view(pull)).toMatchObject({ objects: { waiting: 0, taken: 1, failed: 1 }, problem: null })
    trouble = undefined
    expect(await look(pull)).toMatchObject({ objects: { taken: 1, failed: 1 } })
    expect(await look(pull, { failed: true })).toMatchObject({ objects: { waiting: 0, taken: 2, failed: 0 } })
  })
  test('is over when the last object that it kept away was given up, and a look saw all', async () => {
    const { put, double } = openBucket()
    const pull = await create()
    await consume(lab)
    put('nights/1.ndjson', lines(1))
    const answer = double.answer.bind(double)
    vi.spyOn(double, 'answer').mockImplementation((asked, body) =>
      answer(asked, body, asked.url.includes('/nights/1') ? DENIED : undefined),
    )
    for (let tries = 0; tries < PULL.tries; tries++) await advance(2 * 3_600)
    expect(await view(pull)).toMatchObject({ objects: { waiting: 0, failed: 1 } })
    await advance(2 * 3_600)
    expect(await view(pull)).toMatchObject({ objects: { waiting: 0, failed: 1 }, problem: null })
  })
  test('that breaks off in a list, or whose list never ends, is told so', async () => {
    const { double } = openBucket()
    const pull = await create()
    const fetched = vi.mocked(fetch).getMockImplementation()!
    vi.mocked(fetch).mockImplementation(async () => new Response(BROKEN()))
    expect(await refusal(await refused({}))).toEqual([400, 'bucket_not_opened'])
    await consume(lab)
    expect((await view(pull)).problem).toMatchObject({ times: 1, message: 'the list broke off before its end' })
    vi.mocked(fetch).mockImplementation(fetched)
    let pages = 0
    vi.spyOn(double, 'answer').mockImplementation(async () => {
      const next = `<NextContinuationToken>${++pages}</NextContinuationToken>`
      const body = `<ListBucketResult><IsTruncated>true</IsTruncated>${next}</ListBucketResult>`
      return { status: 200, body, headers: {} }
    })
    const most = PULL.pages
    Object.assign(PULL, { pages: 7 })
    try {
      await look(pull)
    } finally {
      Object.assign(PULL, { pages: most })
    }
    expect(pages).toBe(7)
    expect((await view(pull)).problem).toMatchObject({ times: 2, message: expect.stringContaining('a longer prefix') })
  })
  test('and asks for patience without end is asked again within a day', async () => {
    const { double } = openBucket()
    const pull = await create()
    const never = { kind: 'error', status: 503, code: 'SlowDown', headers: { 'retry-after': '1e15' } } as const
    double.troubles.push(never, never, never)
    await consume(lab)
    const { problem, next_look_at } = await view(pull)
    expect(problem).toMatchObject({ times: 1 })
    expect(Date.parse(next_look_at!)).toBeLessThanOrEqual(Date.now() + DAY_MS)
  })
  test.each([
    ['InvalidAccessKeyId', 403],
    // Whatever word a store has for it.
    ['KeyWasRevoked', 401],
  ])('keys that are good no more (%s) give up no object: all are taken with new ones', async (code, status) => {
    const { put, double } = openBucket()
    const pull = await create()
    put('nights/1.ndjson', lines(1))
    put('nights/2.ndjson', lines(2))
    let revoked = true
    const answer = double.answer.bind(double)
    vi.spyOn(double, 'answer').mockImplementation((asked, body) => {
      const trouble = { kind: 'error', status, code } as const
      return answer(asked, body, revoked && asked.url.includes('/nights/') ? trouble : undefined)
    })
    await consume(lab)
    for (let i = 0; i < 8; i++) await advance(2 * 3_600)
    const { objects: found, problem } = await view(pull)
    expect([found, problem?.message]).toEqual([{ waiting: 2, taken: 0, failed: 0 }, expect.stringContaining(code)])
    revoked = false
    await answered(await change(pull, KEYS))
    await consume(lab)
    expect(await view(pull)).toMatchObject({ objects: { waiting: 0, taken: 2, failed: 0 }, problem: null })
  })
  test('a supplier who may not send, or a contract that takes nothing any more, holds the objects back', async () => {
    const { put, double } = openBucket()
    put('nights/1.ndjson', lines(1))
    const pull = await create()
    const suspend = `/v2/suppliers/${lab.supplier_id}/suspend`
    await answered(await call(suspend, post({ reason: 'a look at the nights' }, lab.account.headers)))
    await consume(lab)
    expect((await view(pull)).problem).toMatchObject({ message: expect.stringContaining('a look at the nights') })
    await answered(await call(`/v2/suppliers/${lab.supplier_id}/resume`, post({}, lab.account.headers)))
    await advance(3_600)
    expect(await view(pull)).toMatchObject({ objects: { taken: 1 }, problem: null })
    await answered(await change(await create(), { state: 'paused' }))
    await consume(lab)
    const desk = deskOfLab()
    const { settings, sealed } = (await desk.pull(pull.pull_id))!
    await answered(await call(`/v2/suppliers/${lab.supplier_id}`, { method: 'DELETE', headers: lab.account.headers }))
    // Their keys are forgotten with it, also of one that rests.
    expect(await desk.pulls()).toEqual([])
    // Of a door that believes in it for seconds.
    await desk.createPull({ pull_id: pull.pull_id, settings, sealed })
    put('nights/2.ndjson', lines(2))
    const asked = double.answered.length
    await consume(lab)
    expect(await desk.pulls()).toEqual([])
    expect(double.answered).toHaveLength(asked)
  })
  test('a contract that takes nothing any more holds the objects back, until another is named', async () => {
    const { put } = openBucket()
    put('nights/1.ndjson', lines(1))
    const contract_id = await newContract(lab, { state: 'draft', document: { ...NIGHTS, name: 'old-nights' } })
    const pull = await create({ contract: 'old-nights@1.0' })
    await lab.ask('DELETE', `/v2/supplier/contracts/${contract_id}`)
    // What was found is believed for seconds.
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + SUPPLY.believedMs + 1)
    await consume(lab)
    expect(await view(pull)).toMatchObject({
      objects: { waiting: 1 },
      problem: { message: expect.stringContaining('old-nights') },
    })
    await answered(await change(pull, { contract: 'sleep-nights' }))
    expect(await look(pull)).toMatchObject({ objects: { taken: 1 }, problem: null })
  })
  test('what fails for a reason of ours waits for a day, and is told; whoever dies at it is not waited for', async () => {
    const { put } = openBucket()
    const pull = await create()
    await consume(lab)
    put('nights/1.ndjson', lines(1))
    put('nights/2.ndjson', lines(2))
    await answered(await lab.ask('POST', `/v2/supplier/pulls/${pull.pull_id}/look`, {}))
    // Somebody who is never heard of again.
    expect(await takePull()).toMatchObject({ work: 'look' })
    await advance(PULL.leaseMs / 1_000 - 1)
    expect(await view(pull)).toMatchObject({ problem: null, objects: { waiting: 0 } })
    await advance(2)
    expect(await view(pull)).toMatchObject({ problem: { times: 1, message: expect.stringContaining('not heard of') } })
    const away = vi.spyOn(house.RAW, 'put').mockRejectedValue(new TypeError('the store of ours is away'))
    for (let hours = 0; hours < 23; hours++) await advance(3_600)
    const { problem, objects: counts } = await view(pull)
    expect(counts).toMatchObject({ waiting: 2, failed: 0 })
    expect(problem!.message).toBe('something of ours failed (TypeError)')
    await advance(3 * 3_600)
    await advance(3 * 3_600)
    // The one behind it has a day of its own.
    expect(await objects(pull)).toMatchObject([
      { key: 'nights/2.ndjson', state: 'waiting' },
      { key: 'nights/1.ndjson', state: 'failed', reason: expect.stringContaining('put it again') },
    ])
    away.mockRestore()
    await advance(3 * 3_600)
    expect(await view(pull)).toMatchObject({ objects: { waiting: 0, taken: 1, failed: 1 }, problem: null })
  })
  test('an object of more bytes than may come in a day fails, and says so', async () => {
    const { put } = openBucket()
    const limits = { bytes_per_day: 1_000 }
    const path = `/v2/suppliers/${lab.supplier_id}`
    await answered(await call(path, { ...post({ limits }, lab.account.headers), method: 'PATCH' }))
    put('nights/1.ndjson', lines(1, 2, 3, 4, 5, 6))
    put('nights/2.ndjson', lines(7))
    const pull = await create()
    await consume(lab)
    expect(await view(pull)).toMatchObject({ objects: { taken: 1, failed: 1 } })
    expect((await objects(pull, '?state=failed'))[0]!.reason).toContain('1000 may come in a day')
  })
})

describe('a pull', () => {
  test('is kept only where its keys open the bucket, and its secret is told nobody', async () => {
    const { put, double } = openBucket()
    put('closed/1.ndjson', lines(1))
    // Keys that list it all, and read only some.
    const answer = double.answer.bind(double)
    vi.spyOn(double, 'answer').mockImplementation((asked, body) => {
      const closed = asked.url.includes('/closed/')
      return answer(asked, body, closed ? { kind: 'error', status: 403, code: 'AccessDenied' } : undefined)
    })
    const why = async (more: object) => {
      const answer = await refused(more)
      const { code, detail } = (await answer.json()) as { code: string; detail: string }
      return [answer.status, code, detail]
    }
    expect(await why({ secret_access_key: 'wrong' })).toEqual([
      400,
      'bucket_not_opened',
      expect.stringContaining('secret_access_key: SignatureDoesNotMatch'),
    ])
    expect(await why({ bucket: 'other-bucket' })).toEqual([
      400,
      'bucket_not_opened',
      expect.stringContaining('bucket: NoSuchBucket'),
    ])
    expect(await why({ prefix: 'closed/' })).toEqual([
      400,
      'bucket_not_opened',
      expect.stringContaining('allow s3:ListBucket on the bucket and s3:GetObject'),
    ])
    expect(await refusal(await refused({ contract: 'unknown' }))).toEqual([404, 'contract_not_found'])
    expect((await refused({ endpoint: 'ftp://store.example' })).status).toBe(400)
    expect((await refused({ every_minutes: 0 })).status).toBe(400)
    const names = async (more: object) => ((await (await refused(more)).json()) as { detail: string }).detail
    for (const endpoint of ['http://1.2.3.4', 'http://[2001:db8::1]:9000'])
      expect(await names({ endpoint, path_style: false })).toContain('path_style: the bucket cannot stand in the host')
    expect(await names({ prefix: 'nights/\ud83d' })).toContain('prefix: has half of a surrogate pair')
    expect(await names({ access_key_id: 'AKIA\n' })).toContain('access_key_id: has characters that no key has')
    expect(await names({ session_token: 'tökèn–' })).toContain('session_token: has characters that no key has')
    expect((await refused({ prefixes: 'x' })).status).toBe(400)
    const pull = await create()
    const told = JSON.stringify([pull, await view(pull), await answered(await lab.ask('GET', '/v2/supplier/pulls'))])
    expect(told).toContain(KEYS.access_key_id)
    expect(told).not.toContain(KEYS.secret_access_key)
  })
  test('may not lead inside a network', async () => {
    openBucket()
    const answer = await refused({ endpoint: 'http://169.254.169.254' })
    expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
      400,
      expect.stringContaining('endpoint:'),
    ])
  })
  test('is set up by who may push its contract’s types', async () => {
    openBucket()
    const credential = await answered<{ client_id: string; client_secret: string }>(
      await lab.ask('POST', '/v2/supplier/credentials', {
        name: 'portal',
        scopes: ['account:write', 'ingest:write:daily'],
      }),
    )
    const narrow = await signedIn(call, credential)
    expect(await refusal(await narrow.ask('POST', '/v2/supplier/pulls', INPUT))).toEqual([403, 'scope_missing'])
  })
  test('rests while it is paused, takes new keys that open the bucket, and is forgotten when it is deleted', async () => {
    const { put, double } = openBucket()
    put('nights/1.ndjson', lines(1))
    const pull = await create()
    expect(await answered(await change(pull, { state: 'paused' }))).toMatchObject({ next_look_at: null })
    await advance(86_400)
    expect(await batches()).toEqual([])
    const look = await lab.ask('POST', `/v2/supplier/pulls/${pull.pull_id}/look`, {})
    expect(await refusal(look)).toEqual([409, 'pull_paused'])
    expect((await change(pull, { secret_access_key: 'alone' })).status).toBe(400)
    const wrong = { ...KEYS, secret_access_key: 'wrong' }
    expect(await refusal(await change(pull, wrong))).toEqual([400, 'bucket_not_opened'])
    await answered(await change(pull, { ...KEYS, state: 'active', mode: 'strict', origin: 'backfill' }))
    await consume(lab)
    expect(await batches()).toMatchObject([{ state: 'done', mode: 'strict' }])
    expect(await answered(await change(pull, { mode: null }))).toMatchObject({ mode: null, origin: 'backfill' })
    const path = `/v2/supplier/pulls/${pull.pull_id}`
    expect((await lab.ask('DELETE', path)).status).toBe(204)
    for (const [method, at] of [
      ['GET', path],
      ['DELETE', path],
      ['GET', `${path}/objects`],
    ] as const)
      expect(await refusal(await lab.ask(method, at))).toEqual([404, 'pull_unknown'])
    const asked = double.answered.length
    await advance(86_400)
    expect(double.answered).toHaveLength(asked)
    expect(await batches()).toHaveLength(1)
  })
  test('is one of twenty at most, and nobody else’s', async () => {
    openBucket()
    const pull = await create()
    for (let more = 1; more < 20; more++) await create()
    expect(await refusal(await refused({}))).toEqual([409, 'too_many_pulls'])
    const stranger = await newSupplier(call, lab.account)
    const asked = await stranger.ask('GET', `/v2/supplier/pulls/${pull.pull_id}`)
    expect(await refusal(asked)).toEqual([404, 'pull_unknown'])
    expect(await answered(await stranger.ask('GET', '/v2/supplier/pulls'))).toEqual({ pulls: [] })
  })
})
