import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Env } from '../../durable-objects/env.ts'
import { SUPPLY } from '../../shared/base/limits.ts'
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../shared/base/time.ts'
import type { AlertView } from '../../shared/supply/quality-view.ts'
import type { BatchView } from '../../workers/suppliers/batch-views.ts'
import { deskAddress } from '../../workers/suppliers/desk-of.ts'
import { type Account, call, house, migrate, newAccount } from '../house.ts'
import { deskOf } from './held.ts'
import { NIGHTS, night } from './nights.ts'
import { consume } from './pushed.ts'
import { answered, newSupplier, type Supplier } from './supplier.ts'

/** A piece that cannot be worked at, for a reason that nobody has thought of. */

let account: Account
let supplier: Supplier
beforeAll(async () => {
  await migrate()
  account = await newAccount()
})
beforeEach(async () => {
  supplier = await newSupplier(call, account)
  await answered(await supplier.ask('POST', '/v2/supplier/contracts', NIGHTS))
})

/** Object storage does not answer. */
const ill: Env = {
  ...house,
  RAW: new Proxy(house.RAW, {
    get: (bucket, method) =>
      method === 'get'
        ? () => Promise.reject(new TypeError('it held "p-1"'))
        : (Reflect.get(bucket, method, bucket) as (...input: unknown[]) => unknown).bind(bucket),
  }),
}
async function push(first: number, count = 3): Promise<string> {
  const lines = Array.from({ length: count }, (_, i) => JSON.stringify(night(first + i, { people: 2 }))).join('\n')
  const headers = { 'content-type': 'application/x-ndjson' }
  const pushed = await supplier.ask('POST', '/v2/ingest/sleep-nights@1.0/batches', lines, headers)
  return (await answered<BatchView>(pushed)).batch_id
}
const batchOf = async (id: string) => answered<BatchView>(await supplier.ask('GET', `/v2/supplier/batches/${id}`))
const advance = async (ms: number) =>
  Date.parse(
    (
      await answered<{ now: string }>(
        await supplier.ask('POST', '/v2/supplier/clock', { advance_seconds: ms / SECOND_MS }),
      )
    ).now,
  )
const alerts = async () =>
  (await answered<{ alerts: AlertView[] }>(await supplier.ask('GET', '/v2/supplier/alerts'))).alerts

describe('a piece that cannot be taken for a reason of ours', () => {
  it('is tried again, ever later, and is told without what it holds', async () => {
    const batch = await push(1)
    let now = await advance(SECOND_MS)
    for (const [i, wait] of [...SUPPLY.troubleWaitsMs, SUPPLY.troubleWaitsMs.at(-1)!].entries()) {
      await consume(supplier, ill)
      const { state, trouble } = await batchOf(batch)
      expect([state, trouble?.tries, trouble?.reason]).toEqual([
        'queued',
        i + 1,
        'something of ours failed (TypeError)',
      ])
      const waits = Date.parse(trouble!.next_try_at) - now
      expect(waits).toBeGreaterThanOrEqual(wait)
      expect(waits).toBeLessThan(1.5 * wait)
      // Before that nobody tries.
      await consume(supplier, ill)
      expect((await batchOf(batch)).trouble?.tries).toBe(i + 1)
      now = await advance(wait)
    }
  })

  it('is told to both sides when it goes on, and again when it is over', async () => {
    const batch = await push(1)
    await consume(supplier, ill)
    await advance(SUPPLY.troubleToldMs - SECOND_MS)
    await consume(supplier, ill)
    expect(await alerts()).toEqual([])
    await advance(MINUTE_MS)
    await consume(supplier, ill)
    const raised = {
      ...{ contract: 'sleep-nights@1', objective: 'processing', state: 'raised', action: 'alert' },
      message: expect.stringContaining(`${batch} of sleep-nights@1.0 waits`),
    }
    expect(await alerts()).toMatchObject([raised])
    const developers = `/v2/suppliers/${supplier.supplier_id}/alerts?environment=sandbox`
    expect(await answered(await call(developers, { headers: account.headers }))).toMatchObject({ alerts: [raised] })
    // Once, however long it goes on.
    await advance(SUPPLY.troubleWaitsMs.at(-1)!)
    await consume(supplier, ill)
    expect(await alerts()).toMatchObject([raised])

    await advance(SUPPLY.troubleWaitsMs.at(-1)!)
    await consume(supplier)
    expect(await batchOf(batch)).toMatchObject({ state: 'done', trouble: null, counts: { accepted: 3 } })
    expect(await alerts()).toMatchObject([{ ...raised, state: 'cleared' }])
  })

  it('is given up after a day: its batch says what was not taken and what to do, and the next one goes on', async () => {
    const [stuck, next] = [await push(1), await push(11)]
    await consume(supplier, ill)
    await advance(DAY_MS - MINUTE_MS)
    await consume(supplier, ill)
    expect(await batchOf(stuck)).toMatchObject({ state: 'queued', trouble: { tries: 2 } })
    expect(await batchOf(next)).toMatchObject({ state: 'queued', trouble: null })
    await advance(10 * MINUTE_MS)
    await consume(supplier, ill)
    const failed = await batchOf(stuck)
    expect(failed).toMatchObject({ state: 'failed', trouble: null, counts: { accepted: 0 } })
    expect(failed.reason).toBe(
      '3 of its 3 records were not taken, tried for 24 h: something of ours failed (TypeError); send it again: what was taken counts as duplicate',
    )
    expect(await alerts()).toMatchObject([{ objective: 'processing', state: 'cleared' }])
    await advance(MINUTE_MS)
    await consume(supplier)
    expect(await batchOf(next)).toMatchObject({ state: 'done', counts: { accepted: 3 } })

    const again = await push(1)
    await consume(supplier)
    expect(await batchOf(again)).toMatchObject({ state: 'done', counts: { accepted: 3 } })
  })

  it('counts whoever dies over it too', async () => {
    const batch = await push(1)
    const { desk } = deskOf(deskAddress({ ...account.developer, supplier_id: supplier.supplier_id }, 'sandbox'))
    expect(await desk.takePiece()).toMatchObject({ batch_id: batch })
    await advance(SUPPLY.pieceLeaseMs)
    await consume(supplier)
    expect(await batchOf(batch)).toMatchObject({
      state: 'queued',
      trouble: { tries: 1, reason: 'whoever worked at it was not heard of again' },
    })
    await advance(SUPPLY.troubleWaitsMs[0])
    await consume(supplier)
    expect(await batchOf(batch)).toMatchObject({ state: 'done', trouble: null })
  })
})
