import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { DAY_MS, HOUR_MS } from '../../shared/base/time.ts'
import { type Local, readPrivate } from '../../shared/cli/home.ts'
import type { AlertView, QualityView } from '../../shared/supply/quality-view.ts'
import { catchEvents, type EventCatcher } from '../api/event-catcher.ts'
import { serve } from '../local/spawned.ts'
import { NIGHTS } from './nights.ts'
import { answered, askerOf, newSupplier, type Supplier } from './supplier.ts'

/** An SLA is broken and mended by what a supplier does at the public doors, and by the sandbox's clock: nothing else. */

const PATIENCE = { timeout: 60_000, interval: 100 }
let server: Awaited<ReturnType<typeof serve>>
let headers: Record<string, string>
let supplier: Supplier
/** What the developer's destination gets, and the supplier's own webhook. */
let events: EventCatcher
let hook: EventCatcher

beforeAll(async () => {
  server = await serve()
  ;[events, hook] = await Promise.all([catchEvents(), catchEvents()])
  const { operator_token } = readPrivate<Local>('local.json', server.home)
  const made = await fetch(`${server.url}/operator/developers`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operator_token}` },
    body: JSON.stringify({ name: 'Night Owls' }),
  })
  const { dev_id, api_key } = await answered<{ dev_id: string; api_key: string }>(made)
  headers = { 'dev-id': dev_id, 'x-api-key': api_key }
  const destination = { type: 'webhook', settings: { url: events.url }, delivery: { event_types: ['supplier.alert'] } }
  await ofDeveloper('POST', '/v2/destinations', destination)
  supplier = await newSupplier(askerOf(server.url), { headers }, { name: 'Sleep lab' })
  await answered(
    await supplier.ask('PUT', '/v2/supplier/hook', { url: hook.url, events: ['alert.raised', 'alert.cleared'] }),
  )
}, 120_000)
afterAll(async () => {
  await server?.stop()
  await Promise.all([events?.close(), hook?.close()])
})

const ofDeveloper = async <T>(method: string, path: string, body?: object): Promise<T> =>
  answered<T>(await fetch(server.url + path, { method, headers, body: body && JSON.stringify(body) }))
const ofSupplier = async <T>(method: string, path: string, body?: unknown): Promise<T> =>
  answered<T>(await supplier.ask(method, path, body))

const draft = (name: string, slas: object) => ofSupplier('POST', '/v2/supplier/contracts', { ...NIGHTS, name, slas })
const advance = async (seconds: number): Promise<number> =>
  Date.parse((await ofSupplier<{ now: string }>('POST', '/v2/supplier/clock', { advance_seconds: seconds })).now)
const nightOf = (person: number, endAt: number) => ({
  ...{ night: `${person}-${endAt}`, person: `person-${person}`, consent: 'consent-1', asleep_minutes: 400 },
  ...{ start: new Date(endAt - 7 * HOUR_MS).toISOString(), end: new Date(endAt).toISOString() },
  heart: { avg: 54 + person, min: 44 },
})
/** Pushes a batch and waits until each of its records has its outcome. */
async function push(contract: string, records: object[]): Promise<Record<string, number>> {
  const body = records.map((record) => JSON.stringify(record)).join('\n')
  const pushed = await supplier.ask('POST', `/v2/ingest/${contract}@1.0/batches`, body, {
    'content-type': 'application/x-ndjson',
  })
  const { batch_id } = await answered<{ batch_id: string }>(pushed)
  return vi.waitFor(async () => {
    const batch = await ofSupplier<{ state: string; counts: Record<string, number> }>(
      'GET',
      `/v2/supplier/batches/${batch_id}`,
    )
    expect(batch.state).toBe('done')
    return batch.counts
  }, PATIENCE)
}
const scorecard = async (contract: string) => {
  const path = `/v2/suppliers/${supplier.supplier_id}/scorecard?environment=sandbox`
  const [theirs, own] = [
    await ofDeveloper<QualityView>('GET', path),
    await ofSupplier<QualityView>('GET', '/v2/supplier/quality'),
  ]
  expect({ ...theirs, as_of: '' }).toEqual({ ...own, as_of: '' })
  return theirs.contracts.find((one) => one.contract === contract)!
}
const alerts = async (state: string, contract: string) =>
  (await ofSupplier<{ alerts: AlertView[] }>('GET', `/v2/supplier/alerts?state=${state}`)).alerts.filter(
    (one) => one.contract === contract,
  )
const toldOf = (contract: string, state: string) => ({
  developer: events.events.filter(({ body }) => body.contract === contract && body.state === state).length,
  supplier: hook.events.filter(({ body }) => {
    const { data, type } = body as { type: string; data: AlertView }
    return data.contract === contract && type === `alert.${state}`
  }).length,
})

test('validity that falls below its promise is an alert to both sides, on the scorecard, and over when it is well', async () => {
  await draft('breached-nights', { validity_share: 0.95, window_days: 1 })
  const now = await advance(1)
  const good = Array.from({ length: 40 }, (_, person) => nightOf(person, now - HOUR_MS))
  const broken = Array.from({ length: 10 }, (_, person) => ({
    ...nightOf(person, now - DAY_MS),
    asleep_minutes: 9_999,
  }))
  expect(await push('breached-nights', [...good, ...broken])).toMatchObject({ accepted: 40, rejected: 10 })
  await advance(10)

  expect(await alerts('raised', 'breached-nights@1')).toMatchObject([
    { objective: 'validity', target: 0.95, measured: 0.8, action: 'alert' },
  ])
  const breached = await scorecard('breached-nights@1')
  expect(breached).toMatchObject({
    counts: { accepted: 40, rejected: 10 },
    rejections: [{ rule: 'maximum', pointer: '/asleep_minutes', records: 10 }],
    objectives: [{ objective: 'validity', state: 'breached', total: 50, bad: 10, error_budget: { spent: 0.2 } }],
  })
  expect(breached.objectives[0]!.error_budget.left).toBeCloseTo(-0.15)
  await vi.waitFor(() => expect(toldOf('breached-nights@1', 'raised')).toEqual({ developer: 1, supplier: 1 }), PATIENCE)

  const later = await advance(25 * 3_600)
  await push(
    'breached-nights',
    Array.from({ length: 40 }, (_, person) => nightOf(person, later - HOUR_MS)),
  )
  await advance(10)
  expect(await alerts('raised', 'breached-nights@1')).toEqual([])
  expect(await alerts('cleared', 'breached-nights@1')).toMatchObject([{ objective: 'validity', state: 'cleared' }])
  const mended = await scorecard('breached-nights@1')
  expect(mended.objectives).toMatchObject([{ objective: 'validity', state: 'met', measured: 1 }])
  expect(mended.score!).toBeGreaterThan(breached.score!)
  await vi.waitFor(
    () => expect(toldOf('breached-nights@1', 'cleared')).toEqual({ developer: 1, supplier: 1 }),
    PATIENCE,
  )
}, 180_000)

test('a day that people lack is a breach of completeness, and none when their data come late', async () => {
  await draft('missing-nights', { completeness: { share: 0.9, types: ['sleep'] }, window_days: 1 })
  const people = [1, 2, 3, 4]
  const today = Math.floor((await advance(1)) / DAY_MS)
  // Noon, so that the night ends on that day wherever it is.
  const noon = (day: number) => day * DAY_MS + 12 * HOUR_MS
  await push(
    'missing-nights',
    people.map((person) => nightOf(person, noon(today - 1))),
  )
  // The day after the first records is over, and its data are due a day and a half later.
  const due = (today + 2) * DAY_MS + 36 * HOUR_MS
  const now = await advance(Math.ceil((due - DAY_MS - (await advance(1))) / 1_000))
  expect(Math.floor(now / DAY_MS)).toBeGreaterThan(today + 1)
  await push(
    'missing-nights',
    [1, 2, 3].map((person) => nightOf(person, noon(today + 1))),
  )
  await advance(Math.ceil((due - (await advance(1))) / 1_000) + 10)
  expect(await alerts('raised', 'missing-nights@1')).toMatchObject([
    { objective: 'completeness', measured: 0.75, action: 'alert' },
  ])
  await push('missing-nights', [nightOf(4, noon(today + 1))])
  await advance(10)
  expect(await alerts('raised', 'missing-nights@1')).toEqual([])
  expect((await scorecard('missing-nights@1')).objectives).toMatchObject([
    { state: 'met', measured: 1, total: 4, bad: 0 },
  ])
}, 180_000)
