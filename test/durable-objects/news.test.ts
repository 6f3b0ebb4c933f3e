import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { destinationGate } from '../../durable-objects/stubs.ts'
import { MINUTE_MS } from '../../shared/base/time.ts'
import { saveDestination } from '../../shared/db/destinations.ts'
import { open } from '../../shared/db/open.ts'
import type { CellReport, GroupResult, LeaseAnswer } from '../../shared/delivery/types.ts'
import { WebhookEvent } from '../../shared/schema/event.ts'
import { OPERATIONAL_TYPES } from '../../shared/schema/operational-event.ts'
import { sweep } from '../../workers/crons/sweep.ts'
import { appendDaily, house, migrate } from '../house.ts'
import { drain, type Log, leased, newLog, refused, sentAgain, settlement, taken } from './log-of.ts'

beforeAll(migrate)
afterEach(() => vi.restoreAllMocks())

/** Ahead of the real clock: an alarm in its past would ring again and again. */
const NOW = Date.now() + 30 * MINUTE_MS
const at = (time: number) => vi.spyOn(Date, 'now').mockReturnValue(time)

/** A developer with a destination that is told of another. */
async function told(settings = {}, event_types: string[] = [...OPERATIONAL_TYPES]) {
  at(NOW)
  const one = await newLog(settings)
  const watcher = { ...one, id: `${one.id}_watcher` }
  const { destination } = one
  await one.log.setDestination({
    ...destination,
    destination_id: watcher.id,
    delivery: { ...destination.delivery, lag_alert_seconds: null, event_types },
  })
  return { one, watcher }
}
/** What a destination is sent, each as the document says that it looks. */
async function heard({ log, id }: Log): Promise<Record<string, unknown>[]> {
  const events: Record<string, unknown>[] = []
  for (let answer: LeaseAnswer = await log.lease(id), turn = 0; answer.kind === 'lease' && turn < 50; turn++) {
    for (const event of answer.lease.groups.flatMap((group) => group.events)) {
      const body = JSON.parse(event.body!) as Record<string, unknown>
      if (OPERATIONAL_TYPES.includes(event.type as never)) {
        expect(WebhookEvent.parse(body)).toEqual(body)
        events.push(body)
      }
    }
    answer = (await log.settle(settlement(answer.lease, taken(answer.lease), { more: true }))).next
  }
  return events
}
const report = ({ destination, row }: Log, more: Partial<CellReport>) =>
  destinationGate(house, destination.destination_id).report({
    cell: `${row.region}/${row.developer_id}/${row.cell}`,
    destination,
    epoch: 0,
    delivered: 0,
    connectionsOk: 0,
    connectionsFailed: 0,
    gone: 0,
    medianMs: null,
    wants: true,
    ...more,
  })
const gateOf = ({ id }: Log) => destinationGate(house, id)
const ring = (one: Log) => runDurableObjectAlarm(gateOf(one))

describe('a destination that fails', () => {
  it('is told of after a minute and not before, and told well again once', async () => {
    const { one, watcher } = await told()
    await drain(watcher)
    await report(one, { connectionsFailed: 5 })
    at(NOW + 59_000)
    await ring(one)
    expect(await heard(watcher)).toEqual([])
    await evictDurableObject(gateOf(one))
    at(NOW + MINUTE_MS)
    await ring(one)
    const about = { destination_id: one.id, destination_type: 'webhook', failing_since: new Date(NOW).toISOString() }
    const failing = {
      type: 'destination.failing',
      status: 'error',
      ...about,
      occurred_at: new Date(NOW + MINUTE_MS).toISOString(),
    }
    expect(await heard(watcher)).toEqual([expect.objectContaining(failing)])
    // Longer is no more news.
    at(NOW + 10 * MINUTE_MS)
    const probe = await report(one, {})
    expect(probe).toMatchObject({ kind: 'granted', careful: true })
    await ring(one)
    expect(await heard(watcher)).toEqual([])
    await report(one, { epoch: probe.epoch, connectionsOk: 1 })
    await ring(one)
    expect(await heard(watcher)).toEqual([
      expect.objectContaining({ type: 'destination.recovered', status: 'success', ...about }),
    ])
    await ring(one)
    expect(await heard(watcher)).toEqual([])
  })
  it('for a blip is not told of, nor that it is over', async () => {
    const { one, watcher } = await told()
    await drain(watcher)
    await report(one, { connectionsFailed: 5 })
    at(NOW + 5_000)
    const probe = await report(one, {})
    await report(one, { epoch: probe.epoch, connectionsOk: 1 })
    at(NOW + 2 * MINUTE_MS)
    await ring(one)
    expect(await heard(watcher)).toEqual([])
  })
  it('is told of to itself, when it is well again', async () => {
    at(NOW)
    const one = await newLog({ event_types: ['daily', ...OPERATIONAL_TYPES] })
    await drain(one)
    await report(one, { connectionsFailed: 5 })
    at(NOW + MINUTE_MS)
    await ring(one)
    const probe = await report(one, {})
    await report(one, { epoch: probe.epoch, connectionsOk: 1 })
    await ring(one)
    expect((await heard(one)).map(({ type }) => type)).toEqual(['destination.failing', 'destination.recovered'])
  })
  it('and is gone is told of as disabled, with why', async () => {
    const { one, watcher } = await told()
    await drain(watcher)
    await saveDestination(open(house.DB), {
      destination_id: one.id,
      developer_id: one.account.dev_id,
      type: 'webhook',
      state: 'active',
      reason: null,
      version: 1,
      settings: '{}',
      secrets: '',
      delivery: '{}',
      created_at: 0,
      base_url: '',
    })
    for (let i = 0; i < 3; i++) await report(one, { connectionsFailed: 1, gone: 1 })
    await ring(one)
    expect(await heard(watcher)).toEqual([
      expect.objectContaining({
        type: 'destination.disabled',
        destination_id: one.id,
        reason: 'answered 410 (gone) three times in a row',
      }),
    ])
  })
})

describe('who did not ask by name', () => {
  it('is sent nothing of it, and nothing is written where nobody asks', async () => {
    const { one, watcher } = await told({}, [])
    await drain(watcher)
    await report(one, { connectionsFailed: 5 })
    at(NOW + MINUTE_MS)
    await ring(one)
    expect(await drain(watcher)).toEqual({})
    expect((await one.log.events({ afterSeq: 0, limit: 10 })).map(({ type }) => type)).toEqual(['auth'])
  })
  it('is sent nothing of what another destination asked for', async () => {
    const { one, watcher } = await told()
    const all = { ...one, id: `${one.id}_all` }
    await one.log.setDestination({ ...one.destination, destination_id: all.id })
    await drain(all)
    await report(one, { connectionsFailed: 5 })
    at(NOW + MINUTE_MS)
    await ring(one)
    expect(await heard(watcher)).toHaveLength(1)
    expect(await drain(all)).toEqual({})
    expect((await all.log.deliveryStatus(all.id)).lag).toBe(0)
  })
  it('is sent them where it leaves out providers and users: they are nobody’s', async () => {
    at(NOW)
    const one = await newLog({ event_types: ['event.parked'], providers: ['garmin'], users: ['somebody'] })
    const fields = { status: 'warning' }
    await one.log.tell({ event_id: 'evt_once', type: 'event.parked', fields })
    await one.log.tell({ event_id: 'evt_once', type: 'event.parked', fields })
    expect(Object.values(await drain(one)).flat()).toHaveLength(1)
  })
})

describe('parked events', () => {
  const park = async ({ log, id }: Log) => {
    const lease = leased(await log.lease(id))
    await log.settle(settlement(lease, refused(lease)))
  }
  it('are told of, with their ids; what follows within a minute is told together', async () => {
    const { one, watcher } = await told()
    await drain(watcher)
    await park(one)
    await runDurableObjectAlarm(one.log)
    const [first] = (await one.log.parked({ destinationId: one.id, limit: 10 })).events
    expect(await heard(watcher)).toEqual([
      expect.objectContaining({
        type: 'event.parked',
        destination_id: one.id,
        events: 1,
        parked_ids: [first!.parked_id],
        statuses: { '422': 1 },
      }),
    ])
    for (const [i, day] of ['2026-06-01', '2026-06-02'].entries()) {
      at(NOW + (i + 1) * 10_000)
      await appendDaily(one.row, day)
      await park(one)
      await runDurableObjectAlarm(one.log)
    }
    expect(await heard(watcher)).toEqual([])
    await evictDurableObject(one.log)
    at(NOW + MINUTE_MS)
    await runDurableObjectAlarm(one.log)
    const more = (await one.log.parked({ destinationId: one.id, limit: 10 })).events.slice(1)
    expect(await heard(watcher)).toEqual([
      expect.objectContaining({
        events: 2,
        parked_ids: more.map(({ parked_id }) => parked_id),
        statuses: { '422': 2 },
      }),
    ])
  })
  it('of this kind raise none: no loop', async () => {
    const { one, watcher } = await told()
    await drain(watcher)
    await park(one)
    await runDurableObjectAlarm(one.log)
    await park(watcher)
    at(NOW + 2 * MINUTE_MS)
    await runDurableObjectAlarm(one.log)
    expect(await heard(watcher)).toEqual([])
    expect((await one.log.parked({ destinationId: watcher.id, limit: 10 })).events).toMatchObject([
      { type: 'event.parked' },
    ])
    // It is there to be sent again like any other.
    expect(Object.values(await sentAgain(watcher, { kind: 'replay', filter: {} })).flat()).toHaveLength(1)
  })
  it('wait in a lane of their own where the receiver fails, and arrive in order', async () => {
    const { watcher } = await told({ retry_schedule_ms: [1_000, 1_000] })
    await drain(watcher)
    for (const event_id of ['evt_1', 'evt_2'])
      await watcher.log.tell({ event_id, type: 'destination.disabled', fields: { reason: event_id } })
    const lease = leased(await watcher.log.lease(watcher.id))
    const [result] = refused(lease) as [GroupResult]
    const outcome = { kind: 'retry' as const, blame: 'event' as const, reason: 'status 422' }
    await watcher.log.settle(settlement(lease, [{ ...result, failed: { ...result.failed!, outcome } }]))
    expect(await drain(watcher)).toEqual({})
    at(NOW + 2_000)
    const [seqs] = Object.values(await drain(watcher))
    expect(seqs).toHaveLength(2)
    expect(seqs![0]!).toBeLessThan(seqs![1]!)
  })
})

describe('a destination that lags', () => {
  it('is told of once an hour, by the sweep, and when it lags no more', async () => {
    const { one, watcher } = await told({ lag_alert_seconds: 120 })
    await drain(watcher)
    // A run looks at those that were not seen for longest: the cells of other tests were seen just then.
    await house.DB.exec(
      `UPDATE cells SET swept_at = ${NOW + 120 * MINUTE_MS} WHERE developer_id != '${one.account.dev_id}'`,
    )
    const look = async (minutes: number) => {
      at(NOW + minutes * MINUTE_MS)
      await sweep(house)
      await ring(one)
      return heard(watcher)
    }
    expect(await look(2)).toEqual([])
    const lagging = { type: 'destination.lagging', status: 'warning', destination_id: one.id, threshold_seconds: 120 }
    expect(await look(3)).toEqual([
      expect.objectContaining({ ...lagging, lag_seconds: 180, oldest_event_at: new Date(NOW).toISOString() }),
    ])
    expect(await look(4)).toEqual([])
    await evictDurableObject(gateOf(one))
    expect(await look(62)).toEqual([])
    expect(await look(63)).toEqual([expect.objectContaining({ ...lagging, lag_seconds: 3_780 })])
    await drain(one)
    expect(await look(64)).toEqual([
      expect.objectContaining({ ...lagging, status: 'success', lag_seconds: 0, oldest_event_at: null }),
    ])
    expect(await look(65)).toEqual([])
  })
})
