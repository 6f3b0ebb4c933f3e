import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { PULL, SUPPLY } from '../../shared/base/supply-limits.ts'
import { DAY_MS, SECOND_MS } from '../../shared/base/time.ts'
import type { AlertView } from '../../shared/supply/quality-view.ts'
import type { BatchView, PulledFrom } from '../../workers/suppliers/batch-views.ts'
import type { PulledObjectView, PullOfSupplier, PullView } from '../../workers/suppliers/pull-views.ts'
import { leased, newLog } from '../durable-objects/log-of.ts'
import { call } from '../house.ts'
import { openBucket } from './bucket.ts'
import { KEYS, PLACE } from './bucket-place.ts'
import { night } from './nights.ts'
import { ownSupplier } from './own-supplier.ts'
import { consume, newContract } from './pushed.ts'
import { answered } from './supplier.ts'

/** Pulls, as both sides see them: what each is told, and from an object to its batch and back. */
const lab = ownSupplier(newContract)
/** Where the developer hears of alerts: their first cell, before a supplier's subject has one. */
let watcher: Awaited<ReturnType<typeof newLog>>
beforeAll(async () => {
  watcher = await newLog({ event_types: ['supplier.alert'] }, lab.account)
})
afterEach(() => vi.restoreAllMocks())

const line = (number: number) => `${JSON.stringify(night(number, { people: 2 }))}\n`
const ask = async <T>(path: string) => answered<T>(await lab.ask('GET', `/v2/supplier${path}`))
const developer = async <T>(path: string) =>
  answered<T>(
    await call(`/v2/suppliers/${lab.supplier_id}${path}?environment=sandbox`, { headers: lab.account.headers }),
  )
async function created(prefix = 'ada lovelace/'): Promise<string> {
  const input = { contract: 'sleep-nights@1', ...PLACE, prefix, ...KEYS }
  const { pull_id } = await answered<PullView>(await lab.ask('POST', '/v2/supplier/pulls', input))
  await consume(lab)
  return pull_id
}
const look = async (pullId: string, body: object = {}) => {
  await answered(await lab.ask('POST', `/v2/supplier/pulls/${pullId}/look`, body))
  await consume(lab)
}
const advance = async (ms: number) => {
  await answered(await lab.ask('POST', '/v2/supplier/clock', { advance_seconds: ms / SECOND_MS }))
  await consume(lab)
}
const objectsOf = async (pullId: string) =>
  (await ask<{ objects: PulledObjectView[] }>(`/pulls/${pullId}/objects`)).objects
const alertsOf = async () => (await ask<{ alerts: AlertView[] }>('/alerts')).alerts
type Detail = BatchView & { object: PulledFrom | null }

describe('a pull', () => {
  test('is seen by the developer: where it stands, and neither how it is opened nor any part of a key', async () => {
    const { put, double } = openBucket()
    put('ada lovelace/1.ndjson', line(1))
    const pull_id = await created()
    const message = `Access Denied to ${PLACE.bucket}/ada lovelace/, asked for as ada%20lovelace%2F`
    double.troubles.push({ kind: 'error', status: 403, code: 'AccessDenied', message })
    await look(pull_id)
    const { pulls } = await developer<{ pulls: PullOfSupplier[] }>('/pulls')
    expect(pulls).toMatchObject([
      {
        ...{ pull_id, bucket: PLACE.bucket, contract: 'sleep-nights@1', objects: { waiting: 0, taken: 1, failed: 0 } },
        ...{ looked_at: expect.any(String), problem: { times: 1, message: expect.stringContaining('Access Denied') } },
      },
    ])
    const told = JSON.stringify(pulls)
    for (const kept of ['lovelace', KEYS.access_key_id, '"prefix"', '"suffix"', '"endpoint"'])
      expect(told).not.toContain(kept)
    expect(
      await (await call(`/v2/suppliers/${lab.supplier_id}/pulls`, { headers: lab.account.headers })).json(),
    ).toEqual({ pulls: [] })
  })
  test('that fails is told to both sides once, two minutes and three tries later, and once more when it is over', async () => {
    const { double } = openBucket()
    const pull_id = await created()
    const denied = { kind: 'error', status: 403, code: 'AccessDenied', message: 'Access Denied' } as const
    const fails = async (ms: number) => {
      double.troubles.push(denied)
      await advance(ms)
    }
    double.troubles.push(denied)
    await look(pull_id)
    await fails(PULL.waitsMs[0])
    // A third time, but all within a moment.
    double.troubles.push(denied)
    await look(pull_id)
    expect(await alertsOf()).toEqual([])
    await fails(PULL.waitsMs[2])
    const raised = {
      ...{ objective: 'fetching', state: 'raised', contract: 'sleep-nights@1', action: 'alert', cleared_at: null },
      target: SUPPLY.troubleToldMs / SECOND_MS,
      message: expect.stringMatching(
        new RegExp(`^${pull_id} cannot fetch what comes under sleep-nights@1: .*Access Denied`),
      ),
    }
    expect(await alertsOf()).toMatchObject([raised])
    expect(await developer('/alerts')).toMatchObject({ alerts: [raised] })
    await fails(PULL.waitsMs[3])
    expect(await alertsOf()).toHaveLength(1)
    await advance(PULL.waitsMs[4])
    expect(await alertsOf()).toMatchObject([{ objective: 'fetching', state: 'cleared' }])
    expect((await developer<{ pulls: PullOfSupplier[] }>('/pulls')).pulls).toMatchObject([{ problem: null }])
    await advance(SECOND_MS)
    const { groups } = leased(await watcher.log.lease(watcher.id))
    const events = groups.flatMap(({ events }) => events).map(({ body }) => JSON.parse(body!) as object)
    const told = { type: 'supplier.alert', supplier_id: lab.supplier_id, objective: 'fetching', environment: 'sandbox' }
    expect(events).toMatchObject([
      { ...told, state: 'raised', message: raised.message },
      { ...told, state: 'cleared', message: `${pull_id} fetches again` },
    ])
  })
  test.each([
    ['is paused', (path: string) => lab.ask('PATCH', path, { state: 'paused' })],
    ['is not there any more', (path: string) => lab.ask('DELETE', path)],
  ])('that fails and %s is nobody’s trouble any more; gone on with, it is told again', async (how, act) => {
    const { double } = openBucket()
    const pull_id = await created()
    const deny = () => double.troubles.push({ kind: 'error', status: 403, code: 'AccessDenied' })
    deny()
    await look(pull_id)
    for (let times = 2; times <= 3; times++) {
      deny()
      await advance(PULL.waitsMs[4])
    }
    expect(await alertsOf()).toMatchObject([{ state: 'raised' }])
    await act(`/v2/supplier/pulls/${pull_id}`)
    expect(await alertsOf()).toMatchObject([{ state: 'cleared' }])
    if (how !== 'is paused') return
    deny()
    await answered(await lab.ask('PATCH', `/v2/supplier/pulls/${pull_id}`, { state: 'active' }))
    await consume(lab)
    expect(await alertsOf()).toMatchObject([{ state: 'raised' }, { state: 'cleared' }])
  })
})

describe('from an object', () => {
  test('to its batch, and back: its supplier is told which it was, its developer only when it was written', async () => {
    const { put } = openBucket()
    put('ada lovelace/1.ndjson', line(1))
    const pull_id = await created()
    const [{ key, etag, batch_id, modified_at }] = (await objectsOf(pull_id)) as [PulledObjectView]
    expect([key, etag]).toEqual(['ada lovelace/1.ndjson', expect.stringMatching(/^"[0-9a-f]{32}"$/)])
    const object = { pull_id, key, etag, modified_at }
    expect(await ask<Detail>(`/batches/${batch_id}`)).toMatchObject({ kind: 'pull', object })
    expect((await developer<Detail>(`/batches/${batch_id}`)).object).toEqual({ pull_id, modified_at })
    // Also when nobody remembers the object any more.
    expect((await lab.ask('DELETE', `/v2/supplier/pulls/${pull_id}`)).status).toBe(204)
    expect((await ask<Detail>(`/batches/${batch_id}`)).object).toEqual(object)
  })
  test('of none: what was pushed was no object', async () => {
    const pushed = await lab.ask('POST', '/v2/ingest/sleep-nights@1/records', [night(1, { people: 2 })])
    const { batch_id } = await answered<{ batch_id: string }>(pushed)
    expect((await ask<Detail>(`/batches/${batch_id}`)).object).toBeNull()
  })
})

describe('an object that shows up with a time of long ago', () => {
  test('is found by a look at all of the prefix; what was taken before is a duplicate', async () => {
    const { put } = openBucket()
    const old = Date.now() - PULL.rememberedMs - DAY_MS
    put('nights/1.ndjson', line(1), {}, old)
    const pull_id = await created('nights/')
    put('nights/2.ndjson', line(2), {}, old)
    put('nights/3.ndjson', line(3), {}, Date.now())
    await look(pull_id)
    const counts = async () => (await ask<PullView>(`/pulls/${pull_id}`)).objects
    expect(await counts()).toEqual({ waiting: 0, taken: 1, failed: 0 })
    await look(pull_id, { all: true })
    const came = (await ask<{ batches: BatchView[] }>('/batches')).batches.map(({ counts }) => counts)
    expect(came.map(({ accepted, duplicate }) => [accepted, duplicate]).sort()).toEqual([
      [0, 1],
      [1, 0],
      [1, 0],
      [1, 0],
    ])
    // The next one forgets them again.
    await look(pull_id)
    expect(await counts()).toEqual({ waiting: 0, taken: 1, failed: 0 })
    expect((await ask<{ batches: BatchView[] }>('/batches')).batches).toHaveLength(4)
  })
})

test('what is counted of a pull is what it has, whatever becomes of its objects', async () => {
  const { put } = openBucket()
  const old = Date.now() - PULL.rememberedMs - DAY_MS
  put('nights/1.ndjson', line(1), {}, old)
  put('nights/2.ndjson', line(2), {}, Date.now() - 2_000)
  put('nights/3.ndjson.gz', Uint8Array.of(0x1f, 0x8b, 8, 0))
  const pull_id = await created('nights/')
  const both = async () => {
    const { objects } = await ask<PullView>(`/pulls/${pull_id}`)
    const found = await objectsOf(pull_id)
    const counted = { waiting: 0, taken: 0, failed: 0 }
    for (const { state } of found) counted[state] += 1
    expect(objects).toEqual(counted)
    return objects
  }
  expect(await both()).toEqual({ waiting: 0, taken: 2, failed: 1 })
  await look(pull_id, { failed: true })
  // The oldest one is forgotten.
  expect(await both()).toEqual({ waiting: 0, taken: 1, failed: 1 })
})
