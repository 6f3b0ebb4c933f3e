import { runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { connectionObject, eventLog } from '../../durable-objects/stubs.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/base/time.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import type { PendingPayload } from '../../shared/source/record.ts'
import { house, migrate, newAccount, newConnection } from '../house.ts'

/** When a connection asks its provider on its own account, seen from its cell, where it puts what it asks. */

const polled = Object.values(PROVIDERS).find(({ polling }) => polling)!
beforeAll(migrate)
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

async function connected(provider = 'oura') {
  const row = await newConnection(await newAccount(), { provider })
  const connection = connectionObject(house, row.user_id)
  const { user_id, developer_id, region, provider_user_id } = row
  await connection.keep({ user_id, developer_id, region, provider, provider_user_id }, { access_token: 'a' })
  return { row, connection, log: eventLog(house, row) }
}
/** What waits in the inbox, though it was handed out before. */
async function asked(row: ConnectionRow, bulk = true) {
  later(MINUTE_MS)
  const pending = await eventLog(house, row).pending({ bulk, limit: 100 })
  return pending.map((payload) => ({ payload, told: JSON.parse(payload.body) as Told }))
}
type Told = { from: number; to: number; poll: number; backfill: string; slice: number }
const later = (ms: number) => void vi.setSystemTime(Date.now() + ms)
/** It is appended, and nobody is told. */
const appended = async (row: ConnectionRow, { number, user_id, origin, trace, receivedAt }: PendingPayload) =>
  void (await eventLog(house, row).append(
    [{ number, user_id, origin, trace, receivedAt, records: [], quarantined: [], notices: [] }],
    { lease: false },
  ))
const SOME = { digest: 'some', records: 3 }
const [FROM, TO] = [Date.UTC(2026, 0, 1), Date.UTC(2026, 1, 15)]

describe('a backfill', () => {
  it('is asked for slice by slice, and the one behind it at once when it is over', async () => {
    const { row, connection } = await connected()
    const first = (await connection.startBackfill(FROM, TO))!
    later(1)
    const second = (await connection.startBackfill(FROM - DAY_MS, FROM))!
    expect((await asked(row)).map(({ told }) => [told.backfill, told.slice])).toEqual([[first.backfill_id, 0]])
    for (const slice of [0, 1]) {
      const [{ payload, told }] = (await asked(row)) as [Awaited<ReturnType<typeof asked>>[number]]
      expect([told.backfill, told.slice]).toEqual([first.backfill_id, slice])
      await appended(row, payload)
      await connection.fetched(told, SOME)
    }
    expect((await asked(row)).map(({ told }) => told.backfill)).toEqual([second.backfill_id])
    expect(await connection.backfills()).toMatchObject([{ state: 'running' }, { state: 'done', records: 6, slices: 2 }])
  })
  it('that is cancelled while a slice is out stays cancelled when that comes, and lets the next one go on', async () => {
    const { row, connection } = await connected()
    const { backfill_id } = (await connection.startBackfill(FROM, TO))!
    later(1)
    const second = (await connection.startBackfill(FROM - DAY_MS, FROM))!
    const [out] = await asked(row)
    expect(await connection.cancelBackfill(backfill_id)).toMatchObject({ state: 'cancelled' })
    expect((await asked(row)).map(({ told }) => told.backfill)).toContain(second.backfill_id)
    await appended(row, out!.payload)
    await connection.fetched(out!.told, SOME)
    expect(await connection.cancelBackfill(backfill_id)).toMatchObject({ state: 'cancelled', records: 0 })
    expect((await asked(row)).map(({ told }) => [told.backfill, told.slice])).toEqual([[second.backfill_id, 0]])
  })
  it('of which a slice is refused for good fails with the reason; one that was counted before says nothing more', async () => {
    const { row, connection } = await connected()
    const { backfill_id } = (await connection.startBackfill(FROM, TO))!
    const refused = { digest: '', records: 0, failed: 'the provider answered 403' }
    await connection.fetched({ backfill: backfill_id, slice: 0 }, SOME)
    await connection.fetched({ backfill: backfill_id, slice: 0 }, refused)
    expect(await connection.backfills()).toMatchObject([{ state: 'running', slices_done: 1 }])
    await connection.fetched({ backfill: backfill_id, slice: 1 }, refused)
    await connection.fetched({ backfill: backfill_id, slice: 1 }, SOME)
    expect(await connection.backfills()).toMatchObject([
      { state: 'failed', reason: 'the provider answered 403', slices_done: 1, records: 3 },
    ])
    expect((await asked(row)).every(({ told }) => told.slice < 2)).toBe(true)
  })
  it('asks again for the same while it waits, and anew where it was done and nobody told', async () => {
    const { row, connection } = await connected()
    await connection.startBackfill(FROM, TO)
    const [out] = await asked(row)
    await runDurableObjectAlarm(connection)
    expect((await asked(row)).map(({ payload }) => payload.payload_id)).toEqual([out!.payload.payload_id])
    await appended(row, out!.payload)
    expect(await asked(row)).toEqual([])
    for (const _ of [1, 2]) await runDurableObjectAlarm(connection)
    const again = await asked(row)
    expect(again.map(({ told }) => told)).toEqual([out!.told])
    expect(again[0]!.payload.payload_id).not.toBe(out!.payload.payload_id)
    await connection.fetched(out!.told, SOME)
    expect(await connection.backfills()).toMatchObject([{ slices_done: 1 }])
  })
  it('goes with its connection: what is told later changes nothing, and nothing more is asked', async () => {
    const { row, connection } = await connected()
    const { backfill_id } = (await connection.startBackfill(FROM, TO))!
    await connection.disconnect({ revoke: false })
    await connection.fetched({ backfill: backfill_id, slice: 0 }, SOME)
    expect(await connection.backfills()).toEqual([])
    expect(await connection.startBackfill(FROM, TO)).toBeUndefined()
    expect(await runDurableObjectAlarm(connection)).toBe(false)
    expect((await asked(row)).map(({ told }) => told.slice)).toEqual([0])
  })
})

describe('a look', () => {
  async function begun() {
    const one = await connected(polled.slug)
    await one.connection.begin()
    later(2 * polled.polling!.everyMinutes * MINUTE_MS)
    await runDurableObjectAlarm(one.connection)
    const [out] = await asked(one.row, false)
    return { ...one, out: out! }
  }
  it('that is out is not joined by another', async () => {
    const { row, connection, out } = await begun()
    later(HOUR_MS)
    await runDurableObjectAlarm(connection)
    expect((await asked(row, false)).map(({ told }) => told)).toEqual([out.told])
  })
  it('begins where the last one ended, less what may come late', async () => {
    const { row, connection, out } = await begun()
    await appended(row, out.payload)
    await connection.fetched({ poll: out.told.poll }, SOME)
    later(DAY_MS)
    await runDurableObjectAlarm(connection)
    const [next] = await asked(row, false)
    const overlap = polled.polling!.overlapHours * HOUR_MS
    expect(next!.told.from).toBe(Math.floor((out.told.poll - overlap) / 1000))
  })
  it('that was refused is made up for by the next one', async () => {
    const { row, connection, out } = await begun()
    await appended(row, out.payload)
    for (const _ of [1, 2])
      await connection.fetched({ poll: out.told.poll }, { digest: '', records: 0, failed: 'the provider answered 403' })
    later(7 * DAY_MS)
    await runDurableObjectAlarm(connection)
    const [next] = await asked(row, false)
    expect(next!.told.from).toBe(out.told.from)
    expect(next!.told.to).toBeGreaterThan(out.told.to)
  })
})
