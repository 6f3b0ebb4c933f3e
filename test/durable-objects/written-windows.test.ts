import { evictDurableObject } from 'cloudflare:test'
import { Buffer } from 'node:buffer'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { eventLog } from '../../durable-objects/stubs.ts'
import type { Lease, LeaseAnswer, Settlement } from '../../shared/delivery/types.ts'
import type { AppendRecord } from '../../shared/source/record.ts'
import { drainCell } from '../../workers/queues/send.ts'
import { KEYS } from '../destinations/objects.ts'
import { S3Double, type Trouble } from '../doubles/s3.ts'
import { call, house, migrate, newAccount, newConnection } from '../house.ts'

beforeAll(migrate)
afterEach(() => vi.restoreAllMocks())

const OPTIONS = {
  bucket: 'records',
  region: 'eu-central-1',
  accessKeyId: KEYS.access_key_id,
  secretAccessKey: KEYS.secret_access_key,
}
/** A developer with one user and a bucket, saved through the public door; what is put there is kept. */
async function bucket(settings: object = {}, delivery: object = {}) {
  const double = new S3Double(OPTIONS)
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input as string, init as RequestInit)
    const { host, pathname } = new URL(request.url)
    if (host !== 's3.eu-central-1.amazonaws.com') throw new Error(`nobody is at ${host}`)
    const asked = {
      method: request.method,
      url: pathname,
      headers: { ...Object.fromEntries(request.headers), host, 'content-length': '1' },
    }
    const body = Buffer.from(await request.arrayBuffer())
    const { status, body: answer, headers } = await double.answer(asked, body, double.troubles.shift())
    return new Response(status === 204 ? null : (answer as string), { status, headers })
  })
  const account = await newAccount()
  const saved = await call('/v2/destinations', {
    method: 'POST',
    headers: { ...account.headers, 'content-type': 'application/json' },
    body: JSON.stringify({
      type: 's3',
      settings: { bucket: 'records', region: 'eu-central-1', path_style: true, batch_seconds: 0, ...settings },
      secrets: KEYS,
      delivery: { event_types: ['daily'], ...delivery },
    }),
  })
  const { destination_id, secrets } = (await saved.json()) as { destination_id: string; secrets: object }
  expect({ status: saved.status, secrets }).toMatchObject({ status: 201, secrets: { secret_access_key: '••••••••' } })
  double.answered.length = 0
  const row = await newConnection(account, { provider: 'garmin' })
  const log = eventLog(house, row)
  const lease = () => log.lease(destination_id)
  return { double, row, log, lease, destination_id, cell: `${row.region}/${row.developer_id}/${row.cell}` }
}
type Opened = Awaited<ReturnType<typeof bucket>>

let payloads = 0
async function put({ row, log }: Opened, ...days: [day: string, steps: number][]): Promise<void> {
  const about = { user_id: row.user_id, origin: 'live' as const, trace: 'req_1', receivedAt: Date.now() }
  const payload = { ...about, payload_id: `pay_${++payloads}`, kind: 'push' as const, resource: 'dailies', body: '{}' }
  const { accepted } = await log.accept([payload], { express: true })
  const records = days.map(([summary_id, steps]): AppendRecord => {
    const startAt = Date.parse(`${summary_id}T00:00:00Z`)
    const body = JSON.stringify({ metadata: { start_time: `${summary_id}T00:00:00.000000+00:00` }, steps })
    return { type: 'daily', summary_id, part: 'dailies', startAt, endAt: startAt + 1, body }
  })
  await log.append([{ ...about, number: accepted[0]!.number, records, quarantined: [], notices: [] }], { lease: false })
}
const leased = (answer: LeaseAnswer): Lease => {
  if (answer.kind !== 'lease') throw new Error(`no lease: ${JSON.stringify(answer)}`)
  return answer.lease
}
const contents = ({ window, groups }: Lease) => ({
  window,
  days: groups.flatMap(({ events }) => events.map(({ summary_id }) => summary_id)),
})
const settlement = ({ lease_id, destination_id, epoch, groups }: Lease, done: boolean): Settlement => ({
  lease_id,
  destination_id,
  epoch,
  more: false,
  stopped: !done,
  results: groups.map(({ connection, lane, events }) => ({
    ...{ connection, lane, attempts: [], deliveredTo: done ? events.at(-1)!.seq : 0 },
    ...(!done && { unfinished: true }),
  })),
  ...(!done && { failed: { kind: 'retry', blame: 'ours', reason: 'the store said no' } }),
})
const later = (ms: number) => vi.spyOn(Date, 'now').mockReturnValue(Date.now() + ms)
/** Longer than a lease, and than what a restart waits for. */
const LONG_MS = 200_000

describe('a window whose bounds are written down', () => {
  const first = async () => {
    const to = await bucket()
    await put(to, ['2026-07-01', 1], ['2026-07-02', 1], ['2026-07-03', 1])
    const lease = leased(await to.lease())
    expect(contents(lease).days).toEqual(['2026-07-01', '2026-07-02', '2026-07-03'])
    // Meanwhile one of them changes, and another day comes.
    await put(to, ['2026-07-02', 2], ['2026-07-04', 1])
    return { to, lease, bounds: lease.window! }
  }
  const again = { days: ['2026-07-01', '2026-07-03'] }

  it('is the same after a failure, without what was replaced and without what is new; settled, it moves on', async () => {
    const { to, lease, bounds } = await first()
    await to.log.settle(settlement(lease, false))
    later(LONG_MS)
    const second = leased(await to.lease())
    expect(contents(second)).toEqual({ ...again, window: bounds })
    await to.log.settle(settlement(second, true))
    const third = leased(await to.lease())
    expect(contents(third).days).toEqual(['2026-07-02', '2026-07-04'])
    expect(third.window!.from).toBe(bounds.to + 1)
    await to.log.settle(settlement(third, true))
    expect(await to.log.deliveryStatus(to.destination_id)).toMatchObject({ lag: 0, held: [] })
  })
  it('is the same when nobody answered before the lease ended', async () => {
    const { to, bounds } = await first()
    later(LONG_MS)
    expect(contents(leased(await to.lease()))).toEqual({ ...again, window: bounds })
  })
  it('is the same after the cell itself was gone', async () => {
    const { to, bounds } = await first()
    await evictDurableObject(to.log)
    later(LONG_MS)
    // The first call after the restart may find it waiting for leases of before.
    await to.lease()
    later(LONG_MS)
    expect(contents(leased(await to.lease()))).toEqual({ ...again, window: bounds })
  })
  it('is passed when all of it was replaced', async () => {
    const { to, lease, bounds } = await first()
    await to.log.settle(settlement(lease, false))
    await put(to, ['2026-07-01', 2], ['2026-07-03', 2])
    later(LONG_MS)
    const next = leased(await to.lease())
    expect(next.window!.from).toBeGreaterThan(bounds.to)
    expect(contents(next).days.toSorted()).toEqual(['2026-07-01', '2026-07-02', '2026-07-03', '2026-07-04'])
  })
})

describe('a window that gathers', () => {
  it('waits for so many events', async () => {
    const to = await bucket({ batch_events: 3, batch_seconds: 60 })
    await put(to, ['2026-07-01', 1], ['2026-07-02', 1])
    expect(await to.lease()).toMatchObject({ kind: 'wait', reason: 'gather' })
    await put(to, ['2026-07-03', 1])
    expect(contents(leased(await to.lease())).days).toHaveLength(3)
  })
  it('or until the oldest has waited long enough', async () => {
    const to = await bucket({ batch_seconds: 60 })
    await put(to, ['2026-07-01', 1])
    const waiting = await to.lease()
    expect(waiting).toMatchObject({ kind: 'wait', reason: 'gather' })
    const left = (waiting as { retryAt: number }).retryAt - Date.now()
    expect(left).toBeGreaterThan(50_000)
    expect(left).toBeLessThanOrEqual(60_000)
    later(61_000)
    expect(contents(leased(await to.lease())).days).toEqual(['2026-07-01'])
  })
})

describe('a bucket behind the public door', () => {
  const drain = async (to: Opened) => drainCell(house, to.cell, await to.lease(), Date.now() + 60_000)
  const lines = ({ double }: Opened) =>
    [...double.objects.values()].flatMap(({ body }) =>
      gunzipSync(body)
        .toString()
        .trimEnd()
        .split('\n')
        .map(
          (line) =>
            JSON.parse(line) as { event_id: string; seq: number; summary_id: string; record: { steps: number } },
        ),
    )
  const error = (status: number, code: string, after = false): Trouble => ({ kind: 'error', status, code, after })
  const inside = (to: Opened) =>
    lines(to)
      .toSorted((a, b) => a.seq - b.seq)
      .map(({ summary_id, record }) => [summary_id, record.steps])

  it('has everything once, whatever half of a window had been put and whatever changed meanwhile', async () => {
    const to = await bucket()
    await put(to, ['2026-07-01', 1], ['2026-07-02', 1], ['2026-07-03', 1])
    // Of three objects one gets in, one is refused, one is put without anybody hearing of it.
    to.double.troubles.push(
      { kind: 'slow', until: Promise.resolve() },
      error(403, 'AccessDenied'),
      error(403, 'AccessDenied', true),
    )
    await drain(to)
    expect(to.double.objects.size).toBe(2)
    await put(to, ['2026-07-02', 2], ['2026-07-04', 1])
    expect((await to.log.deliveryStatus(to.destination_id)).lag).toBeGreaterThan(0)
    later(LONG_MS)
    await drain(to)
    expect(await to.log.deliveryStatus(to.destination_id)).toMatchObject({ lag: 0, held: [] })
    const ids = lines(to).map(({ event_id }) => event_id)
    expect(new Set(ids).size).toBe(ids.length)
    expect([...to.double.objects.values()].every(({ written }) => written === 1)).toBe(true)
    // The second of July may have been in before it changed.
    const found = inside(to)
    expect(found.filter(([, steps]) => steps === 1 || steps === 2).length).toBe(found.length)
    for (const wanted of [
      ['2026-07-01', 1],
      ['2026-07-02', 2],
      ['2026-07-03', 1],
      ['2026-07-04', 1],
    ])
      expect(found).toContainEqual(wanted)
  })
  it('that asks for other keys holds nobody, and all comes in when it has them', async () => {
    const to = await bucket({ partition: 'received' })
    await put(to, ['2026-07-01', 1], ['2026-07-02', 1])
    to.double.troubles.push(error(403, 'InvalidAccessKeyId'))
    await drain(to)
    const status = await to.log.deliveryStatus(to.destination_id)
    expect(status).toMatchObject({ lag: 2, held: [] })
    expect(to.double.objects.size).toBe(0)
    later(LONG_MS)
    await drain(to)
    expect(inside(to)).toEqual([
      ['2026-07-01', 1],
      ['2026-07-02', 1],
    ])
  })
})
